#include "cli/reflect_text.h"

#include <fmt/format.h>

#include "analysis/report/readable_duration.h"
#include "cli/plain_words.h"

namespace mtuscope {

std::string reflecting_text(const std::vector<Endpoint>& locals, const ReflectOptions& options,
                            PageStyle style) {
  std::vector<std::string> places;
  for (const Endpoint& local : locals) places.push_back(to_string(local));
  const std::string through =
      options.interface.empty() ? "" : fmt::format(" through {}", options.interface);
  const std::string whom = options.key_file.empty()
                               ? "whoever proves an address (no key)"
                               : fmt::format("whoever has the key of {}", options.key_file);
  TextPage page(style);
  page.paragraph(fmt::format("Reflecting at UDP {}{} for {}; at most {} a second, {} to one host.",
                             fmt::join(places, " and "), through, whom,
                             byte_words(static_cast<uint64_t>(options.rate)),
                             byte_words(static_cast<uint64_t>(options.peer_rate))));
  return page.text();
}

std::string reflected_text(const ReflectorTally& tally, Duration elapsed, PageStyle style) {
  TextPage page(style);
  page.paragraph(
      fmt::format("Served {} in {}.", count_words(tally.peers, "host"), readable_duration(elapsed)),
      "", "", Ink::kBold);
  page.field("forward", fmt::format("{} acknowledged", count_words(tally.forward, "probe")));
  page.field("reverse", fmt::format("{} sent back", count_words(tally.reverse, "packet")));
  if (tally.ptbs > 0) {
    page.field("signal",
               fmt::format("{} passed on", count_words(tally.ptbs, "packet-too-big message")));
  }
  page.field("proof", fmt::format("{} handed out", count_words(tally.challenges, "cookie")));
  page.field("bytes", fmt::format("{} received, {} sent", byte_words(tally.received_bytes),
                                  byte_words(tally.sent_bytes)));
  bool first = true;
  for (size_t i = 0; i < tally.refused.size(); ++i) {
    if (tally.refused[i] == 0) continue;
    page.field(first ? "refused" : "", fmt::format("{}: {}", grouped(tally.refused[i]),
                                                   to_string(static_cast<Refused>(i))));
    first = false;
  }
  return page.text();
}

}  // namespace mtuscope
