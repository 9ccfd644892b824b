// What `mtuscope reflect` says to people: when it begins, and when it ends.

#ifndef MTUSCOPE_CLI_REFLECT_TEXT_H_
#define MTUSCOPE_CLI_REFLECT_TEXT_H_

#include <string>
#include <vector>

#include "capture/address.h"
#include "cli/reflect_options.h"
#include "cli/text_page.h"
#include "probes/reflector.h"

namespace mtuscope {

// Where it listens, whom it answers, and how much it sends at most.
std::string reflecting_text(const std::vector<Endpoint>& locals, const ReflectOptions& options,
                            PageStyle style);

// Whom it served with what, and what it refused and why.
std::string reflected_text(const ReflectorTally& tally, Duration elapsed, PageStyle style);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_REFLECT_TEXT_H_
