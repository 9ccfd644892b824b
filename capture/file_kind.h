// What a file is that is not a capture we read: so that the error message can say it.

#ifndef MTUSCOPE_CAPTURE_FILE_KIND_H_
#define MTUSCOPE_CAPTURE_FILE_KIND_H_

#include <cstdint>
#include <span>
#include <string>

namespace mtuscope {

struct FileKind {
  std::string name;  // "a Sun snoop capture", "text", "data of no kind we know"
  std::string hint;  // how to make it readable
};

// Judges by the first bytes; 512 of them are enough.
FileKind file_kind(std::span<const uint8_t> first_bytes);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_FILE_KIND_H_
