// Integers as capture files hold them: unaligned, in the byte order of the machine that wrote the
// file (pcap) or the section (pcapng).

#ifndef MTUSCOPE_CAPTURE_FILE_INTEGERS_H_
#define MTUSCOPE_CAPTURE_FILE_INTEGERS_H_

#include <cstdint>
#include <cstring>

namespace mtuscope {

// Reads integers of one byte order. `swapped`: not the order of this machine.
struct FileIntegers {
  bool swapped = false;

  uint16_t u16(const uint8_t* p) const {
    uint16_t v;
    std::memcpy(&v, p, sizeof v);
    return swapped ? __builtin_bswap16(v) : v;
  }
  uint32_t u32(const uint8_t* p) const {
    uint32_t v;
    std::memcpy(&v, p, sizeof v);
    return swapped ? __builtin_bswap32(v) : v;
  }
  uint64_t u64(const uint8_t* p) const {
    uint64_t v;
    std::memcpy(&v, p, sizeof v);
    return swapped ? __builtin_bswap64(v) : v;
  }
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_FILE_INTEGERS_H_
