// Whether losses among sizes that are known to pass look like chance, or like something that a
// single path MTU cannot explain: a tunnel that fragments outside once it was told to (FACTS:
// wireguard-go), a path that changed, links of different MTU that share the packets, a queue that
// prefers small ones.

#ifndef MTUSCOPE_PROBES_CONSISTENCY_H_
#define MTUSCOPE_PROBES_CONSISTENCY_H_

#include <span>

#include "capture/units.h"
#include "probes/probe_record.h"

namespace mtuscope {

struct Consistency {
  // Probability that chance alone lost this many of the larger ones, when loss has nothing to do
  // with size: Fisher's exact test, one-sided, over all rounds and within each (what changes from
  // one round to the next would be averaged away), at the division of the sizes where it is
  // smallest, times the number of tests. At most 1.
  double chance = 1;
  double alone = 1;  // of that test alone, as if no other had been made
  IpSize from;       // the division: sizes from here on failed more often
};

// Judges the probes of sizes up to `lower`, the largest answered size.
Consistency check_consistency(std::span<const ProbeRecord> probes, IpSize lower);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_CONSISTENCY_H_
