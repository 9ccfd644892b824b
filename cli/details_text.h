// The parts of the text report that are tables: paths and their sizes, the captures, tunnels.

#ifndef MTUSCOPE_CLI_DETAILS_TEXT_H_
#define MTUSCOPE_CLI_DETAILS_TEXT_H_

#include <cstddef>
#include <vector>

#include "analysis/report/report.h"
#include "cli/text_page.h"

namespace mtuscope {

// "inside vxlan 192.0.2.1 -> 198.51.100.2 (id 42), 50 bytes more"
std::string tunnel_line(const PathTunnel& tunnel);

// A line for each of the first `limit` paths.
void write_paths_in_brief(TextPage& page, const Report& report, size_t limit);

// Every path with a table of its sizes.
void write_path_details(TextPage& page, const Report& report);

// Tunnels seen from outside, in a line each, at most `limit`. Nothing when there are none.
void write_outer_tunnels(TextPage& page, const Report& report, size_t limit);

// The tunnels, then each file with its interfaces, and everything that was counted and not
// analyzed.
void write_capture_details(TextPage& page, const Report& report,
                           const std::vector<SourceInfo>& sources);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DETAILS_TEXT_H_
