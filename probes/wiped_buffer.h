// Memory that keys pass through: overwritten before it is given back, whatever ends its life.

#ifndef MTUSCOPE_PROBES_WIPED_BUFFER_H_
#define MTUSCOPE_PROBES_WIPED_BUFFER_H_

#include <array>
#include <cstddef>
#include <cstring>
#include <string_view>

namespace mtuscope {

template <size_t kBytes>
class WipedBuffer {
 public:
  WipedBuffer() = default;
  ~WipedBuffer() { explicit_bzero(bytes_.data(), bytes_.size()); }
  WipedBuffer(const WipedBuffer&) = delete;
  WipedBuffer& operator=(const WipedBuffer&) = delete;

  char* data() { return bytes_.data(); }
  static constexpr size_t size() { return kBytes; }
  std::string_view first(size_t length) const { return {bytes_.data(), length}; }

 private:
  alignas(8) std::array<char, kBytes> bytes_{};  // netlink messages are read in place
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_WIPED_BUFFER_H_
