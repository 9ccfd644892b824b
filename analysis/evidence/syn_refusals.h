// Connection attempts that were turned away: a SYN answered with RST, or with an ICMP "unreachable"
// that quotes it. Counted for each service (client, server, port) as the TCP tracker meets them;
// what follows from it is said in connection_attempts.h.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_SYN_REFUSALS_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_SYN_REFUSALS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <tuple>
#include <vector>

#include "analysis/evidence/unreachable.h"
#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/packet.h"

namespace mtuscope {

struct RefusedService {
  uint64_t attempts = 0;                      // connection attempts (flows) that were turned away
  uint64_t resets = 0;                        // of them, by RST
  std::vector<UnreachableCount> unreachable;  // ICMP messages; each answers one SYN
  std::vector<FlowDirection> flows;           // at most kMaxListedFlows, from the client
  std::vector<FrameRef> frames;  // SYNs and what answered them, as many as a finding lists
  std::optional<Timestamp> first, last;
  uint64_t accepted = 0;  // attempts on the same service that were answered with SYN-ACK
  std::optional<Timestamp> first_accepted, last_accepted;
  uint32_t source = 0, interface = 0;  // where it was first seen

  bool reset_or_prohibited() const;  // somebody refused, rather than the way was not found
  uint64_t messages() const;         // ICMP messages in all
};

class SynRefusals {
 public:
  struct Key {
    IpAddress client, server;
    uint16_t port = 0;
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  using Services = std::map<Key, RefusedService>;

  // `rst` answers a SYN that nothing had answered before; `syn` is that SYN's frame, where known.
  // `again`: this flow was reset before.
  void add_reset(const Packet& rst, FrameRef syn, bool again);
  // `icmp` quotes a SYN that nothing had answered before.
  void add_unreachable(const Packet& icmp, FrameRef syn);
  // A flow that was accepted. Only services that refused are of interest, so call it when those
  // are known; `syn` is the time of its last SYN.
  void note_accepted(const Endpoint& client, const Endpoint& server, Timestamp syn);

  bool empty() const { return services_.empty(); }
  const Services& services() const { return services_; }
  uint64_t not_listed() const { return not_listed_; }  // refusals by more services than are kept

 private:
  static constexpr size_t kMaxServices = 4096;
  RefusedService* find_or_add(const Key& key, const Packet& answer, FrameRef syn);

  Services services_;
  uint64_t not_listed_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_SYN_REFUSALS_H_
