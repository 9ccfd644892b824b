// One finding, and many of one kind, for a person.

#ifndef MTUSCOPE_CLI_FINDING_TEXT_H_
#define MTUSCOPE_CLI_FINDING_TEXT_H_

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/report/report.h"
#include "cli/output_options.h"
#include "cli/text_page.h"

namespace mtuscope {

// "10.9.0.2 -> 10.9.0.1"; empty for a finding about the whole capture.
std::string direction(const Finding& finding);

// Findings of one kind, worst first: the first in full, the others in a line each (all in full when
// verbose). Not empty. An explanation that the report's headline has said already is not repeated;
// the tunnels around the packets are those of its paths.
void write_findings(TextPage& page, std::span<const Finding* const> same_kind, const Report& report,
                    const std::vector<SourceInfo>& sources, Verbosity verbosity);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_FINDING_TEXT_H_
