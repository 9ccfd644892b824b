// What one side of a flow sent again, for as long as it may still turn out to have been needless: a
// repetition that was counted as the loss of the sending before it is taken back when that sending
// is known to have arrived.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_REPETITIONS_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_REPETITIONS_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "analysis/report/frame_ref.h"
#include "capture/packet.h"
#include "capture/units.h"

namespace mtuscope {

// Timestamps (RFC 7323) wrap as sequence numbers do.
inline bool stamped_before(uint32_t a, uint32_t b) { return static_cast<int32_t>(a - b) < 0; }

struct Repetition {
  SeqNumber begin, end;  // the range whose bytes it carried
  IpSize size;           // of the packet that carried them again
  IpSize lost_size;      // of the sending before it; valid with `counted`
  Timestamp sent;
  Timestamp first, before;  // when the range had been sent for the first time, and the last before
  FrameRef frame;
  // RFC 7323, of this sending and the one before it; 0 without.
  uint32_t ts_val = 0, ts_before = 0;
  bool proves_size = true;     // had it arrived, a packet of `size` would have
  bool counted = false;        // as the loss of the sending before it
  bool after_timeout = false;  // valid with `counted`
};

class Repetitions {
 public:
  // Remembers the latest kMax.
  void add(const Repetition& repetition);

  // A D-SACK (RFC 2883) reports these bytes, which came again: of each range the latest repetition
  // that was sent until `until`. Each is reported once.
  std::vector<Repetition> take_reported(SeqRange bytes, Timestamp until);

  // The first acknowledgement of the range that begins here echoes the timestamp of one of its
  // sendings: those after it were needless (RFC 3522 3.2, Eifel). They stay, as not counted.
  std::vector<Repetition> take_back_newer(SeqNumber begin, uint32_t echoed);

  // Those of these bytes that are newer than a packet which comes only now: that was overtaken, and
  // not lost. They stay, as not counted.
  std::vector<Repetition> take_back_overtaking(SeqRange bytes, uint32_t ts_val);

 private:
  static constexpr size_t kMax = 32;
  template <typename Wanted>
  std::vector<Repetition> take_back(Wanted wanted);
  std::vector<Repetition> kept_;  // oldest first
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_REPETITIONS_H_
