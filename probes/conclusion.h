// What the measurements of one path say together. Comparing methods tells the direction of a limit:
// the answer to an ICMP echo is as large as the question, those to a UDP packet or a SYN are small.
// A reflector tells each direction on its own.

#ifndef MTUSCOPE_PROBES_CONCLUSION_H_
#define MTUSCOPE_PROBES_CONCLUSION_H_

#include <cstdint>
#include <optional>
#include <span>

#include "analysis/report/finding.h"
#include "probes/measurement.h"

namespace mtuscope {

enum class PathVerdict : uint8_t {
  kNoLimit,       // the largest size that was asked for passes
  kLimit,         // a limit is proven; exact when the bracket is
  kUndetermined,  // neither proven nor excluded
  kInconsistent,  // not explained by one path MTU
  kSilent,        // nothing was answered, by any method
};

struct Conclusion {
  PathVerdict verdict = PathVerdict::kSilent;
  Bracket bracket;
  // What the bracket is true for. kRoundTrip with a limit: it is not known in which direction.
  ProbeDirection direction = ProbeDirection::kRoundTrip;
  // The other method that told the direction, or that disagrees.
  std::optional<ProbeMethod> told_by;
  bool methods_disagree = false;  // it fails at sizes that pass as ICMP echo both ways
  bool silent = false;            // no PTB told of the limit
  // Flows that were answered, measured by the decisive method, and how many of them have the same
  // limit as the first, or none as it has none.
  uint32_t flows = 1, flows_alike = 1;
  // Each direction was measured on its own, by a reflector: `direction` is the one that `bracket`
  // is about, or kRoundTrip when neither has a limit; the other one is the second measurement.
  bool each_way = false;
  // The last hop that large packets get to on their way out; unset when it is not known.
  std::optional<Hop> hop;
};

// `measurements`: of one address, at least one, the decisive one first (Prober::measure).
Conclusion conclude(std::span<const Measurement> measurements);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_CONCLUSION_H_
