#include "analysis/finding_log.h"

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

namespace mtuscope {

namespace {

// A sentence without its numbers, which grow as packets come.
std::string words_of(const std::string& sentence) {
  std::string words;
  for (const char c : sentence) {
    if (std::isdigit(static_cast<unsigned char>(c)) == 0) words += c;
  }
  return words;
}

bool says_the_same(const Finding& a, const Finding& b) {
  return a.confidence == b.confidence && a.severity == b.severity &&
         a.bracket.upper == b.bracket.upper && a.pmtu == b.pmtu &&
         a.recovered.has_value() == b.recovered.has_value() &&
         words_of(a.explanation) == words_of(b.explanation);
}

}  // namespace

std::string_view to_string(NewsKind kind) {
  switch (kind) {
    case NewsKind::kFound:
      return "found";
    case NewsKind::kChanged:
      return "changed";
    case NewsKind::kOver:
      break;
  }
  return "over";
}

bool same_finding(const Finding& a, const Finding& b) {
  return a.kind == b.kind && a.src == b.src && a.dst == b.dst && a.reporter == b.reporter;
}

FindingLog::Known* FindingLog::find(const void* group, const Finding& finding) {
  const auto known = std::ranges::find_if(
      known_, [&](const Known& k) { return k.group == group && same_finding(k.finding, finding); });
  return known == known_.end() ? nullptr : &*known;
}

void FindingLog::end(const Finding& finding) {
  if (finding.severity == Severity::kInfo || finding.confidence == Confidence::kSuspected) return;
  const auto same =
      std::ranges::find_if(past_, [&](const Finding& f) { return same_finding(f, finding); });
  if (same != past_.end()) {
    *same = finding;
  } else if (past_.size() < kMaxPast) {
    past_.push_back(finding);
  }
}

void FindingLog::update(const void* group, std::vector<Finding> found,
                        const std::optional<Recommendation>& advice, Timestamp now,
                        std::vector<FindingNews>& news) {
  for (Known& known : known_) {
    if (known.group != group) continue;
    const bool held = std::ranges::any_of(
        found, [&](const Finding& f) { return same_finding(f, known.finding); });
    if (held) {
      known.gone.reset();
    } else if (!known.gone || *known.gone > now) {
      known.gone = now;
    }
  }
  for (Finding& finding : found) {
    Known* const known = find(group, finding);
    if (known != nullptr && says_the_same(known->finding, finding)) continue;
    if (known == nullptr && known_.size() >= kMaxKnown) continue;
    const bool black_hole = finding.kind == FindingKind::kPmtuBlackhole;
    news.push_back({.kind = known == nullptr ? NewsKind::kFound : NewsKind::kChanged,
                    .time = now,
                    .finding = finding,
                    .advice = black_hole ? advice : std::nullopt});
    if (known != nullptr) {
      known->finding = std::move(finding);
    } else {
      known_.push_back({.group = group, .finding = std::move(finding)});
    }
  }
  std::erase_if(known_, [&](const Known& known) {
    if (known.group != group || !known.gone || now - *known.gone < kOverAfter) return false;
    end(known.finding);
    news.push_back({.kind = NewsKind::kOver, .time = now, .finding = known.finding, .advice = {}});
    return true;
  });
}

void FindingLog::close(const void* group) {
  std::erase_if(known_, [&](const Known& known) {
    if (known.group != group) return false;
    end(known.finding);
    return true;
  });
}

bool FindingLog::holds(const void* group) const {
  return std::ranges::any_of(known_, [&](const Known& k) { return k.group == group; });
}

}  // namespace mtuscope
