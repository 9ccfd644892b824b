#include "tests/support/tcp_simulation.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <queue>

#include "tests/support/dice.h"

namespace mtuscope::build {

namespace {

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

// What became of a's data, packet by packet.
class Record {
 public:
  void sent(const TcpEnds& ends, const Segment& s, uint32_t size, bool lost_by_limit,
            bool after_timeout) {
    if (!s.from_a || s.begin == s.end) return;
    truth.lost_by_limit += lost_by_limit;
    Fate& fate = fates_[{ends.b_port, s.begin}];
    if (lost_by_limit) {
      if (fate.tries == 0) fate.first = s.time;
      if (++fate.tries == 3) fate.third = s.time;
      fate.timeouts += after_timeout;
      fate.size = std::max(fate.size, size);
    }
  }
  void arrived(const TcpEnds& ends, const Segment& s, uint32_t size,
               std::optional<uint32_t> limit) {
    if (!s.from_a || s.begin == s.end) return;
    ++truth.arrived;
    if (limit && size > *limit) {
      fates_[{ends.b_port, s.begin}].arrived = true;
      large_passed_ = true;
    }
    if (!limit || size <= *limit) small_.push_back({ends.b_port, s.begin, s.end, s.time});
  }
  // An acknowledgement arrived at a. Without SACK, what arrived behind a loss is answered by a
  // duplicate (RFC 5681 2): the first one of its number answers what came before.
  void answered(const TcpEnds& ends, const Segment& s) {
    const auto [last, is_first] = last_ack_.try_emplace(ends.b_port, s.ack);
    const bool duplicate = !is_first && last->second == s.ack && s.begin == s.end;
    last->second = s.ack;
    std::erase_if(small_, [&](const Small& p) {
      if (p.port != ends.b_port) return false;
      bool named = s.ack >= p.end || (!ends.sack && duplicate);
      for (const auto& [begin, end] : s.sacks) named = named || (begin <= p.begin && p.end <= end);
      if (named) last_control_ = std::max(last_control_, p.sent);
      return named;
    });
  }
  void finish() {
    for (const auto& [range, fate] : fates_) {
      const Timestamp since = large_passed_ ? fate.third : fate.first;
      truth.provable = truth.provable || (fate.tries >= 3 && fate.timeouts > 0 && !fate.arrived &&
                                          last_control_ > since);
    }
  }

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

// Both directions of the path and the capture somewhere on it.
class Wire {
 public:
  Wire(Clock& clock, const SimulatedPath& path, CapturePoint point, uint64_t seed)
      : clock_(clock), path_(path), point_(point), dice_(seed), tokens_(path.police_burst) {}

  void send(const TcpEnds& ends, Segment s, const std::function<void(const Segment&)>& arrive,
            bool after_timeout = false) {
    // One after the other: no two packets have the same time.
    busy_until_[s.from_a] = std::max(clock_.now(), busy_until_[s.from_a] + kSerialization);
    s.time = at(busy_until_[s.from_a]);
    CapturedPacket p = packet(ends, s, ++ip_id_);
    const uint32_t size = p.original_bytes;
    const double part_before = capture_position(s.from_a);
    const bool too_large = s.from_a && exceeds_limit(ends, size);
    const bool lost = loses(s.from_a, size) || too_large;
    double delay = one_way() + busy_until_[s.from_a] - clock_.now();
    if (s.from_a) delay += queueing_;
    if (dice_.happens(path_.reordered)) delay += path_.one_way * dice_.next();
    record.sent(ends, s, size, too_large, after_timeout);
    // A packet that is lost was seen if it got as far as the capture: losses happen anywhere, and a
    // limit sits at the far end of a middle capture.
    const double got_to = too_large ? 0.9 : 0.02 + 0.96 * dice_.next();
    if (!lost || got_to > part_before) {
      p.time = at(clock_.now()) + Duration::from_seconds(delay * part_before);
      if (part_before == 0) p.time = s.time;
      captured.push_back(std::move(p));
    }
    if (lost) return;
    deliver(ends, s, arrive, delay, size);
    if (dice_.happens(path_.duplicated)) {
      if (part_before > 0.5) {
        captured.push_back(captured.back());
        captured.back().time = captured.back().time + Duration::from_seconds(0.0002);
      }
      deliver(ends, s, arrive, delay + 0.0002, size);
    }
  }

  Packets captured;
  Record record;

