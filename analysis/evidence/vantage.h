// Where the capture was taken, told from what every packet shows: the TTL, which only a router
// lowers, the direction that Linux cooked headers give, and how soon each side answers as seen
// here.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_VANTAGE_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_VANTAGE_H_

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// For data of path.directions[direction]. kUnknown where the signs are missing or contradict.
Vantage vantage_of(const Path& path, unsigned direction);

// No router lies between this capture and path.dst(direction), though some do on the way to it.
bool is_next_to_receiver(const Path& path, unsigned direction);

// That capture is on dst's own machine: by the direction that Linux cooked headers give, or because
// dst answers sooner than over any wire.
bool is_at_receiver(const Path& path, unsigned direction);

// As vantage_of(), with what the loss itself shows: large packets that were seen and then vanished
// were lost after this point, holes before it.
Vantage vantage_of_loss(const Path& path, unsigned direction, bool saw_lost_packets,
                        bool saw_holes);

// A finding about what path.src(direction) sent: with its ends and its vantage, and nothing else.
Finding finding_about(FindingKind kind, Severity severity, Confidence confidence, const Path& path,
                      unsigned direction);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_VANTAGE_H_
