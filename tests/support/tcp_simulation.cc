#include "tests/support/tcp_simulation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <functional>
#include <memory>
#include <queue>

namespace mtuscope::build {

namespace {

// splitmix64: the same everywhere, unlike the distributions of <random>.
class Dice {
 public:
  explicit Dice(uint64_t seed) : state_(seed) {}
  double next() {
    uint64_t z = (state_ += 0x9e3779b97f4a7c15u);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
    z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
    return static_cast<double>((z ^ (z >> 31)) >> 11) * 0x1.0p-53;
  }
  bool happens(double chance) { return chance > 0 && next() < chance; }

 private:
  uint64_t state_;
};

class Clock {
 public:
  double now() const { return now_; }
  void in(double seconds, std::function<void()> what) {
    events_.push({now_ + seconds, ++order_, std::move(what)});
  }
  void run(double end) {
    while (!events_.empty() && events_.top().time <= end) {
      const Event event = events_.top();
      events_.pop();
      now_ = event.time;
      event.what();
    }
  }

 private:
  struct Event {
    double time;
    uint64_t order;
    std::function<void()> what;
    bool operator<(const Event& e) const {
      return time != e.time ? time > e.time : order > e.order;
    }
  };
  std::priority_queue<Event> events_;
  double now_ = 0;
  uint64_t order_ = 0;
};

// Both directions of the path and the capture somewhere on it.
class Wire {
 public:
  Wire(Clock& clock, const SimulatedPath& path, CapturePoint point, uint64_t seed)
      : clock_(clock), path_(path), point_(point), dice_(seed) {}

  void send(const TcpEnds& ends, Segment s, std::function<void(const Segment&)> arrive) {
    // One after the other: no two packets have the same time.
    busy_until_[s.from_a] = std::max(clock_.now(), busy_until_[s.from_a] + kSerialization);
    s.time = at(busy_until_[s.from_a]);
    CapturedPacket p = packet(ends, s, ++ip_id_);
    const double part_before = capture_position(s.from_a);
    double delay = path_.one_way + busy_until_[s.from_a] - clock_.now();
    if (dice_.happens(path_.reordered)) delay += path_.one_way * dice_.next();
    const bool lost = loses(s.from_a, p.original_bytes);
    // A packet that is lost was seen if it got as far as the capture: losses happen anywhere, and a
    // limit sits at the far end of a middle capture.
    const double got_to = too_large(s.from_a, p.original_bytes) ? 0.9 : 0.02 + 0.96 * dice_.next();
    if (!lost || got_to > part_before) {
      p.time = at(clock_.now()) + Duration::from_seconds(delay * part_before);
      if (part_before == 0) p.time = s.time;
      captured.push_back(std::move(p));
    }
    if (!lost) clock_.in(delay, [s, arrive] { arrive(s); });
  }

  Packets captured;

 private:
  double capture_position(bool from_a) const {
    const double from_sender = point_ == CapturePoint::kSender   ? 0
                               : point_ == CapturePoint::kMiddle ? 0.5
                                                                 : 1;
    return from_a ? from_sender : 1 - from_sender;
  }
  bool too_large(bool from_a, uint32_t size) const {
    return from_a && path_.limit && size > *path_.limit && clock_.now() >= path_.limit_from;
  }
  bool loses(bool from_a, uint32_t size) {
    const double now = clock_.now();
    bool random = now < bad_until_[from_a];
    if (!random && dice_.happens(from_a ? path_.loss_there : path_.loss_back)) {
      random = true;
      if (path_.burst > 0) bad_until_[from_a] = now - path_.burst * std::log(1 - dice_.next());
    }
    return random || too_large(from_a, size) || (now >= path_.down_from && now < path_.down_to) ||
           (from_a && now >= path_.mute_from && now < path_.mute_to);
  }

