// ICMP "destination unreachable" about data that was under way (RFC 1122 4.2.3.9): somebody says
// why it does not arrive. Routers that find no way say so, and filters that refuse it. A PTB is
// none.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_UNREACHABLE_DATA_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_UNREACHABLE_DATA_H_

#include <optional>
#include <vector>

#include "analysis/evidence/packet_identity.h"
#include "analysis/evidence/unreachable.h"
#include "analysis/report/finding.h"
#include "capture/packet.h"

namespace mtuscope {

struct Path;

// One reporter's message about packets of one direction.
struct UnreachableData {
  UnreachableCount said;
  Timestamp first, last;     // when it came
  IpSize smallest, largest;  // of the packets that it is about
  PacketIdentity identity;   // of the last one: a copy counts once
  SeqNumber about;           // ... and the first byte that it quotes

  // Not the network that finds no way, but a rule.
  bool refused() const { return refuses(said.type, said.code, said.reporter.family); }
};

class UnreachableLog {
 public:
  // `icmp` must be such a message that quotes bytes which were sent and not acknowledged.
  void add(const Packet& icmp);
  const std::vector<UnreachableData>& said() const { return said_; }

 private:
  static constexpr size_t kMaxSaid = 8;
  std::vector<UnreachableData> said_;
};

// Adds to a finding about packets that did not arrive what was said of them meanwhile: for it, or
// against a limit where the same is said of smaller packets, or nobody finds the way.
void add_unreachable(const Path& path, Finding& finding);

// path-outage (no way is found) or data-undelivered (a filter refuses it) in place of an open
// question of the direction, suspected. Nullopt where nobody said why.
std::optional<Finding> told_why(const Path& path, unsigned direction, const Finding& question);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_UNREACHABLE_DATA_H_
