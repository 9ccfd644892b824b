// From measurements to a report: the same words, findings and recommendations as for a capture.

#ifndef MTUSCOPE_CLI_PROBE_REPORT_H_
#define MTUSCOPE_CLI_PROBE_REPORT_H_

#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "probes/conclusion.h"
#include "probes/measurement.h"

namespace mtuscope {

// One address of the host, measured.
struct ProbedPath {
  Intent intent;
  std::vector<Measurement> measurements;  // the decisive one first
  Conclusion conclusion;
};

// Headline and status over all addresses; a finding and a recommendation for each limit. `asked`
// is measured again to verify a change.
Report probe_report(const std::vector<ProbedPath>& paths, const ProbePlan& asked);

// 1 when a limit was found, else 3 when something stayed open, else 0.
int probe_exit_status(const std::vector<ProbedPath>& paths);

// One sentence without its full stop: what was found out about this address.
std::string probe_headline(const ProbedPath& path);

// "ICMP echo", "UDP"
std::string_view method_words(ProbeMethod method);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PROBE_REPORT_H_