  Clock& clock_;
  const SimulatedPath& path_;
  CapturePoint point_;
  Dice dice_;
  static constexpr double kSerialization = 3e-6;  // seconds a packet
  std::array<double, 2> bad_until_{};
  std::array<double, 2> busy_until_{};
  uint16_t ip_id_ = 0;
};

// One end of a flow. Relative sequence numbers: 0 is the SYN, data begins at 1.
class End {
 public:
  End(Clock& clock, Wire& wire, const SimulatedFlow& flow, bool is_a)
      : clock_(clock), wire_(wire), flow_(flow), is_a_(is_a) {
    const uint32_t options = flow.ends.timestamps ? 12 : 0;
    mss_ = std::min(flow.ends.a_mss, flow.ends.b_mss) - options;
    if (is_a && flow.segment_limit != 0) mss_ = std::min<uint32_t>(mss_, flow.segment_limit);
  }

  End* other = nullptr;
  std::function<void(uint32_t)> on_data;  // bytes received in order, in all

  void connect() { queue(0, 1, tcp_flag::kSyn); }
  void write(uint32_t bytes) {
    while (bytes > 0) {
      const uint32_t part = std::min(bytes, mss_);
      unsent_.push_back(part);
      bytes -= part;
    }
    push();
  }
  void close() {
    fin_wanted_ = true;
    push();
  }

 private:
  struct Piece {
    uint32_t begin, end;
    uint8_t flags = 0;
    double sent = 0;
    uint32_t times = 0;
    bool sacked = false;
  };

  void queue(uint32_t begin, uint32_t end, uint8_t flags) {
    pieces_.push_back({begin, end, flags});
    next_ = end;
    transmit(pieces_.back());
    arm();
  }

  void push() {
    if (una_ == 0) return;  // not connected
    while (!unsent_.empty() && in_flight() < window_) {
      const uint32_t bytes = unsent_.front();
      unsent_.erase(unsent_.begin());
      queue(next_, next_ + bytes, unsent_.empty() ? tcp_flag::kPsh : 0);
    }
    if (fin_wanted_ && unsent_.empty() && !fin_sent_) {
      fin_sent_ = true;
      queue(next_, next_ + 1, tcp_flag::kFin);
    }
  }

  size_t in_flight() const {
    return static_cast<size_t>(
        std::ranges::count_if(pieces_, [](const Piece& p) { return !p.sacked; }));
  }

  void transmit(Piece& p) {
    p.sent = clock_.now();
    ++p.times;
    Segment s = header(p.flags);
    s.begin = p.begin;
    s.end = p.end - (p.flags & (tcp_flag::kSyn | tcp_flag::kFin) ? 1 : 0);
    send(s);
  }

  Segment header(uint8_t flags) const {
    Segment s{.from_a = is_a_, .flags = flags, .begin = next_, .end = next_};
    if (heard_ || is_a_) s.flags |= tcp_flag::kAck;
    s.ack = received_;
    for (size_t i = 0; flow_.ends.sack && i < std::min<size_t>(blocks_.size(), 3); ++i)
      s.sacks.push_back(blocks_[i]);
    s.ts_echo = stamp_;
    return s;
  }

  void send(const Segment& s) {
    ack_due_ = false;
    ++sends_;
    wire_.send(flow_.ends, s, [to = other](const Segment& arrived) { to->receive(arrived); });
  }

  void acknowledge() {
    Segment s = header(tcp_flag::kAck);
    if (duplicate_ && flow_.ends.sack) s.sacks.insert(s.sacks.begin(), *duplicate_);
    if (s.sacks.size() > 3) s.sacks.resize(3);
    duplicate_.reset();
    send(s);
  }

  void receive(const Segment& s) {
    heard_ = true;
    stamp_ = static_cast<uint32_t>((s.time - kScriptStart).ns / 1'000'000) + 100'000;
    const uint32_t end = s.end + (s.flags & (tcp_flag::kSyn | tcp_flag::kFin) ? 1 : 0);
    if (end != s.begin) on_segment(s, end);
    if (s.flags & tcp_flag::kAck) on_ack(s);
  }

