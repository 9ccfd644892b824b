// Which captures belong to which expectations: what `mtuscope check` finds in folders.

#ifndef MTUSCOPE_CLI_CHECK_CASES_H_
#define MTUSCOPE_CLI_CHECK_CASES_H_

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/error.h"
#include "cli/expectation.h"

namespace mtuscope {

// One capture (or several that are one) and what is expected of it.
struct CheckCase {
  std::string folder;            // as the user named it: "pcaps", "pcaps/vpn"
  std::string name;              // without endings: "wg-blackhole.server"
  std::string expectation_path;  // where it is, or would be
  std::optional<Expectation> expectation;
  std::vector<std::string> captures;  // paths; empty: the expectation has none
  std::optional<Error> error;         // why it can't be judged
};

// "wg.expect.json" and captures by their endings: .pcap, .pcapng or .cap, perhaps with .gz or .zst.
bool is_expectation_name(std::string_view file);
bool is_capture_name(std::string_view file);
// "wg" of "wg.expect.json", "wg.pcap", "wg.pcapng.zst", "wg.gz".
std::string_view case_name(std::string_view file);

// Every case of these folders and the folders in them, and of single captures and expectations;
// each once, sorted by path. Names that begin with a dot are skipped. A malformed expectation is a
// case with an error. Throws Error: a path that does not exist or cannot be read (kNotFound,
// kPermission, kSystem), or has nothing to check in it (kUsage).
std::vector<CheckCase> find_check_cases(const std::vector<std::string>& paths);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_CHECK_CASES_H_
