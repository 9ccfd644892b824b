#include "analysis/points/point_finder.h"

#include <algorithm>
#include <optional>

namespace mtuscope {

namespace {

// Fewer packets in common are a coincidence.
constexpr uint64_t kFewestCommon = 3;
// Of the smaller sample: packets that are certainly the same, or all that look the same. Files that
// continue each other have none of the first, and of the second only what was sent again across
// their border.
constexpr uint64_t kCertainShare = 100;  // 1 in 100
constexpr uint64_t kLikelyShare = 5;     // 1 in 5
constexpr size_t kMaxTimes = 1024;

// How far each source's clock is ahead of the first one's: along the sources that share packets,
// and for the others as at their own point.
std::vector<Duration> clocks(const std::vector<PointPlan::Entry>& entries, uint32_t points,
                             const std::map<std::pair<uint32_t, uint32_t>, Duration>& between) {
  uint32_t count = 0;
  for (const PointPlan::Entry& e : entries) count = std::max(count, e.place.source + 1);
  std::vector<std::optional<Duration>> known(count);
  if (count > 0) known[0] = Duration{0};
  for (bool progress = true; progress;) {
    progress = false;
    for (const auto& [pair, later] : between) {
      const auto [a, b] = pair;
      if (known[a] && !known[b]) {
        known[b] = *known[a] + later;
        progress = true;
      } else if (known[b] && !known[a]) {
        known[a] = *known[b] - later;
        progress = true;
      }
    }
  }
  for (uint32_t point = 0; point < points; ++point) {
    std::optional<Duration> here;
    for (const PointPlan::Entry& e : entries) {
      if (e.point == point && known[e.place.source]) here = known[e.place.source];
    }
    for (const PointPlan::Entry& e : entries) {
      if (here && e.point == point && !known[e.place.source]) known[e.place.source] = here;
    }
  }
  std::vector<Duration> ahead;
  for (const auto& k : known) ahead.push_back(k.value_or(Duration{0}));
  return ahead;
}

}  // namespace

void PointFinder::add(const Packet& p) {
  const uint32_t index = place_index(place_of(p));
  if (index == kMaxPlaces) return;
  Place& place = places_[index];
  numbers_.add(p, index);
  if (place.ttls.size() < kMaxTtls) place.ttls.try_emplace(p.src, p.ttl);
  uint64_t print = crossing_print(p);
  const bool bare_ack = p.transport == Transport::kTcp && p.payload_bytes == 0 &&
                        !(p.tcp.flags & (tcp_flag::kSyn | tcp_flag::kFin));
  const bool may_repeat_itself = p.transport == Transport::kUdp && !p.is_wireguard;
  if (bare_ack || may_repeat_itself) {
    // Duplicate acknowledgements look the same and are not, nor are questions asked again.
    const SamePacketProof proof = same_packet_proof(p);
    if (proof.ip_id == 0) return;
    print += proof.ip_id * 0x9e3779b97f4a7c15u;
  }
  // A hash is small when its high bits are: the low ones choose the bucket.
  if (print == 0 || ((print >> 40) & mask_) != 0) return;
  std::vector<Sighting>& seen = sample_[print];
  const auto known = std::ranges::find(seen, index, &Sighting::place);
  if (known != seen.end()) {
    known->repeated = true;
    return;
  }
  seen.push_back({index, p.time, same_packet_proof(p)});
  ++place.sampled;
  if (++sightings_ >= kMaxSampled) thin_out();
}

uint32_t PointFinder::place_index(const CapturePlace& where) {
  if (last_place_ < places_.size() && places_[last_place_].where == where) return last_place_;
  const auto at = std::ranges::find(places_, where, &Place::where);
  if (at == places_.end()) {
    if (places_.size() == kMaxPlaces) return kMaxPlaces;
    places_.push_back({.where = where});
    last_place_ = static_cast<uint32_t>(places_.size() - 1);
  } else {
    last_place_ = static_cast<uint32_t>(at - places_.begin());
  }
  return last_place_;
}

void PointFinder::thin_out() {
  mask_ = mask_ << 1 | 1;
  std::erase_if(sample_, [&](const auto& entry) {
    if (((entry.first >> 40) & mask_) == 0) return false;
    for (const Sighting& s : entry.second) --places_[s.place].sampled;
    sightings_ -= entry.second.size();
    return true;
  });
}

std::map<PointFinder::PlacePair, PointFinder::Overlap> PointFinder::overlaps() const {
  std::map<PlacePair, Overlap> all;
  for (const auto& [print, seen] : sample_) {
    for (size_t i = 0; i < seen.size(); ++i) {
      for (size_t k = i + 1; k < seen.size(); ++k) {
        const bool in_order = seen[i].place < seen[k].place;
        const Sighting& a = in_order ? seen[i] : seen[k];
        const Sighting& b = in_order ? seen[k] : seen[i];
        Overlap& overlap = all[{a.place, b.place}];
        ++(a.proof.proves(b.proof) ? overlap.certain : overlap.likely);
        if (!a.repeated && !b.repeated && overlap.later.size() < kMaxTimes) {
          overlap.later.push_back(b.time - a.time);
        }
      }
    }
  }
  return all;
}

bool PointFinder::saw_the_same(uint32_t a, uint32_t b,
                               const std::map<PlacePair, Overlap>& common) const {
  const auto at = common.find(std::minmax(a, b));
  if (at == common.end()) return false;
  const Overlap& overlap = at->second;
  const uint64_t smaller = std::min(places_[a].sampled, places_[b].sampled);
  const uint64_t all = overlap.certain + overlap.likely;
  return (overlap.certain >= kFewestCommon && overlap.certain * kCertainShare >= smaller) ||
         (all >= kFewestCommon && all * kLikelyShare >= smaller);
}

// How many senders have the same distance (TTL) as at these places, less those that don't; and
// whether it is the same interface of a host, in another file.
int PointFinder::likeness(uint32_t place, const std::vector<uint32_t>& others) const {
  int score = 0;
  const CapturePlace& here = places_[place].where;
  for (const uint32_t other : others) {
    const CapturePlace& there = places_[other].where;
    if (there.ifindex == here.ifindex && there.interface == here.interface) ++score;
    for (const auto& [sender, ttl] : places_[place].ttls) {
      const auto at = places_[other].ttls.find(sender);
      if (at != places_[other].ttls.end()) score += at->second == ttl ? 1 : -1;
    }
  }
  return score;
}

// The point that a place fits best, of those at which nothing saw the same packets, or the same
// connections with other numbers; nullopt: none.
std::optional<PointFinder::Fit> PointFinder::best_fit(
    uint32_t place, const std::vector<std::vector<uint32_t>>& points,
    const std::map<PlacePair, Overlap>& common) const {
  std::optional<Fit> best;
  for (uint32_t p = 0; p < points.size(); ++p) {
    const bool apart = std::ranges::any_of(points[p], [&](uint32_t other) {
      return saw_the_same(place, other, common) || numbers_.contradict(place, other);
    });
    if (apart) continue;
    const Fit fit{p, likeness(place, points[p])};
    if (!best || fit.likeness > best->likeness) best = fit;
  }
  return best;
}

bool PointFinder::are_renumbered(const std::vector<uint32_t>& a,
                                 const std::vector<uint32_t>& b) const {
  return std::ranges::any_of(a, [&](uint32_t here) {
    return std::ranges::any_of(b, [&](uint32_t there) { return numbers_.contradict(here, there); });
  });
}

PointPlan PointFinder::plan() const {
  const std::map<PlacePair, Overlap> common = overlaps();
  std::vector<std::vector<uint32_t>> points;
  std::vector<std::optional<uint32_t>> chosen(places_.size());
  // What fits best is placed first; of equals, what appeared first.
  for (size_t left = places_.size(); left > 0; --left) {
    std::optional<uint32_t> next;
    std::optional<Fit> next_fit;
    for (uint32_t i = 0; i < places_.size(); ++i) {
      if (chosen[i]) continue;
      const std::optional<Fit> fit = best_fit(i, points, common);
      const auto likeness = [](const std::optional<Fit>& f) { return f ? f->likeness : 0; };
      if (next && likeness(fit) <= likeness(next_fit)) continue;
      next = i;
      next_fit = fit;
    }
    if (!next_fit && points.size() < kMaxPoints) {
      next_fit = Fit{static_cast<uint32_t>(points.size()), 0};
      points.emplace_back();
    }
    const uint32_t point = next_fit ? next_fit->point : kMaxPoints - 1;
    points[point].push_back(*next);
    chosen[*next] = point;
  }
  PointPlan plan;
  for (uint32_t i = 0; i < places_.size(); ++i) {
    plan.entries.push_back({places_[i].where, *chosen[i]});
  }
  plan.points = std::max<uint32_t>(1, static_cast<uint32_t>(points.size()));
  if (plan.points == 1) return plan;
  for (uint32_t a = 0; a < plan.points; ++a) {
    for (uint32_t b = a + 1; b < plan.points; ++b) {
      if (are_renumbered(points[a], points[b])) plan.renumbered.emplace_back(a, b);
    }
  }

  std::map<std::pair<uint32_t, uint32_t>, Duration> between;
  for (const auto& [pair, overlap] : common) {
    const uint32_t a = places_[pair.first].where.source;
    const uint32_t b = places_[pair.second].where.source;
    if (a == b || overlap.later.empty() || !saw_the_same(pair.first, pair.second, common)) {
      continue;
    }
    std::vector<Duration> later = overlap.later;
    const auto middle = later.begin() + static_cast<std::ptrdiff_t>(later.size() / 2);
    std::ranges::nth_element(later, middle);
    between.try_emplace(std::minmax(a, b), a < b ? *middle : Duration{-middle->ns});
  }
  plan.clock_ahead = clocks(plan.entries, plan.points, between);
  return plan;
}

}  // namespace mtuscope