  void on_segment(const Segment& s, uint32_t end) {
    const uint32_t before = received_;
    if (end <= received_) {
      duplicate_ = {s.begin, end};
      acknowledge();
      return;
    }
    if (s.begin > received_) {
      add_block(s.begin, end);
      acknowledge();
      return;
    }
    received_ = end;
    const bool filled = !blocks_.empty();
    std::erase_if(blocks_, [&](const auto& b) {
      if (b.first > received_) return false;
      received_ = std::max(received_, b.second);
      return true;
    });
    if (s.flags & tcp_flag::kSyn) {
      if (is_a_) {
        connect();
      } else {
        acknowledge();
      }
      return;
    }
    const uint32_t sent_before = sends_;
    if (on_data && received_ > before) on_data(received_ - 1);
    if (sends_ != sent_before) return;
    if (ack_due_ || filled) {
      acknowledge();
      return;
    }
    ack_due_ = true;
    clock_.in(flow_.delayed_ack, [this] {
      if (ack_due_) acknowledge();
    });
  }

  void add_block(uint32_t begin, uint32_t end) {
    for (bool joined = true; joined;) {
      joined = false;
      for (size_t i = 0; i < blocks_.size(); ++i) {
        if (begin > blocks_[i].second || end < blocks_[i].first) continue;
        begin = std::min(begin, blocks_[i].first);
        end = std::max(end, blocks_[i].second);
        blocks_.erase(blocks_.begin() + static_cast<std::ptrdiff_t>(i));
        joined = true;
        break;
      }
    }
    blocks_.insert(blocks_.begin(), {begin, end});  // RFC 2018 4: the latest first
  }

  void on_ack(const Segment& s) {
    bool news = false;
    while (!pieces_.empty() && pieces_.front().end <= s.ack) {
      const Piece& p = pieces_.front();
      if (p.times == 1 && !p.sacked) sample(clock_.now() - p.sent);
      pieces_.erase(pieces_.begin());
      news = true;
      window_ = std::min<size_t>(window_ + 1, 40);
    }
    if (s.ack > una_) {
      una_ = s.ack;
      backoff_ = 1;
      duplicates_ = 0;
      probed_ = false;
    } else if (s.begin == s.end && !pieces_.empty()) {
      ++duplicates_;
    }
    for (Piece& p : pieces_) {
      for (const auto& [begin, end] : s.sacks) {
        if (p.sacked || p.begin < begin || p.end > end) continue;
        p.sacked = news = true;
      }
    }
    if (!pieces_.empty()) recover();
    if (news) arm();
    push();
  }

  void sample(double rtt) { smoothed_ = smoothed_ == 0 ? rtt : 0.875 * smoothed_ + 0.125 * rtt; }

  // RFC 6675: lost when three later ones were selectively acknowledged; RFC 8985: or when one that
  // was sent later was, and a quarter of an RTT has passed. Without SACK: three duplicates.
  void recover() {
    for (size_t i = 0; i < pieces_.size(); ++i) {
      Piece& p = pieces_[i];
      if (p.sacked) continue;
      const auto later = std::count_if(pieces_.begin() + static_cast<std::ptrdiff_t>(i),
                                       pieces_.end(), [](const Piece& q) { return q.sacked; });
      const bool lost = flow_.ends.sack ? later >= 3 : i == 0 && duplicates_ == 3;
      if (lost && p.times == 1) transmit(p);
      if (!flow_.ends.sack) break;
      if (later > 0 && !lost && p.times == 1) {
        clock_.in(smoothed_ / 4, [this, begin = p.begin] {
          for (Piece& q : pieces_) {
            if (q.begin == begin && !q.sacked && q.times == 1) transmit(q);
          }
        });
      }
    }
  }

  void arm() {
    const uint64_t mine = ++timer_;
    if (pieces_.empty()) return;
    const double rto =
        (smoothed_ == 0 ? 1.0 : smoothed_ + std::max(flow_.min_rto, 0.5 * smoothed_)) * backoff_;
    const double probe = 2 * smoothed_ + (in_flight() == 1 ? 0.2 : 0.005);
    if (flow_.tail_loss_probe && flow_.ends.sack && smoothed_ > 0 && !probed_ && backoff_ == 1 &&
        probe < rto) {
      clock_.in(probe, [this, mine] {
        if (mine != timer_) return;
        probed_ = true;
        const auto last = std::find_if(pieces_.rbegin(), pieces_.rend(),
                                       [](const Piece& p) { return !p.sacked; });
        if (last != pieces_.rend()) transmit(*last);
        arm();
      });
      return;
    }
    clock_.in(rto, [this, mine] {
      if (mine == timer_) timeout();
    });
  }

