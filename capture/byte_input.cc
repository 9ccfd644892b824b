#include "capture/byte_input.h"

#include <algorithm>
#include <cstring>

namespace mtuscope {

bool ByteInput::discard(uint64_t n) {
  while (n > available()) {
    n -= available();
    skip(available());
    if (peek(1) == nullptr) return false;
  }
  skip(static_cast<size_t>(n));
  return true;
}

size_t ByteInput::take(uint8_t* to, size_t room) {
  if (available() == 0 && peek(1) == nullptr) return 0;
  const size_t taken = std::min(available(), room);
  std::memcpy(to, cursor_, taken);
  skip(taken);
  return taken;
}

size_t BufferedInput::take(uint8_t* to, size_t room) {
  if (available() > 0) return ByteInput::take(to, room);
  if (at_end_) return 0;
  const size_t taken = fill(to, room);
  at_end_ = taken == 0;
  base_offset_ += taken;
  return taken;
}

bool BufferedInput::extend(size_t n) {
  const size_t kept = available();
  if (at_end_) return kept >= n;
  base_offset_ += static_cast<uint64_t>(cursor_ - begin_);
  if (n > buffer_.size()) {
    std::vector<uint8_t> larger(std::max(n, 2 * buffer_.size()));
    std::copy(cursor_, end_, larger.begin());
    buffer_.swap(larger);
  } else if (kept > 0) {
    std::memmove(buffer_.data(), cursor_, kept);
  }
  begin_ = cursor_ = buffer_.data();
  end_ = begin_ + kept;
  while (available() < n) {
    const size_t got = fill(buffer_.data() + available(), buffer_.size() - available());
    if (got == 0) {
      at_end_ = true;
      return false;
    }
    end_ += got;
  }
  return true;
}

}  // namespace mtuscope
