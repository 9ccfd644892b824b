// Which numbers have been used: each is accepted once. Like IPsec's anti-replay window (RFC 4303
// 3.4.3): packets may overtake each other within the window, what is older than it counts as used.

#ifndef MTUSCOPE_PROBES_REPLAY_WINDOW_H_
#define MTUSCOPE_PROBES_REPLAY_WINDOW_H_

#include <bitset>
#include <cstddef>
#include <cstdint>
#include <optional>

namespace mtuscope {

class ReplayWindow {
 public:
  static constexpr uint32_t kWidth = 256;

  // False when `number` was accepted before, or may have been.
  bool accept(uint32_t number) {
    if (!highest_ || number > *highest_) {
      const uint32_t ahead = highest_ ? number - *highest_ : kWidth;
      seen_ = ahead < kWidth ? seen_ << ahead : std::bitset<kWidth>();
      seen_.set(0);
      highest_ = number;
      return true;
    }
    const uint32_t behind = *highest_ - number;
    if (behind >= kWidth || seen_.test(behind)) return false;
    seen_.set(behind);
    return true;
  }

 private:
  std::optional<uint32_t> highest_;
  std::bitset<kWidth> seen_;  // [i]: highest_ - i
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REPLAY_WINDOW_H_