  void timeout() {
    backoff_ = std::min(backoff_ * 2, 64);
    window_ = 2;
    ++timeouts_;
    const auto first = std::ranges::find_if(pieces_, [](const Piece& p) { return !p.sacked; });
    if (first != pieces_.end()) {
      if (is_a_ && flow_.mtu_probing && timeouts_ >= 4) mss_ = std::min(mss_, 972u);
      if (first->end - first->begin > mss_) {
        Piece rest = *first;
        first->end = rest.begin = first->begin + mss_;
        const auto where = first - pieces_.begin();
        pieces_.insert(first + 1, rest);
        transmit(pieces_[static_cast<size_t>(where)]);
      } else {
        transmit(*first);
      }
    }
    arm();
  }

  Clock& clock_;
  Wire& wire_;
  const SimulatedFlow& flow_;
  const bool is_a_;
  uint32_t mss_ = 0;
  // as a sender
  std::vector<Piece> pieces_;
  std::vector<uint32_t> unsent_;
  uint32_t una_ = 0, next_ = 0;
  size_t window_ = 10;
  double smoothed_ = 0;
  int backoff_ = 1;
  uint64_t timer_ = 0;
  uint32_t duplicates_ = 0, timeouts_ = 0, sends_ = 0;
  bool probed_ = false, fin_wanted_ = false, fin_sent_ = false;
  // as a receiver
  uint32_t received_ = 0;
  std::vector<std::pair<uint32_t, uint32_t>> blocks_;
  std::optional<std::pair<uint32_t, uint32_t>> duplicate_;
  uint32_t stamp_ = 0;
  bool heard_ = false, ack_due_ = false;
};

// Client and server and what they say to each other.
struct Conversation {
  Conversation(Clock& clock_in, Wire& wire, const SimulatedFlow& flow_in)
      : clock(clock_in),
        flow(flow_in),
        a(clock_in, wire, flow_in, true),
        b(clock_in, wire, flow_in, false) {
    a.other = &b;
    b.other = &a;
    uint32_t asked = 0, answered = 0;
    for (const Exchange& e : flow.exchanges) {
      asked += e.request;
      for (const uint32_t w : e.writes) answered += w;
      request_ends.push_back(asked);
      answer_ends.push_back(answered);
    }
    a.on_data = [this](uint32_t bytes) {
      while (served < request_ends.size() && bytes >= request_ends[served]) {
        const Exchange& e = flow.exchanges[served++];
        clock.in(e.think, [this, &e] {
          for (const uint32_t w : e.writes) a.write(w);
        });
      }
    };
    b.on_data = [this](uint32_t bytes) {
      while (done < answer_ends.size() && bytes >= answer_ends[done]) {
        if (++done < flow.exchanges.size()) b.write(flow.exchanges[done].request);
      }
    };
    clock.in(flow.start, [this] {
      b.connect();
      if (!flow.exchanges.empty()) b.write(flow.exchanges[0].request);
      if (flow.give_up) clock.in(*flow.give_up, [this] { b.close(); });
    });
  }

  Clock& clock;
  const SimulatedFlow& flow;
  End a, b;
  std::vector<uint32_t> request_ends, answer_ends;
  size_t served = 0, done = 0;
};

}  // namespace

Packets simulate(const std::vector<SimulatedFlow>& flows, const SimulatedPath& path,
                 CapturePoint point, double end, uint64_t seed) {
  Clock clock;
  Wire wire(clock, path, point, seed);
  std::vector<std::unique_ptr<Conversation>> conversations;
  for (const SimulatedFlow& flow : flows)
    conversations.push_back(std::make_unique<Conversation>(clock, wire, flow));
  clock.run(end);
  return merged({std::move(wire.captured)});
}

}  // namespace mtuscope::build