 private:
  void deliver(const TcpEnds& ends, const Segment& s,
               const std::function<void(const Segment&)>& arrive, double delay, uint32_t size) {
    clock_.in(delay, [this, &ends, s, arrive, size] {
      record.arrived(ends, s, size, path_.limit);
      if (!s.from_a) record.answered(ends, s);
      arrive(s);
    });
  }
  double one_way() const {
    return path_.one_way + (clock_.now() >= path_.slower_from ? path_.slower_by : 0);
  }
  double capture_position(bool from_a) const {
    const double from_sender = point_ == CapturePoint::kSender   ? 0
                               : point_ == CapturePoint::kMiddle ? 0.5
                                                                 : 1;
    return from_a ? from_sender : 1 - from_sender;
  }
  bool exceeds_limit(const TcpEnds& ends, uint32_t size) const {
    return path_.limit && size > *path_.limit && clock_.now() >= path_.limit_from &&
           clock_.now() < path_.limit_to && ends.b_port % path_.limit_every == 0;
  }
  // A token bucket without a queue.
  bool policed(uint32_t size) {
    if (path_.police_rate <= 0) return false;
    tokens_ += (clock_.now() - tokens_at_) * path_.police_rate;
    tokens_ = std::min(tokens_, path_.police_burst);
    tokens_at_ = clock_.now();
    if (tokens_ < size) return true;
    tokens_ -= size;
    return false;
  }
  // A slow link with a queue in front, which drops what does not fit.
  bool overflows(uint32_t size) {
    queueing_ = 0;
    if (path_.link_rate <= 0) return false;
    const double waiting = std::max(0.0, link_free_ - clock_.now());
    if (waiting * path_.link_rate + size > path_.queue_bytes) return true;
    link_free_ = clock_.now() + waiting + size / path_.link_rate;
    queueing_ = link_free_ - clock_.now();
    return false;
  }
  bool loses(bool from_a, uint32_t size) {
    const double now = clock_.now();
    bool random = now < bad_until_[from_a];
    if (!random && dice_.happens(from_a ? path_.loss_there : path_.loss_back)) {
      random = true;
      if (path_.burst > 0) bad_until_[from_a] = now - path_.burst * std::log(1 - dice_.next());
    }
    if (from_a && path_.lossy_rate > 0 && size > path_.lossy_above)
      random = dice_.happens(path_.lossy_rate) || random;
    if (random || (now >= path_.down_from && now < path_.down_to)) return true;
    if (from_a && now >= path_.mute_from && now < path_.mute_to) return true;
    return from_a && (policed(size) || overflows(size));
  }

  Clock& clock_;
  const SimulatedPath& path_;
  CapturePoint point_;
  Dice dice_;
  static constexpr double kSerialization = 3e-6;  // seconds a packet
  std::array<double, 2> bad_until_{};
  std::array<double, 2> busy_until_{};
  double tokens_, tokens_at_ = 0;
  double link_free_ = 0, queueing_ = 0;
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
    bool lost = false;  // and not sent again yet
  };

  void queue(uint32_t begin, uint32_t end, uint8_t flags) {
    pieces_.push_back({begin, end, flags});
    next_ = end;
    transmit(pieces_.back());
    arm();
  }

  // What is lost first, then what is new, as the window allows.
  void push() {
    if (una_ == 0) return;  // not connected
    for (size_t i = 0; i < pieces_.size(); ++i) {
      if (!pieces_[i].lost || pieces_[i].sacked) continue;
      if (in_flight() >= window()) return;
      cut(i);
      pieces_[i].lost = false;
      transmit(pieces_[i]);
    }
    while (!unsent_.empty() && in_flight() < window()) {
      const uint32_t bytes = std::min(unsent_.front(), mss_);
      if (bytes < unsent_.front()) {
        unsent_.front() -= bytes;
      } else {
        unsent_.pop_front();
      }
      queue(next_, next_ + bytes, unsent_.empty() ? tcp_flag::kPsh : 0);
    }
    if (fin_wanted_ && unsent_.empty() && !fin_sent_) {
      fin_sent_ = true;
      queue(next_, next_ + 1, tcp_flag::kFin);
    }
  }

  // To what the sender holds for the path MTU now.
  void cut(size_t i) {
    if (pieces_[i].end - pieces_[i].begin <= mss_) return;
    Piece rest = pieces_[i];
    pieces_[i].end = rest.begin = rest.begin + mss_;
    pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(i) + 1, rest);
  }

  size_t window() const { return static_cast<size_t>(std::max(window_, 1.0)); }
  size_t in_flight() const {
    return static_cast<size_t>(
        std::ranges::count_if(pieces_, [](const Piece& p) { return !p.sacked && !p.lost; }));
  }

