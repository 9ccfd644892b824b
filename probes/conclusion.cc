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
void tell_direction(const Bracket& there_and_back, const SearchResult& there,
                    Conclusion& conclusion) {
  if (!there.bracket.lower || there.verdict == SearchVerdict::kInconsistent) return;
  if (*there.bracket.lower >= *there_and_back.upper) {
    conclusion.direction = ProbeDirection::kReverse;
  } else if (there.bracket.upper && *there.bracket.upper <= *there_and_back.lower) {
    conclusion.methods_disagree = true;
  } else if (there.bracket.upper && *there.bracket.upper <= *there_and_back.upper) {
    conclusion.direction = ProbeDirection::kForward;
    conclusion.silent &= there.silent;
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

}  // namespace

Conclusion conclude(std::span<const Measurement> measurements) {
  const Measurement& first = measurements.front();
  Conclusion conclusion{.verdict = verdict_of(first.result),
                        .bracket = first.result.bracket,
                        .direction = first.traits.direction,
                        .silent = first.result.silent};
  if (conclusion.verdict != PathVerdict::kLimit ||
      first.traits.direction != ProbeDirection::kRoundTrip) {
    return conclusion;
  }
  for (const Measurement& other : measurements.subspan(1)) {
    if (other.traits.direction != ProbeDirection::kForward) continue;
    tell_direction(first.result.bracket, other.result, conclusion);
    if (conclusion.direction != ProbeDirection::kRoundTrip) break;
  }
  tell_hop(first, conclusion);
  return conclusion;
}

}  // namespace mtuscope
