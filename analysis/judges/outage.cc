#include "analysis/judges/outage.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/failed_range.h"
#include "analysis/evidence/path.h"
#include "analysis/evidence/size_case.h"
#include "analysis/evidence/vantage.h"
#include "analysis/judges/failure_finding.h"
#include "analysis/report/readable_duration.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {

namespace {

// Heavy loss is more common than outages, and every size may fall to it: so more is needed than for
// the suspicion of a size. Most where one direction alone would have to be broken.
constexpr double kSilenceLuckBelow = 0.01;

}  // namespace

const Outage& ProvenOutages::longest() const {
  return **std::ranges::max_element(outages, {}, [](const Outage* o) { return o->length(); });
}

IpSize ProvenOutages::smallest() const {
  IpSize least{UINT32_MAX};
  for (const Outage* o : outages) least = std::min(least, o->smallest);
  return least;
}

bool ProvenOutages::only_syns() const {
  return std::ranges::all_of(outages, [](const Outage* o) {
    return std::ranges::all_of(o->repeats, &Repeat::syn) &&
           std::ranges::all_of(o->unanswered, &Unanswered::syn);
  });
}

uint64_t ProvenOutages::losses() const {
  uint64_t sum = 0;
  for (const Outage* o : outages) sum += o->losses;
  return sum;
}

namespace {

// Nothing of its flow arrived any more when packets of others still did, an RTT later: something
// is wrong with the flow, and it does not show how the path is.
bool failed_before(const Repeat& r, const Outage& o) {
  return r.failing_since && *r.failing_since + o.rtt < o.begin;
}

// No link is so narrow that it stops them. Though, where no packet as large has ever arrived, and
// smaller ones did after it was sent, a filter may.
bool would_pass(const Repeat& r, const Outage& o, IpSize largest) {
  if (r.size >= kSmallestCredibleFailure || failed_before(r, o)) return false;
  return r.size <= largest || r.first.value_or(r.lost) + o.rtt >= o.begin;
}

uint64_t events_of_small(const Outage& o, IpSize largest) {
  std::vector<Repeat> small;
  for (const Repeat& r : o.repeats) {
    if (would_pass(r, o, largest)) small.push_back(r);
  }
  const auto outage = outage_between(o.begin, o.end, small, o.rtt);
  return outage ? outage->events : 0;
}

// The same of an outage that has not ended. Of several flows each small packet counts; of one, only
// what was sent again: it alone may have been forgotten by something on the way.
uint64_t tries_of_small(const Outage& o, IpSize largest) {
  std::vector<FlowDirection> flows;
  for (const Repeat& r : o.repeats) {
    if (!failed_before(r, o)) list_flow(flows, r.flow);
  }
  if (flows.size() < 2) return events_of_small(o, largest);
  std::vector<Timestamp> sent;
  for (const Unanswered& packet : o.unanswered) sent.push_back(packet.sent);
  for (const Repeat& r : o.repeats) {
    if (would_pass(r, o, largest)) sent.push_back(r.lost);
  }
  return std::max<uint64_t>(events_of_small(o, largest), separate_events(std::move(sent), o.rtt));
}

// Sizes that do not pass afterwards either were lost for their size. And one flow whose large
// packets vanish for a while may have met a narrower path: only its small packets count.
uint64_t events_of_any_size(const PathDirection& d, const Outage& o,
                            std::optional<IpSize> lost_from) {
  const auto largest = d.deliveries.largest_below(IpSize{UINT32_MAX}, o.end - Duration{1});
  if (!largest) return 0;
  std::vector<Repeat> counted;
  for (const Repeat& r : o.repeats) {
    const bool lost_for_size = r.size > largest->size || (lost_from && r.size >= *lost_from);
    if (!lost_for_size && !failed_before(r, o)) counted.push_back(r);
  }
  if (counted.empty()) return 0;
  const bool one_flow =
      std::ranges::all_of(counted, [&](const Repeat& r) { return r.flow == counted.front().flow; });
  if (one_flow) return events_of_small(o, largest->size);
  const auto outage = outage_between(o.begin, o.end, counted, o.rtt);
  return outage ? outage->events : 0;
}

// With data, and the acknowledgements that are known to be lost.
LossCount all_packets(const PathDirection& d) {
  LossCount all = d.sizes.below(IpSize{UINT32_MAX});
  all.lost += d.trouble->outages.lost_acks();
  return all;
}

ProvenOutages proven_among(const PathDirection& d, std::optional<IpSize> lost_from, bool to_tell) {
  ProvenOutages proven;
  if (!d.trouble) return proven;
  LossCount others = all_packets(d);
  for (const Outage& o : d.trouble->outages.outages())
    others.lost -= std::min(others.lost, o.losses);
  const uint64_t opportunities = others.delivered + others.lost;
  for (const Outage& o : d.trouble->outages.outages()) {
    if (to_tell && o.only_fins()) continue;
    const bool arrived = static_cast<bool>(d.trouble->outages.report_of_arrival(o));
    // Packets arrived, and so did answers: it is no outage. Nor is it where others were heard and
    // nobody who would have acknowledged them: their answers may be all that was lost.
    if (o.any_heard && (arrived || !o.peer_heard)) continue;
    const uint64_t events = events_of_any_size(d, o, lost_from);
    if (events < kMinOutageEvents) continue;
    const double chance = chance_of_luck(others, events, opportunities);
    if (chance >= (o.peer_heard ? kConfirmedBelow : kSilenceLuckBelow)) continue;
    proven.least_chance = std::min(proven.least_chance, chance);
    proven.outages.push_back(&o);
  }
  if (!proven.outages.empty()) {
    proven.one_way = proven.longest().peer_heard;
    proven.answers_lost = d.trouble->outages.report_of_arrival(proven.longest());
  }
  return proven;
}

}  // namespace

