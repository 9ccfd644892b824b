// What `mtuscope advise` tells a person.

#ifndef MTUSCOPE_CLI_ADVISE_TEXT_H_
#define MTUSCOPE_CLI_ADVISE_TEXT_H_

#include <string>

#include "analysis/report/report.h"
#include "cli/advise_options.h"
#include "cli/text_page.h"

namespace mtuscope {

// The headline alone when --quiet was given.
std::string advise_text(const AdviseOptions& options, const Report& report, PageStyle style);

// The tables of tunnels, links and systems, by the names that options take.
std::string advise_list_text(PageStyle style);
// The same for programs: schema "mtuscope/list/1" (docs/advise.md).
std::string advise_list_json();

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_ADVISE_TEXT_H_
