// Why connections paused, in words: the table of `--flows`, and the longest waits of a capture.

#ifndef MTUSCOPE_CLI_FLOWS_TEXT_H_
#define MTUSCOPE_CLI_FLOWS_TEXT_H_

#include <cstddef>
#include <string>

#include "analysis/report/report.h"
#include "cli/text_page.h"

namespace mtuscope {

// "192.0.2.2 did not read: its receive window was closed". Without how long, and without frames.
std::string stall_words(const Stall& stall);

// The flows in the report's order, at most `limit`, each with its longest pauses.
void write_flows(TextPage& page, const Report& report, size_t limit);

// The longest waits of a second and more, at most `limit`, other than for packets that are too
// large: those are what the findings are about. Nothing when there are none.
void write_longest_waits(TextPage& page, const Report& report, size_t limit);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_FLOWS_TEXT_H_