ProvenOutages proven_outages(const PathDirection& d, std::optional<IpSize> lost_from) {
  return proven_among(d, lost_from, false);
}

namespace {

std::string describe(const Outage& o, bool answers_lost) {
  return fmt::format(
      "from {} to {} none of {} packets of {} {}, the smallest of {} bytes, and were "
      "sent again after timeouts",
      clock_time(o.begin), clock_time(o.end), std::max<uint64_t>(o.losses, o.repeats.size()),
      counted(o.flows.size(), "flow"), answers_lost ? "was answered" : "arrived", o.smallest.bytes);
}

std::string tell_direction(const Finding& f, const ProvenOutages& proven) {
  if (proven.answers_lost) {
    return fmt::format(
        "what {} sent meanwhile did arrive, as it says when it comes again (RFC 2883, frame {}): "
        "its answers were lost",
        to_string(*f.dst), proven.answers_lost.frame().value);
  }
  if (proven.one_way) {
    return fmt::format("packets from {} kept coming meanwhile: that direction was alive",
                       to_string(*f.dst));
  }
  return fmt::format(
      "nothing came from {} meanwhile either: what got lost may have been the packets, their "
      "answers, or both",
      to_string(*f.dst));
}

std::string nothing_any_more(const Finding& f, bool one_way, bool only_syns = false) {
  const std::string_view what =
      only_syns ? "nothing that was sent, only SYNs," : "nothing of any size";
  return one_way ? fmt::format("From {} to {} {} arrived any more", to_string(*f.src),
                               to_string(*f.dst), what)
                 : fmt::format("Between {} and {} {} passed any more", to_string(*f.src),
                               to_string(*f.dst), what);
}

bool capture_missed_packets(const Path& path) {
  return path.directions[0].missed_bytes + path.directions[1].missed_bytes > 0;
}

Finding outage_finding(const Path& path, unsigned direction, const ProvenOutages& proven) {
  Finding f{.kind = FindingKind::kPathOutage,
            .severity = Severity::kCritical,
            .confidence = proven.least_chance < kConfirmedBelow ? Confidence::kConfirmed
                                                                : Confidence::kSuspected,
            .chance = proven.least_chance};
  if (proven.answers_lost) direction = 1 - direction;
  f.src = path.src(direction);
  f.dst = path.dst(direction);
  f.vantage = vantage_of(path, direction);
  f.first_time = proven.outages.front()->begin;
  f.last_time = proven.outages.back()->end;
  if (capture_missed_packets(path)) {
    f.confidence = Confidence::kSuspected;
    f.evidence_against.push_back(
        "the capture missed packets of this path, and may have missed those that arrived "
        "meanwhile");
  }
  const IpSize smallest = proven.smallest();
  const bool only_large = smallest >= kSmallestCredibleFailure;
  if (only_large) {
    f.confidence = Confidence::kSuspected;
    f.evidence_against.push_back(
        fmt::format("all that was lost had {} bytes or more, so a limit below that which came and "
                    "went would look the same; small packets meanwhile (ping) would tell",
                    smallest.bytes));
  }
  if (proven.only_syns()) {
    f.confidence = Confidence::kSuspected;
    f.evidence_against.push_back(
        "all that was lost were SYNs, so a limit on new connections, at the server or in a "
        "firewall, would look the same");
  }
  std::vector<FrameRef> frames;
  for (const Outage* o : proven.outages) {
    for (const FlowDirection& flow : o->flows) list_flow(f.flows, flow);
    for (const Repeat& r : o->repeats) {
      frames.push_back(r.lost_frame);
      frames.push_back(r.again_frame);
    }
  }
  for (const Unanswered& packet : proven.outages.back()->unanswered) frames.push_back(packet.frame);
  f.flow_count = f.flows.size();
  list_frames(std::move(frames), f);
  const bool one_way = proven.one_way || proven.answers_lost;
  const std::string where =
      fmt::format("{} {} {} {}", one_way ? "arrived from" : "passed between", to_string(*f.src),
                  one_way ? "to" : "and", to_string(*f.dst));
  const std::string what =
      only_large ? fmt::format("Nothing that was sent, of {} bytes and more,", smallest.bytes)
      : proven.only_syns() ? std::string("Nothing that was sent, only SYNs,")
                           : std::string("Nothing of any size");
  const std::string longest = readable_duration(proven.longest().length());
  f.explanation = proven.outages.size() == 1
                      ? fmt::format("{} {} for {}, and then it did again.", what, where, longest)
                      : fmt::format("{} {} in {} outages, the longest of {}.", what, where,
                                    proven.outages.size(), longest);
  constexpr size_t kShown = 4;
  for (const Outage* o : proven.outages) {
    if (f.evidence_for.size() == kShown) {
      f.evidence_for.push_back(fmt::format("{} more outages", proven.outages.size() - kShown));
      break;
    }
    f.evidence_for.push_back(describe(*o, static_cast<bool>(proven.answers_lost)));
  }
  f.evidence_for.push_back(tell_direction(f, proven));
  return f;
}

// What is captured where it arrives has arrived, and its answers were lost on their way back.
bool captured_at_receiver(const Path& path, unsigned direction) {
  return vantage_of(path, direction) == Vantage::kReceiver;
}

}  // namespace

