// Where large packets vanish: pairs of a large and a small probe with rising hop limits. Every
// router that a packet reaches with its last hop answers "time exceeded", whatever the packet's
// size; so the last one that answers large ones is where they get to. Routers limit such answers:
// the small one follows the large one, and only where it is answered, the other one's silence
// means anything. A pure state machine, like search.h.

#ifndef MTUSCOPE_PROBES_HOP_SEARCH_H_
#define MTUSCOPE_PROBES_HOP_SEARCH_H_

#include <array>
#include <cstdint>
#include <optional>
#include <vector>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/probe_record.h"

namespace mtuscope {

struct Hop {
  uint8_t ttl = 0;                   // 0: this host
  std::optional<IpAddress> address;  // of whoever answered; nullopt: this host
  bool is_target = false;
};

struct HopResult {
  // The last hop that large packets get to; behind it they vanish.
  std::optional<Hop> last;
  // The first hop behind it that answers small packets, and no large ones. There may be others
  // between them that never answer anything.
  std::optional<Hop> next;
  uint32_t packets = 0;
};

struct HopOptions {
  IpSize small, large;   // one that passes, one that does not
  Duration timeout;      // for an answer: RttEstimator::timeout() of the search
  ProbeId first_id = 0;  // ids below were used already
  Duration time_limit = Duration::milliseconds(5'000);
};

class HopSearch {
 public:
  struct Probe {
    ProbeId id = 0;
    IpSize size;
    uint8_t ttl = 0;
  };

  HopSearch(const HopOptions& options, Timestamp now);

  // As in Search.
  std::optional<Probe> next_probe(Timestamp now);
  Timestamp wake_time() const;
  void on_time_exceeded(ProbeId id, const IpAddress& reporter);
  // The target answered, or somebody said that it can't be delivered: the end of the path.
  void on_arrival(ProbeId id, const IpAddress& reporter);
  void on_ptb(ProbeId id);

  void stop(Timestamp now);
  bool finished() const { return finished_; }
  // `last` and `next` only when both are certain.
  HopResult result() const;

 private:
  struct Answers {
    std::optional<IpAddress> small, large;
    uint8_t small_sent = 0;
    uint8_t small_answers = 0;  // so often a large one could have been answered, too
    bool is_target = false;
    bool refused = false;  // a PTB: large ones do not get here
  };
  struct Sent {
    uint8_t ttl = 0;
    bool large = false, answered = false;
    Timestamp at;
  };

  void plan(Timestamp now);
  bool outstanding(Timestamp now) const;
  void add(uint8_t ttl, bool large);
  void add_pair(uint8_t ttl);
  void note_answer(const Sent& sent, const IpAddress& reporter);
  bool is_behind(const Answers& hop) const;
  uint8_t boundary() const;  // the largest hop limit at which a large one was answered
  Sent* find(ProbeId id);

  HopOptions options_;
  Timestamp start_;
  std::array<Answers, 33> hops_{};  // by hop limit; 0 is not used
  uint8_t explored_ = 0;            // hop limits up to this were tried
  bool finished_ = false;
  std::vector<Sent> sent_;   // by id - first_id
  std::vector<Sent> queue_;  // the next ones, last first
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_HOP_SEARCH_H_
