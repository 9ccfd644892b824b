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
  return conclusion;
}

}  // namespace mtuscope
