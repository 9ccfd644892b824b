// What `mtuscope probe` says to people: before, while, and after it measures.

#ifndef MTUSCOPE_CLI_PROBE_TEXT_H_
#define MTUSCOPE_CLI_PROBE_TEXT_H_

#include <string>
#include <vector>

#include "cli/output_options.h"
#include "cli/probe_report.h"
#include "cli/text_page.h"

namespace mtuscope {

// What is about to be sent: sizes, rate and bounds.
std::string intent_text(const std::vector<Intent>& intents, const ProbePlan& plan, PageStyle style);

// One line: "mtuscope: ICMP echo 10.9.0.2: 1280 <= path MTU < 1500, 24 packets".
std::string probe_progress_line(const Search& search, ProbeMethod method, const IpAddress& target);

std::string probe_text(const std::vector<ProbedPath>& paths, const Report& report,
                       const std::vector<std::string>& notes, Verbosity verbosity, PageStyle style);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PROBE_TEXT_H_
