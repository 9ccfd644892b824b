// What crossed between capture points and what did not, for a person.

#ifndef MTUSCOPE_CLI_POINTS_TEXT_H_
#define MTUSCOPE_CLI_POINTS_TEXT_H_

#include "analysis/report/report.h"
#include "cli/text_page.h"

namespace mtuscope {

// A section for each pair of points; nothing when the capture was taken at one. `all`: every size
// on a line of its own.
void write_points(TextPage& page, const Report& report, bool all);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_POINTS_TEXT_H_
