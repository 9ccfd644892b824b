// A frame named across several sources in eight bytes: source index and frame number.

#ifndef MTUSCOPE_ANALYSIS_REPORT_FRAME_REF_H_
#define MTUSCOPE_ANALYSIS_REPORT_FRAME_REF_H_

#include <compare>
#include <cstdint>

#include "capture/units.h"

namespace mtuscope {

class FrameRef {
 public:
  constexpr FrameRef() = default;
  // Holds 2^16 sources of 2^48 frames each; more sources than that share the last name.
  constexpr FrameRef(uint32_t source, FrameNumber frame)
      : packed_((static_cast<uint64_t>(source < 0xffff ? source : 0xffff) << 48) |
                (frame.value & kFrameMask)) {}
  constexpr uint32_t source() const { return static_cast<uint32_t>(packed_ >> 48); }
  constexpr FrameNumber frame() const { return FrameNumber{packed_ & kFrameMask}; }
  constexpr explicit operator bool() const { return (packed_ & kFrameMask) != 0; }
  friend constexpr auto operator<=>(FrameRef, FrameRef) = default;

 private:
  static constexpr uint64_t kFrameMask = (uint64_t{1} << 48) - 1;
  uint64_t packed_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_REPORT_FRAME_REF_H_
