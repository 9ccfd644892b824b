// What the losses of one direction of a path have in common: do they hit large packets more often
// than small ones, do they come in bursts, when much is under way? Evidence for size-dependent-loss
// and random-loss; made with the first loss, so that a healthy path has none.
//
// Like is compared with like. Packets that are lost within one RTT are one event. Of each event one
// packet, drawn at random, stands for all; the question is how likely the event was to hit a packet
// of its size, given what else was sent shortly before. Three other reasons for losing large
// packets are left out of account:
// - A queue or policer that counts bytes, and bit errors, hit large packets in proportion to their
//   length. So each byte, not each packet, counts as equally likely to be hit.
// - A burst of loss hits a moment, and whatever is sent then. So each RTT counts the same, however
//   much was sent in it; the larger of both shares is used.
// - Congestion hits who sends much at a time, and that is large packets. So where losses prefer
//   packets that had more under way before them than half of all packets had, only the losses of
//   other packets count, and they are compared with such packets only.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_LOSS_PATTERN_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_LOSS_PATTERN_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/units.h"

namespace mtuscope {

// One packet that was lost, and its repetition.
struct Loss {
  IpSize size;
  Timestamp sent;  // a packet that never came by: when the one behind it did
  FrameRef frame;  // the lost packet; none where it never came by
  Timestamp repeated_at;
  FrameRef repeated;
  bool after_timeout = false;  // RFC 6298, rather than fast retransmit or a probe (RFC 6675, 8985)
  FlowDirection flow = {};
  bool first_of_flow = false;  // `repeated` is the first packet that its flow sent again
  bool syn = false;
};

class LossPattern {
 public:
  // Sizes are compared in classes: (bound[i - 1], bound[i]].
  static constexpr std::array<uint32_t, 28> kBounds = {
      128,  256,  384,  512,  640,  768,  896,  1024, 1088, 1152, 1184, 1216, 1248, 1280,
      1312, 1344, 1376, 1408, 1424, 1440, 1456, 1472, 1488, 1504, 2048, 4096, 8192, 9216};

  // For one split of the sizes: events that could be told from chance, those that hit the larger
  // sizes, and how many of them each byte being equally likely explains.
  struct Split {
    uint32_t events = 0;
    uint32_t hits = 0;
    double expected = 0;
  };

  // A packet with data was sent, of whatever flow.
  void sent(Timestamp time, IpSize size, Duration rtt);
  void lost(const Loss& loss, Duration rtt);
  // The packet whose repetition this frame is had arrived.
  void not_lost(FrameRef repetition, bool after_timeout);

  // At bound[i]: larger is what exceeds it. `light_only`: packets with little under way before
  // them.
  Split split(size_t i, bool light_only) const;
  uint64_t count() const { return count_; }
  uint64_t after_timeout() const { return after_timeout_; }
  uint64_t syns() const { return syns_; }  // of them
  Duration longest_wait() const { return longest_wait_; }
  const std::vector<Loss>& samples() const { return samples_; }
  // That lost something: the first kMaxListedFlows, and how many.
  const std::vector<FlowDirection>& flows() const { return flows_; }
  uint64_t flow_count() const { return flows_.size() + further_flows_; }
  // When the first of them was sent, and the last repetition.
  Timestamp first() const { return first_; }
  Timestamp last() const { return last_; }

  // Of the losses whose neighbours in order of sending are known: how many had lost ones beside
  // them.
  uint64_t located() const { return located_; }
  uint64_t beside_another() const { return beside_another_; }
  // Loss events, of those whose packet is known the ones that had much under way before them, and
  // the share of all packets that had.
  uint64_t events() const { return events_ + (open_ ? 1 : 0); }
  uint64_t weighed_events() const { return weighed_events_; }
  uint64_t heavy_events() const { return heavy_events_; }
  double heavy_share() const;

 private:
  struct Sending {
    Timestamp time;
    uint32_t size = 0;
    bool light = false;
    bool lost = false;
  };
  using Shares = std::array<double, kBounds.size()>;
  using Splits = std::array<Split, kBounds.size()>;
  struct Event {
    Timestamp latest;   // of its losses
    FrameRef repeated;  // of the packet that stands for it
    uint32_t losses = 0;
    uint32_t size = 0;
    bool weighed = false;
    bool light = false;
    Shares larger{}, larger_of_light{};  // of what could have been hit
  };

  static constexpr uint64_t kSilent = 4;  // losses before the packets around them are kept
  static constexpr size_t kRecent = 128;
  static constexpr size_t kSamples = 8;
  static constexpr uint64_t kMaxEvents = 4096;  // enough for any answer

  const Sending& recent(size_t back) const { return ring_[(next_ - 1 - back) % kRecent]; }
  size_t kept() const { return next_ < kRecent ? next_ : kRecent; }
  std::optional<size_t> find(const Loss& loss) const;
  void note_flow(const Loss& loss);
  void note_neighbours(size_t back, bool came_by);
  void represent(const Loss& loss, std::optional<size_t> back, Duration rtt);
  void close_event();
  Shares shares_before(const Loss& loss, Duration rtt, bool light_only) const;

  uint64_t count_ = 0, after_timeout_ = 0, syns_ = 0;
  Duration longest_wait_{0};
  std::vector<Loss> samples_;
  std::vector<FlowDirection> flows_;
  uint64_t further_flows_ = 0;
  FrameRef further_since_;  // with this frame the last of them; it may repeat several packets
  Timestamp first_, last_;

  std::vector<Sending> ring_;
  size_t next_ = 0;
  Timestamp load_at_;
  double load_ = 0;         // bytes sent in about the last RTT
  double median_load_ = 0;  // what half of all packets had before them
  uint64_t sent_ = 0, heavy_sent_ = 0;

  uint64_t located_ = 0, beside_another_ = 0;
  uint64_t events_ = 0, weighed_events_ = 0, heavy_events_ = 0;
  std::optional<Event> open_;
  std::array<Timestamp, 16> earlier_{};  // events that are closed
  size_t earlier_count_ = 0;
  Splits splits_{}, light_splits_{};
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_LOSS_PATTERN_H_
