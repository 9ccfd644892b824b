// Whether losses among sizes that are known to pass look like chance, or like something that a
// single path MTU cannot explain: a tunnel that fragments outside once it was told to
// (wireguard-go), a path that changed, links of different MTU that share the packets, a queue that
// prefers small ones.

#ifndef MTUSCOPE_PROBES_CONSISTENCY_H_
#define MTUSCOPE_PROBES_CONSISTENCY_H_

#include <span>

#include "capture/units.h"
#include "probes/probe_record.h"

namespace mtuscope {

struct Consistency {
  // Probability that chance alone did this, when loss has nothing to do with size or time: the
  // smallest of the tests below, times their number. At most 1. Each is made at every division of
  // the sizes.
  // - Larger ones failed more often: Fisher's exact test, one-sided, over all rounds and within
  //   each (what changes from one round to the next would be averaged away). What was lost in a row
  //   counts once, and against larger ones only when none of it was smaller.
  // - Larger ones failed at first, while smaller ones passed, and all of them passed later: the
  //   probability that these are the ones that were lost, out of all. What was lost in a row counts
  //   once; it takes three such failures.
  double chance = 1;
  IpSize from;  // the division: sizes from here on failed more often. 0: no test found any
  // The same with every loss counted, which bursts may explain: what calls for a closer look, and
  // where. At most 1.
  double suspicion = 1;
  double alone = 1;  // of that one test alone, as if no other had been made
  IpSize suspicious_from;
  // Nearly all that was lost are the first ones of this size or more, of which later ones passed
  // (the second test alone gives at most 1 in 20). 0: it is not so.
  IpSize failed_first;
};

// Judges the probes of sizes up to `lower`, the largest answered size.
Consistency check_consistency(std::span<const ProbeRecord> probes, IpSize lower);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_CONSISTENCY_H_
