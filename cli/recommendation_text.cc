#include "cli/recommendation_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>
#include <string_view>

#include "cli/plain_words.h"

namespace mtuscope {
namespace {

constexpr size_t kOtherRecommendations = 4;
constexpr size_t kFixes = 3;

std::string mss_words(const Recommendation& recommendation) {
  std::string text;
  if (recommendation.mss_ipv4.bytes > 0) {
    text = fmt::format("{} for IPv4", recommendation.mss_ipv4.bytes);
  }
  if (recommendation.mss_ipv6.bytes > 0) {
    text += fmt::format("{}{} for IPv6", text.empty() ? "" : ", ", recommendation.mss_ipv6.bytes);
  }
  return text.empty() ? text : "MSS " + text + ". ";
}

// Some advice is about no size: a route, an interface that is down.
std::string mtu_words(const Recommendation& recommendation) {
  if (recommendation.mtu.bytes == 0) return recommendation.scope;
  const std::string_view certainty =
      recommendation.certainty == Certainty::kFloor ? "safe" : to_string(recommendation.certainty);
  return fmt::format("MTU {} ({}) for {}", recommendation.mtu.bytes, certainty,
                     recommendation.scope);
}

void write_recommendation(TextPage& page, const Recommendation& recommendation,
                          Verbosity verbosity) {
  page.paragraph(mtu_words(recommendation), "  ", "  ", Ink::kBold);
  page.paragraph(mss_words(recommendation) + sentence(recommendation.basis), "  ", "  ");
  const std::vector<Fix>& fixes = recommendation.fixes;
  const bool all = verbosity == Verbosity::kVerbose || fixes.size() <= kFixes + 1;
  const size_t shown = all ? fixes.size() : kFixes;
  for (size_t i = 0; i < shown; ++i) {
    const std::string number = fmt::format("  {}. ", i + 1);
    const std::string margin(number.size(), ' ');
    const std::string colon = fixes[i].where.empty() ? "" : ": ";
    page.paragraph(fixes[i].system + colon + fixes[i].where, number, margin);
    page.verbatim(fixes[i].change, number.size() + 2);
    if (verbosity == Verbosity::kVerbose && !fixes[i].rollback.empty()) {
      page.paragraph("to take it back:", margin, margin);
      page.verbatim(fixes[i].rollback, number.size() + 2);
    }
  }
  if (shown < fixes.size()) {
    page.paragraph(fmt::format("... and {} more (--verbose)", fixes.size() - shown), "  ", "  ");
  }
}

}  // namespace

std::string recommendation_words(const Recommendation& recommendation) {
  const std::string mss = mss_words(recommendation);
  if (recommendation.mtu.bytes == 0) return sentence(mtu_words(recommendation));
  return "Set " + mtu_words(recommendation) +
         (mss.empty() ? "." : ", " + mss.substr(0, mss.size() - 1));
}

// The first in full; the others are usually the same for other hosts, and get a line each.
void write_recommendations(TextPage& page, const Report& report, Verbosity verbosity) {
  const std::vector<Recommendation>& all = report.recommendations;
  if (all.empty()) return;
  page.heading(all.front().mtu.bytes > 0 ? "What to set" : "What to do");
  const size_t in_full = verbosity == Verbosity::kVerbose ? all.size() : 1;
  for (size_t i = 0; i < in_full; ++i) {
    if (i > 0) page.gap();
    write_recommendation(page, all[i], verbosity);
  }
  const size_t listed = std::min(all.size(), in_full + kOtherRecommendations);
  if (listed > in_full) {
    page.gap();
    page.paragraph("In the same way:", "  ");
  }
  for (size_t i = in_full; i < listed; ++i) page.bullet(mtu_words(all[i]), 2);
  if (listed < all.size()) {
    page.bullet(fmt::format("... and {} more (--verbose)", grouped(all.size() - listed)), 2);
  }

  std::set<std::string_view> seen;
  for (size_t i = 0; i < in_full; ++i) {
    const std::string_view verify = all[i].verify;
    if (verify.empty() || !seen.insert(verify).second) continue;
    const std::string where = all[i].verify_on.empty() ? "" : ", on " + all[i].verify_on;
    page.heading("Verify" + where);
    page.verbatim(verify, 2);
    if (!all[i].verify_limit.empty()) page.paragraph(sentence(all[i].verify_limit), "  ", "  ");
  }
}

}  // namespace mtuscope
