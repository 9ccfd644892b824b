// What became of the data of `a` in a simulation, packet by packet, whatever a capture shows of it:
// it adds up to the SimulatedTruth.

#ifndef MTUSCOPE_TESTS_SUPPORT_SIMULATION_RECORD_H_
#define MTUSCOPE_TESTS_SUPPORT_SIMULATION_RECORD_H_

#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "tests/support/tcp_script.h"
#include "tests/support/tcp_simulation.h"

namespace mtuscope::build {

class SimulationRecord {
 public:
  // `size`: of the whole IP packet.
  void sent(const TcpEnds& ends, const Segment& s, uint32_t size, bool lost_by_limit,
            bool after_timeout);
  // `limit`: the largest size that passes while the path has its limit.
  void arrived(const TcpEnds& ends, const Segment& s, uint32_t size, std::optional<uint32_t> limit);
  // An acknowledgement arrived at a. Without SACK, what arrived behind a loss is answered by a
  // duplicate (RFC 5681 2): the first one of its number answers what came before.
  void answered(const TcpEnds& ends, const Segment& s);
  void finish();  // makes `truth` whole

  SimulatedTruth truth;

 private:
  struct Fate {
    Timestamp first, third;  // try
    uint32_t tries = 0, timeouts = 0, size = 0;
    bool arrived = false;
  };
  struct Small {
    uint16_t port;
    uint32_t begin, end;
    Timestamp sent;
  };
  std::map<std::pair<uint16_t, uint32_t>, Fate> fates_;
  std::vector<Small> small_;
  std::map<uint16_t, uint32_t> last_ack_;
  Timestamp last_control_;
  bool large_passed_ = false;
};

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_SIMULATION_RECORD_H_
