// A regular file as a window over its mapping.

#ifndef MTUSCOPE_CAPTURE_MAPPED_FILE_H_
#define MTUSCOPE_CAPTURE_MAPPED_FILE_H_

#include <cstddef>
#include <cstdint>
#include <memory>

#include "capture/byte_input.h"

namespace mtuscope {

class MappedFile final : public ByteInput {
 public:
  // Maps the regular file `fd` of `size` bytes, to be read from `position`; null where the file
  // system cannot map. The descriptor may be closed afterwards.
  static std::unique_ptr<MappedFile> map(int fd, uint64_t size, uint64_t position);
  ~MappedFile() override;

  uint64_t bytes_total() const override { return mapping_bytes_; }

 private:
  MappedFile(const uint8_t* mapping, size_t size, size_t position);
  bool extend(size_t n) override;
  // False when the file no longer has these bytes.
  bool populate(const uint8_t* from, const uint8_t* to);

  // After populate() failed: makes what is left before `limit` visible, page by page.
  void find_new_end(const uint8_t* limit);

  const uint8_t* mapping_;
  size_t mapping_bytes_;
  const uint8_t* file_end_;
  const uint8_t* dropped_to_;  // pages before it have been given back
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_MAPPED_FILE_H_