  void transmit(Piece& p, bool after_timeout = false) {
    p.sent = clock_.now();
    ++p.times;
    Segment s = header(p.flags);
    s.begin = p.begin;
    s.end = p.end - (p.flags & (tcp_flag::kSyn | tcp_flag::kFin) ? 1 : 0);
    send(s, after_timeout);
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

  void send(const Segment& s, bool after_timeout = false) {
    ack_due_ = false;
    ++sends_;
    wire_.send(
        flow_.ends, s, [to = other](const Segment& arrived) { to->receive(arrived); },
        after_timeout);
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
      // RFC 9293 3.10.7.4: a repeated SYN asks for the SYN-ACK.
      if ((s.flags & tcp_flag::kSyn) && !pieces_.empty() && pieces_.front().begin == 0) {
        transmit(pieces_.front());
        return;
      }
      duplicate_ = {s.begin, end};
      acknowledge();
      return;
    }
    if (s.begin > received_) {
      // RFC 2883 4.2: in a block that is known already.
      if (std::ranges::any_of(
              blocks_, [&](const auto& b) { return b.first <= s.begin && end <= b.second; })) {
        duplicate_ = {s.begin, end};
      }
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
      note_delivered(pieces_.front());
      pieces_.erase(pieces_.begin());
      news = true;
      // Slow start, then one more a window (RFC 5681).
      window_ = std::min(window_ + (window_ < threshold_ ? 1 : 1 / window_), 64.0);
    }
    if (s.ack > una_) {
      una_ = s.ack;
      backoff_ = 1;
      duplicates_ = 0;
      probed_ = false;
      // RFC 6582: a partial acknowledgement names the next hole.
      if (!flow_.ends.sack && una_ < recover_until_ && !pieces_.empty()) mark_lost(pieces_.front());
    } else if (s.begin == s.end && !pieces_.empty()) {
      ++duplicates_;
    }
    for (Piece& p : pieces_) {
      for (const auto& [begin, end] : s.sacks) {
        if (p.sacked || p.begin < begin || p.end > end) continue;
        p.sacked = news = true;
        note_delivered(p);
      }
    }
    if (!pieces_.empty()) recover();
    if (news) arm();
    push();
  }

  void note_delivered(const Piece& p) {
    if (p.times == 1 && !p.sacked) sample(clock_.now() - p.sent);
    // RFC 8985 6.2: an answer sooner than the shortest RTT belongs to an earlier sending.
    if (p.times == 1 || clock_.now() - p.sent >= 0.9 * shortest_)
      latest_delivered_ = std::max(latest_delivered_, p.sent);
  }

  void sample(double rtt) {
    smoothed_ = smoothed_ == 0 ? rtt : 0.875 * smoothed_ + 0.125 * rtt;
    shortest_ = std::min(shortest_, rtt);
  }

  void mark_lost(Piece& p) {
    if (p.lost || p.sacked) return;
    p.lost = true;
    if (una_ < recover_until_) return;
    recover_until_ = next_;
    threshold_ = window_ = std::max(2.0, window_ / 2);
  }

  // RFC 8985: lost when one that was sent a quarter of an RTT later was delivered; those sent less
  // than that before it are looked at again then. Without SACK: three duplicates (RFC 5681).
  void recover() {
    if (!flow_.ends.sack) {
      if (duplicates_ == 3) mark_lost(pieces_.front());
      return;
    }
    const double reordering = shortest_ / 4;
    bool later = false;
    for (Piece& p : pieces_) {
      if (p.sacked || p.lost || p.sent >= latest_delivered_) continue;
      if (p.sent + reordering <= latest_delivered_ ||
          clock_.now() >= p.sent + smoothed_ + reordering) {
        mark_lost(p);
      } else {
        later = true;
      }
    }
    if (!later || looking_again_) return;
    looking_again_ = true;
    clock_.in(reordering + 1e-6, [this] {
      looking_again_ = false;
      if (!pieces_.empty()) recover();
      push();
    });
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

  // RFC 5681 3.1, and as Linux does: all that is outstanding counts as lost.
  void timeout() {
    backoff_ = std::min(backoff_ * 2, 64);
    if (recover_until_ <= una_) threshold_ = std::max(2.0, window_ / 2);
    window_ = 1;
    recover_until_ = next_;
    duplicates_ = 0;
    ++timeouts_;
    if (is_a_ && flow_.mtu_probing && timeouts_ >= 4) mss_ = std::min(mss_, 972u);
    for (Piece& p : pieces_) p.lost = !p.sacked;
    const auto first = std::ranges::find_if(pieces_, [](const Piece& p) { return !p.sacked; });
    if (first != pieces_.end()) {
      const auto i = static_cast<size_t>(first - pieces_.begin());
      cut(i);
      pieces_[i].lost = false;
      transmit(pieces_[i], true);
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
  std::deque<uint32_t> unsent_;
  uint32_t una_ = 0, next_ = 0, recover_until_ = 0;
  double window_ = 10, threshold_ = 1e9;
  double smoothed_ = 0, shortest_ = 1e9;
  double latest_delivered_ = -1;  // when the latest sent of all that arrived was sent
  bool looking_again_ = false;
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
                 CapturePoint point, double end, uint64_t seed, SimulatedTruth* truth) {
  Clock clock;
  Wire wire(clock, path, point, seed);
  std::vector<std::unique_ptr<Conversation>> conversations;
  for (const SimulatedFlow& flow : flows)
    conversations.push_back(std::make_unique<Conversation>(clock, wire, flow));
  clock.run(end);
  wire.record.finish();
  if (truth != nullptr) *truth = wire.record.truth;
  return merged({std::move(wire.captured)});
}

}  // namespace mtuscope::build
