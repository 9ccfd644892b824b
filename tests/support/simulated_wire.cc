#include "tests/support/simulated_wire.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

namespace mtuscope::build {

SimulatedWire::SimulatedWire(SimulatedClock& clock, const SimulatedPath& path, CapturePoint point,
                             uint64_t seed)
    : clock_(clock), path_(path), point_(point), dice_(seed), tokens_(path.police_burst) {}

void SimulatedWire::send(const TcpEnds& ends, Segment s,
                         const std::function<void(const Segment&)>& arrive, bool after_timeout) {
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

void SimulatedWire::deliver(const TcpEnds& ends, const Segment& s,
                            const std::function<void(const Segment&)>& arrive, double delay,
                            uint32_t size) {
  clock_.in(delay, [this, &ends, s, arrive, size] {
    record.arrived(ends, s, size, path_.limit);
    if (!s.from_a) record.answered(ends, s);
    arrive(s);
  });
}

double SimulatedWire::one_way() const {
  return path_.one_way + (clock_.now() >= path_.slower_from ? path_.slower_by : 0);
}

double SimulatedWire::capture_position(bool from_a) const {
  const double from_sender = point_ == CapturePoint::kSender   ? 0
                             : point_ == CapturePoint::kMiddle ? 0.5
                                                               : 1;
  return from_a ? from_sender : 1 - from_sender;
}

bool SimulatedWire::exceeds_limit(const TcpEnds& ends, uint32_t size) const {
  return path_.limit && size > *path_.limit && clock_.now() >= path_.limit_from &&
         clock_.now() < path_.limit_to && ends.b_port % path_.limit_every == 0;
}

bool SimulatedWire::policed(uint32_t size) {
  if (path_.police_rate <= 0) return false;
  tokens_ += (clock_.now() - tokens_at_) * path_.police_rate;
  tokens_ = std::min(tokens_, path_.police_burst);
  tokens_at_ = clock_.now();
  if (tokens_ < size) return true;
  tokens_ -= size;
  return false;
}

bool SimulatedWire::overflows(uint32_t size) {
  queueing_ = 0;
  if (path_.link_rate <= 0) return false;
  const double waiting = std::max(0.0, link_free_ - clock_.now());
  if (waiting * path_.link_rate + size > path_.queue_bytes) return true;
  link_free_ = clock_.now() + waiting + size / path_.link_rate;
  queueing_ = link_free_ - clock_.now();
  return false;
}

bool SimulatedWire::loses(bool from_a, uint32_t size) {
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

}  // namespace mtuscope::build
