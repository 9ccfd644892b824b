#include "tests/support/simulated_end.h"

#include <algorithm>
#include <cstddef>

namespace mtuscope::build {

SimulatedEnd::SimulatedEnd(SimulatedClock& clock, SimulatedWire& wire, const SimulatedFlow& flow,
                           bool is_a)
    : clock_(clock), wire_(wire), flow_(flow), is_a_(is_a) {
  const uint32_t options = flow.ends.timestamps ? 12 : 0;
  mss_ = std::min(flow.ends.a_mss, flow.ends.b_mss) - options;
  if (is_a && flow.segment_limit != 0) mss_ = std::min<uint32_t>(mss_, flow.segment_limit);
}

void SimulatedEnd::write(uint32_t bytes) {
  while (bytes > 0) {
    const uint32_t part = std::min(bytes, mss_);
    unsent_.push_back(part);
    bytes -= part;
  }
  push();
}

void SimulatedEnd::close() {
  fin_wanted_ = true;
  push();
}

void SimulatedEnd::queue(uint32_t begin, uint32_t end, uint8_t flags) {
  pieces_.push_back({begin, end, flags});
  next_ = end;
  transmit(pieces_.back());
  arm();
}

void SimulatedEnd::push() {
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

void SimulatedEnd::cut(size_t i) {
  if (pieces_[i].end - pieces_[i].begin <= mss_) return;
  Piece rest = pieces_[i];
  pieces_[i].end = rest.begin = rest.begin + mss_;
  pieces_.insert(pieces_.begin() + static_cast<std::ptrdiff_t>(i) + 1, rest);
}

size_t SimulatedEnd::window() const { return static_cast<size_t>(std::max(window_, 1.0)); }

size_t SimulatedEnd::in_flight() const {
  return static_cast<size_t>(
      std::ranges::count_if(pieces_, [](const Piece& p) { return !p.sacked && !p.lost; }));
}

void SimulatedEnd::transmit(Piece& p, bool after_timeout) {
  p.sent = clock_.now();
  ++p.times;
  Segment s = header(p.flags);
  s.begin = p.begin;
  s.end = p.end - (p.flags & (tcp_flag::kSyn | tcp_flag::kFin) ? 1 : 0);
  send(s, after_timeout);
}

Segment SimulatedEnd::header(uint8_t flags) const {
  Segment s{.from_a = is_a_, .flags = flags, .begin = next_, .end = next_};
  if (heard_ || is_a_) s.flags |= tcp_flag::kAck;
  s.ack = received_;
  for (size_t i = 0; flow_.ends.sack && i < std::min<size_t>(blocks_.size(), 3); ++i)
    s.sacks.push_back(blocks_[i]);
  s.ts_echo = stamp_;
  return s;
}

void SimulatedEnd::send(const Segment& s, bool after_timeout) {
  ack_due_ = false;
  ++sends_;
  wire_.send(
      flow_.ends, s, [to = other](const Segment& arrived) { to->receive(arrived); }, after_timeout);
}

void SimulatedEnd::acknowledge() {
  Segment s = header(tcp_flag::kAck);
  if (duplicate_ && flow_.ends.sack) s.sacks.insert(s.sacks.begin(), *duplicate_);
  if (s.sacks.size() > 3) s.sacks.resize(3);
  duplicate_.reset();
  send(s);
}

void SimulatedEnd::receive(const Segment& s) {
  heard_ = true;
  stamp_ = static_cast<uint32_t>((s.time - kScriptStart).ns / 1'000'000) + 100'000;
  const uint32_t end = s.end + (s.flags & (tcp_flag::kSyn | tcp_flag::kFin) ? 1 : 0);
  if (end != s.begin) on_segment(s, end);
  if (s.flags & tcp_flag::kAck) on_ack(s);
}

void SimulatedEnd::on_segment(const Segment& s, uint32_t end) {
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
    if (std::ranges::any_of(blocks_,
                            [&](const auto& b) { return b.first <= s.begin && end <= b.second; })) {
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

void SimulatedEnd::add_block(uint32_t begin, uint32_t end) {
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

void SimulatedEnd::on_ack(const Segment& s) {
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

void SimulatedEnd::note_delivered(const Piece& p) {
  if (p.times == 1 && !p.sacked) sample(clock_.now() - p.sent);
  // RFC 8985 6.2: an answer sooner than the shortest RTT belongs to an earlier sending.
  if (p.times == 1 || clock_.now() - p.sent >= 0.9 * shortest_)
    latest_delivered_ = std::max(latest_delivered_, p.sent);
}

void SimulatedEnd::sample(double rtt) {
  smoothed_ = smoothed_ == 0 ? rtt : 0.875 * smoothed_ + 0.125 * rtt;
  shortest_ = std::min(shortest_, rtt);
}

void SimulatedEnd::mark_lost(Piece& p) {
  if (p.lost || p.sacked) return;
  p.lost = true;
  if (una_ < recover_until_) return;
  recover_until_ = next_;
  threshold_ = window_ = std::max(2.0, window_ / 2);
}

void SimulatedEnd::recover() {
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

void SimulatedEnd::arm() {
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
      const auto last =
          std::find_if(pieces_.rbegin(), pieces_.rend(), [](const Piece& p) { return !p.sacked; });
      if (last != pieces_.rend()) transmit(*last);
      arm();
    });
    return;
  }
  clock_.in(rto, [this, mine] {
    if (mine == timer_) timeout();
  });
}

void SimulatedEnd::timeout() {
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

}  // namespace mtuscope::build
