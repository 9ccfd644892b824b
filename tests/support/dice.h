// Random numbers that are the same everywhere, unlike the distributions of <random>: splitmix64.

#ifndef MTUSCOPE_TESTS_SUPPORT_DICE_H_
#define MTUSCOPE_TESTS_SUPPORT_DICE_H_

#include <cstddef>
#include <cstdint>

namespace mtuscope::build {

class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}

  // From 0 to 1, 1 excluded.
  double next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
  bool happens(double chance) { return chance > 0 && next() < chance; }
  double between(double low, double high) { return low + (high - low) * next(); }
  // Both included.
  uint32_t between(uint32_t low, uint32_t high) {
    return low + static_cast<uint32_t>(next() * (static_cast<double>(high - low) + 1));
  }
  template <size_t N, typename T>
  const T& one_of(const T (&values)[N]) {
    return values[static_cast<size_t>(next() * static_cast<double>(N))];
  }

 private:
  uint64_t state_;
};

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_DICE_H_