std::vector<Finding> past_outages(const Path& path,
                                  const std::array<std::optional<IpSize>, 2>& lost_from) {
  std::array<ProvenOutages, 2> proven{proven_among(path.directions[0], lost_from[0], true),
                                      proven_among(path.directions[1], lost_from[1], true)};
  if (!proven[0].outages.empty() && !proven[1].outages.empty() && !proven[0].one_way &&
      !proven[1].one_way) {
    // Each side heard nothing: the same outage, told once.
    proven[proven[0].least_chance <= proven[1].least_chance ? 1 : 0].outages.clear();
  }
  for (unsigned direction = 0; direction < 2; ++direction) {
    if (captured_at_receiver(path, direction) && !proven[direction].answers_lost)
      proven[direction].outages.clear();
    // Lost answers are told where their own direction shows them better.
    if (proven[direction].answers_lost && !proven[1 - direction].outages.empty())
      proven[direction].outages.clear();
  }
  std::vector<Finding> findings;
  for (unsigned direction = 0; direction < 2; ++direction) {
    if (!proven[direction].outages.empty())
      findings.push_back(outage_finding(path, direction, proven[direction]));
  }
  return findings;
}

std::optional<Finding> open_outage(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  const PathDirection& back = path.directions[1 - direction];
  if (!d.trouble || !d.last_packet) return std::nullopt;
  // Where nothing with data ever passed, it is rather a filter.
  if (!d.data_arrived || captured_at_receiver(path, direction)) return std::nullopt;
  const auto largest = d.deliveries.largest();
  if (!largest) return std::nullopt;
  Timestamp now = *d.last_packet;
  if (back.last_packet) now = std::max(now, *back.last_packet);
  const auto outage = d.trouble->outages.open(now);
  if (!outage || outage->only_fins() || (outage->any_heard && !outage->peer_heard))
    return std::nullopt;
  const uint64_t events = tries_of_small(*outage, largest->size);
  LossCount others = all_packets(d);
  others.lost -= std::min(others.lost, outage->losses);
  ProvenOutages proven;
  proven.least_chance = chance_of_luck(others, events, others.delivered + others.lost);
  if (events < kMinOutageEvents || proven.least_chance >= kConfirmedBelow) return std::nullopt;
  proven.outages.push_back(&*outage);
  proven.one_way = outage->peer_heard;
  Finding f = outage_finding(path, direction, proven);
  f.explanation = fmt::format("{}, for {} until the capture ends.",
                              nothing_any_more(f, proven.one_way, proven.only_syns()),
                              readable_duration(outage->length()));
  return f;
}

std::optional<Finding> lasting_outage(const Path& path, unsigned direction, const SizeCase& c) {
  if (c.control || c.chance >= kConfirmedBelow || c.holes_only || c.one_way ||
      captured_at_receiver(path, direction)) {
    return std::nullopt;
  }
  Finding f = without_size(path, direction, c);
  if (f.flow_count < 2 && c.size >= kSmallestCredibleFailure) return std::nullopt;
  f.kind = FindingKind::kPathOutage;
  // A receiver that was heard since would have acknowledged it.
  f.explanation = nothing_any_more(f, c.flow_alive) + ".";
  if (c.size >= kSmallestCredibleFailure) {
    f.evidence_against.push_back(
        fmt::format("all that was sent had {} bytes or more, so a path that shrank below that "
                    "would look the same",
                    c.size.bytes));
  }
  return f;
}

}  // namespace mtuscope
