// A path made up: limits, loss, delay, reordering, rate limits and lies, driven by a seed. Runs a
// Search to its end against simulated time.

#ifndef MTUSCOPE_TESTS_UNIT_PROBES_FAKE_PATH_H_
#define MTUSCOPE_TESTS_UNIT_PROBES_FAKE_PATH_H_

#include <functional>
#include <queue>
#include <random>
#include <vector>

#include "probes/search.h"

namespace mtuscope::fake {

struct Path {
  uint32_t limit = 1400;  // larger packets vanish
  bool ptb = false;       // ... and the router says so
  uint32_t ptb_mtu = 0;   // what it says; 0: the truth
  double ptb_share = 1;   // of the large ones that are answered with a PTB
  uint32_t fragment = 0;  // what fragments are told to be after the first probe; 0: nothing is told
  double loss = 0;        // of round trips, whatever their size
  Duration rtt = Duration::milliseconds(50);
  Duration jitter;            // evenly distributed, so answers are reordered
  double duplicates = 0;      // share of answers that come twice
  uint32_t loss_burst = 1;    // packets that are lost in a row, on average
  double late_share = 0;      // of answers that are read later ...
  Duration late;              // ... by up to this
  uint32_t answer_burst = 0;  // 0: no rate limit
  double answers_per_second = 0;
  uint32_t local_mtu = 0xffff;  // larger ones are refused by the local system
  // Decides instead of `limit` when set: whether a packet of this size, sent so long after the
  // start, passes.
  std::function<bool(uint32_t size, Duration since, std::mt19937& random)> passes;
  Duration send_gap = Duration::milliseconds(1);  // the engine's pace
};

inline const IpAddress kRouter = IpAddress::parse("192.0.2.1").value();

// What happens later.
struct Event {
  Timestamp at;
  ProbeId id;
  bool ptb;
  friend bool operator<(const Event& a, const Event& b) { return a.at > b.at; }  // earliest first
};

class World {
 public:
  World(Path path, uint32_t seed) : path_(std::move(path)), random_(seed) {
    tokens_ = path_.answer_burst;
  }

  SearchResult run(SearchOptions options) {
    Search search(std::move(options), now_);
    while (!search.finished()) step(search);
    probes = search.probes();
    return search.result();
  }

  std::vector<ProbeRecord> probes;

 private:
  void step(Search& search) {
    while (!events_.empty() && events_.top().at <= now_) {
      const Event event = events_.top();
      events_.pop();
      if (event.ptb) {
        search.on_ptb(event.id, IpSize{path_.ptb_mtu > 0 ? path_.ptb_mtu : path_.limit}, kRouter);
      } else {
        search.on_answer(event.id, now_);
      }
    }
    Timestamp wake{INT64_MAX};
    if (now_ >= next_send_) {
      if (const auto probe = search.next_probe(now_)) {
        send(search, *probe);
        if (probe->id == 0 && path_.fragment > 0) search.on_fragment(IpSize{path_.fragment});
        next_send_ = now_ + path_.send_gap;
      }
    }
    if (search.finished()) return;
    wake = std::max(search.wake_time(), next_send_);
    if (!events_.empty()) wake = std::min(wake, events_.top().at);
    now_ = std::max(wake, now_ + Duration{1000});
  }

  void send(Search& search, const Probe& probe) {
    if (probe.size.bytes > path_.local_mtu) {
      search.on_local_limit(probe.id, IpSize{path_.local_mtu});
      return;
    }
    std::uniform_real_distribution<double> share(0, 1);
    const bool passes = path_.passes ? path_.passes(probe.size.bytes, now_ - kStart, random_)
                                     : probe.size.bytes <= path_.limit;
    const bool lost = is_lost(share(random_));
    Duration delay = path_.rtt;
    if (path_.jitter.ns > 0) {
      delay.ns += std::uniform_int_distribution<int64_t>(0, path_.jitter.ns)(random_);
    }
    if (path_.late_share > 0 && share(random_) < path_.late_share) {
      delay.ns += std::uniform_int_distribution<int64_t>(0, path_.late.ns)(random_);
    }
    if (!passes) {
      if (!lost && path_.ptb && share(random_) < path_.ptb_share) {
        events_.push({now_ + delay, probe.id, true});
      }
      return;
    }
    if (lost || !take_token()) return;
    events_.push({now_ + delay, probe.id, false});
    if (share(random_) < path_.duplicates) {
      events_.push({now_ + delay + Duration{1000}, probe.id, false});
    }
  }

  // Two states (Gilbert): what follows a lost packet is lost with the probability that makes bursts
  // this long, and others so often that the share of all is `loss`.
  bool is_lost(double chance) {
    if (path_.loss_burst <= 1) return chance < path_.loss;
    const double ends = 1.0 / path_.loss_burst;
    const double begins = path_.loss * ends / (1 - path_.loss);
    losing_ = chance < (losing_ ? 1 - ends : begins);
    return losing_;
  }

  bool take_token() {
    if (path_.answer_burst == 0) return true;
    tokens_ = std::min<double>(path_.answer_burst,
                               tokens_ + (now_ - tokens_at_).seconds() * path_.answers_per_second);
    tokens_at_ = now_;
    if (tokens_ < 1) return false;
    tokens_ -= 1;
    return true;
  }

  static constexpr Timestamp kStart{1'000'000'000};
  Path path_;
  std::mt19937 random_;
  Timestamp now_ = kStart, next_send_ = kStart, tokens_at_ = kStart;
  double tokens_ = 0;
  bool losing_ = false;
  std::priority_queue<Event> events_;
};

}  // namespace mtuscope::fake

#endif  // MTUSCOPE_TESTS_UNIT_PROBES_FAKE_PATH_H_
