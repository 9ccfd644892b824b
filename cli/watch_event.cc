#include "cli/watch_event.h"

#include <fmt/format.h>

#include "analysis/judges/summary.h"
#include "cli/plain_words.h"
#include "cli/recommendation_text.h"
#include "cli/time_format.h"

namespace mtuscope {
namespace {

// "12:49:08.290" of "2026-11-20 12:49:08.290 UTC".
std::string time_of_day(Timestamp time) { return readable_time(time).substr(11, 12); }

std::string words_of(const FindingNews& news) {
  const std::string headline = headline_of(news.finding);
  switch (news.kind) {
    case NewsKind::kFound:
      return sentence(headline);
    case NewsKind::kChanged:
      return sentence("Now: " + headline);
    case NewsKind::kOver:
      break;
  }
  return sentence("No longer: " + headline);
}

Ink ink_of(const WatchEvent& event) {
  if (event.kind == "over") return Ink::kGreen;
  if (event.severity == Severity::kCritical) return Ink::kRed;
  return event.severity == Severity::kWarning ? Ink::kYellow : Ink::kPlain;
}

}  // namespace

WatchEvent event_of(const FindingNews& news) {
  return {.kind = std::string(to_string(news.kind)),
          .time = news.time,
          .explanation = words_of(news),
          .severity = news.finding.severity,
          .interface = news.finding.interface,
          .finding = news.finding,
          .advice = news.advice};
}

std::string event_text(const WatchEvent& event, PageStyle style) {
  TextPage page(style);
  const std::string first = time_of_day(event.time) + "  ";
  const std::string rest(first.size(), ' ');
  std::string text = event.explanation;
  if (event.finding) {
    text += fmt::format(" [{}, {}, {}]", to_string(event.finding->kind),
                        to_string(event.finding->severity), to_string(event.finding->confidence));
  }
  page.paragraph(text, first, rest, ink_of(event));
  if (event.advice) page.paragraph(recommendation_words(*event.advice), rest, rest);
  return page.text();
}

}  // namespace mtuscope
