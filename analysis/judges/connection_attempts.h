// What became of SYNs that opened no connection: refused, or never answered (RFC 9293 3.10.7.3,
// RFC 5461 for what ICMP errors mean to a connection attempt).

#ifndef MTUSCOPE_ANALYSIS_JUDGES_CONNECTION_ATTEMPTS_H_
#define MTUSCOPE_ANALYSIS_JUDGES_CONNECTION_ATTEMPTS_H_

#include <optional>
#include <vector>

#include "analysis/evidence/path.h"
#include "analysis/evidence/syn_refusals.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// syn-unanswered: a SYN sent three times or more without any answer from the other end. Where the
// network said why (`refusals`: host or network unreachable), three such messages do as well, and
// are the evidence; attempts that were refused are none of these. Suspected where the server is
// heard and ordinary loss explains it.
std::optional<Finding> syn_unanswered(const Path& path, unsigned direction,
                                      const SynRefusals& refusals);

// connection-refused: one finding for a direction of a path, over all its services.
std::optional<Finding> connection_refused(const Path& path, unsigned direction,
                                          const SynRefusals& refusals);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_JUDGES_CONNECTION_ATTEMPTS_H_
