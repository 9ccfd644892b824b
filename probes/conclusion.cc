#include "probes/conclusion.h"

#include <algorithm>

namespace mtuscope {
namespace {

PathVerdict verdict_of(const SearchResult& result) {
  switch (result.verdict) {
    case SearchVerdict::kNoLimit:
      return PathVerdict::kNoLimit;
    case SearchVerdict::kExact:
    case SearchVerdict::kBracket:
      return PathVerdict::kLimit;
    case SearchVerdict::kInconsistent:
      return PathVerdict::kInconsistent;
    case SearchVerdict::kSilent:
      return PathVerdict::kSilent;
    case SearchVerdict::kUndetermined:
    case SearchVerdict::kSearching:
      break;
  }
  return PathVerdict::kUndetermined;
}

// `there_and_back` has a limit, `there` was measured on the way out alone.
void tell_direction(const Bracket& there_and_back, const Measurement& other,
                    Conclusion& conclusion) {
  const SearchResult& there = other.result;
  if (!there.bracket.lower || there.verdict == SearchVerdict::kInconsistent) return;
  const auto tell = [&](ProbeDirection direction) {
    conclusion.direction = direction;
    conclusion.told_by = other.traits.method;
    conclusion.methods_disagree = false;
  };
  if (*there.bracket.lower >= *there_and_back.upper) {
    tell(ProbeDirection::kReverse);
  } else if (there.bracket.upper && *there.bracket.upper <= *there_and_back.lower) {
    if (conclusion.direction != ProbeDirection::kRoundTrip) return;
    conclusion.methods_disagree = true;
    conclusion.told_by = other.traits.method;
  } else if (there.bracket.upper && *there.bracket.upper <= *there_and_back.upper) {
    tell(ProbeDirection::kForward);
    conclusion.silent &= there.silent;
  }
}

// Whether one path MTU may be true for both.
bool compatible(const Bracket& a, const Bracket& b) {
  const auto below = [](const Bracket& x, const Bracket& y) {
    return x.upper && y.lower && *x.upper <= *y.lower;
  };
  return !below(a, b) && !below(b, a);
}

void count_flows(std::span<const Measurement> measurements, Conclusion& conclusion) {
  const Measurement& first = measurements.front();
  for (const Measurement& other : measurements.subspan(1)) {
    if (other.traits.method != first.traits.method ||
        other.traits.direction != first.traits.direction ||
        other.result.verdict == SearchVerdict::kSilent) {
      continue;
    }
    ++conclusion.flows;
    conclusion.flows_alike += compatible(first.result.bracket, other.result.bracket);
  }
}

// A router that answers small packets and no large ones does not get the large ones: the limit is
// on the way out. The target that answers no large echo may well have got it.
void tell_hop(const Measurement& measurement, Conclusion& conclusion) {
  const HopResult& found = measurement.hop;
  if (!found.last || !found.next) return;
  if (!found.next->is_target && conclusion.direction == ProbeDirection::kRoundTrip) {
    conclusion.direction = ProbeDirection::kForward;
  }
  if (conclusion.direction == ProbeDirection::kForward) conclusion.hop = found.last;
}

// Both directions by a reflector. Nothing is concluded about one that was not measured.
void join_ways(std::span<const Measurement> ways, Conclusion& conclusion) {
  conclusion.each_way = ways.size() == 2;
  if (conclusion.verdict == PathVerdict::kLimit) return tell_hop(ways.front(), conclusion);
  if (conclusion.verdict != PathVerdict::kNoLimit || !conclusion.each_way) return;
  conclusion.direction = ProbeDirection::kRoundTrip;
  conclusion.bracket.lower = std::min(conclusion.bracket.lower, ways.back().result.bracket.lower);
}

}  // namespace

Conclusion conclude(std::span<const Measurement> measurements) {
  const Measurement& first = measurements.front();
  Conclusion conclusion{.verdict = verdict_of(first.result),
                        .bracket = first.result.bracket,
                        .direction = first.traits.direction,
                        .silent = first.result.silent};
  if (first.traits.method == ProbeMethod::kReflector) {
    join_ways(measurements, conclusion);
    return conclusion;
  }
  count_flows(measurements, conclusion);
  if (conclusion.verdict != PathVerdict::kLimit) return conclusion;
  if (first.traits.direction == ProbeDirection::kRoundTrip) {
    for (const Measurement& other : measurements.subspan(1)) {
      // Whatever else arrived: sizes that fail on the way out are lost on the way out.
      if (conclusion.direction == ProbeDirection::kForward) break;
      if (other.traits.direction != ProbeDirection::kForward) continue;
      tell_direction(first.result.bracket, other, conclusion);
    }
  }
  tell_hop(first, conclusion);
  return conclusion;
}

}  // namespace mtuscope
