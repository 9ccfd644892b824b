// What to set, for people: shared by all commands that recommend something.

#ifndef MTUSCOPE_CLI_RECOMMENDATION_TEXT_H_
#define MTUSCOPE_CLI_RECOMMENDATION_TEXT_H_

#include <string>

#include "analysis/report/report.h"
#include "cli/output_options.h"
#include "cli/text_page.h"

namespace mtuscope {

// "MTU 1380 (estimate) for wg0, MSS 1340 for IPv4, 1320 for IPv6."
std::string recommendation_words(const Recommendation& recommendation);

// "What to set" and "Verify"; nothing when there are no recommendations.
void write_recommendations(TextPage& page, const Report& report, Verbosity verbosity);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_RECOMMENDATION_TEXT_H_
