// Packets of two captures in one file whose clocks were not set alike, as mergecap leaves them: the
// same handshakes come again seconds later. Whoever takes that for one clock sees losses, timeouts
// and outages that never were.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_SECOND_CLOCK_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_SECOND_CLOCK_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "capture/packet.h"

namespace mtuscope {

class SecondClock {
 public:
  SecondClock() : recent_(kRecent) {}

  // A TCP packet with SYN.
  void add(const Packet& p);

  // So much later the first of them came again; nullopt where none did.
  std::optional<Duration> behind() const;

 private:
  static constexpr uint32_t kRecent = 1024;

  struct Seen {
    Endpoint src, dst;
    Timestamp time;
    uint32_t isn = 0, ts_val = 0;
    bool answer = false, used = false;
  };

  std::vector<Seen> recent_;
  std::array<uint64_t, 2> again_{};  // SYNs, SYN-ACKs
  Duration behind_{0};
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_SECOND_CLOCK_H_
