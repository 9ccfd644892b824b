// Times in which nothing of any size passed in one direction of a path, as they are noticed while
// packets go by. What they prove is judged in outage.h.
//
// An outage needs silence and tries: between two packets that arrived, by the time they were sent,
// lies a while in which others were sent again and again after timeouts, and none arrived. Silence
// alone is a sender with nothing to send.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_OUTAGE_LOG_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_OUTAGE_LOG_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/units.h"

namespace mtuscope {

// A packet that was sent again after a retransmission timeout (RFC 6298), or an acknowledgement for
// want of which the other side did so.
struct Repeat {
  FlowDirection flow;
  IpSize size;     // of the sending that was lost
  Timestamp lost;  // when it had been sent
  // When the same bytes were sent again; acknowledgements never are.
  std::optional<Timestamp> again;
  FrameRef lost_frame, again_frame;
  // The last packets of the other direction until then: of this flow, and of any.
  std::optional<Timestamp> peer_heard, any_heard;
  // When it was sent first, and since when nothing of its flow arrives; nullopt: since `lost`.
  std::optional<Timestamp> first, failing_since;
  bool syn = false;       // it asked for a connection, or allowed it
  bool only_fin = false;  // it carried nothing else
};

// A packet that was not acknowledged until its flow ended.
struct Unanswered {
  IpSize size;
  Timestamp sent;
  FrameRef frame;
  bool syn = false;
};

// Between `begin` and `end`, the sending times of two packets that arrived, none did.
struct Outage {
  Timestamp begin, end;
  Duration rtt{0};
  uint64_t events = 0;          // sendings in between, at least one RTT apart
  std::vector<Repeat> repeats;  // whose lost sending lies in between
  uint64_t losses = 0;          // all that were sent in between and had to be sent again
  IpSize smallest;              // of them
  // Of an outage that has not ended: small packets that nobody answered, though there was time.
  std::vector<Unanswered> unanswered;
  std::vector<FlowDirection> flows;  // at most kMaxListedFlows
  // Packets of the other direction kept coming, later than what was under way before, which would
  // have acknowledged what was lost.
  bool peer_heard = false;
  bool any_heard = false;  // ... or would have if they were of the same flow

  Duration length() const { return end - begin; }
  // Nobody waits for that; and a host that went to sleep does not answer it either.
  bool only_fins() const {
    return std::ranges::all_of(repeats, [](const Repeat& r) { return r.only_fin; });
  }
};

// For one direction of a path, from its first loss on.
class OutageLog {
 public:
  // `arrived`: when the last packet known to have arrived had been sent.
  explicit OutageLog(std::optional<Timestamp> arrived) : last_(arrived) {}

  void repeated(const Repeat& repeat, Duration rtt);
  // A packet sent at this time arrived.
  void arrived(Timestamp sent);

  // A packet sent at this time was lost, whether after a timeout or not.
  void lost(Timestamp sent) { lost_since_ += last_ && sent > *last_; }
  // ... and turned out not to be.
  void not_lost(Timestamp sent);
  // A D-SACK told later, with this frame, that one of the sendings between these times had arrived.
  void arrived_unheard(Timestamp first, Timestamp last, FrameRef report);
  // A packet was not answered until its flow ended.
  void unanswered(const Unanswered& packet);

  // What has been tried since the last packet that arrived, until now: nullopt when that is too
  // little.
  std::optional<Outage> open(Timestamp now) const;
  // Of the packets that were sent since then: how many were lost.
  uint64_t lost_since() const { return lost_since_; }
  // Acknowledgements for want of which data was sent again, at any time.
  uint64_t lost_acks() const { return lost_acks_; }

  // At most kMaxOutages, the longest; in order of time.
  const std::vector<Outage>& outages() const { return outages_; }
  uint64_t total() const { return total_; }
  // The D-SACK that tells that something arrived meanwhile: answers were lost, not packets.
  FrameRef report_of_arrival(const Outage& outage) const;

 private:
  struct Unheard {
    Timestamp first, last;
    FrameRef report;
  };
  static constexpr size_t kMaxOutages = 16;
  static constexpr size_t kMaxPending = 64;
  void keep(std::optional<Outage> outage);
  uint64_t losses_since_last() const;  // timeouts or not, with acknowledgements

  std::optional<Timestamp> last_;
  Duration rtt_{0};
  std::vector<Repeat> pending_;  // lost after `last_`
  std::vector<Unanswered> unanswered_;
  std::vector<Unheard> unheard_;
  uint64_t lost_since_ = 0;  // ... after `last_`
  uint64_t lost_acks_ = 0;
  std::vector<Outage> outages_;
  uint64_t total_ = 0;
};

// So many tries make an outage, at least one RTT apart.
inline constexpr uint64_t kMinOutageEvents = 3;

// What these repeats tell of the time between two arrivals. Nullopt when that is too short, or too
// little was tried in it.
std::optional<Outage> outage_between(Timestamp begin, Timestamp end,
                                     const std::vector<Repeat>& repeats, Duration rtt);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_OUTAGE_LOG_H_
