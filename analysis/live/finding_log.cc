#include "analysis/live/finding_log.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <utility>

#include "analysis/advice/recommend.h"
#include "analysis/evidence/evidence_text.h"

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
  // Where some packets of a size arrive, its bounds are estimates that move.
  const bool same_bound =
      a.bracket.upper == b.bracket.upper || a.kind == FindingKind::kSizeDependentLoss;
  return a.confidence == b.confidence && a.severity == b.severity && same_bound &&
         a.pmtu == b.pmtu && a.recovered.has_value() == b.recovered.has_value() &&
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

void FindingLog::end(Finding finding, std::optional<Timestamp> over) {
  if (finding.severity == Severity::kInfo || finding.confidence == Confidence::kSuspected) return;
  if (over) {
    finding.evidence_against.push_back(
        fmt::format("over since {}: what came later speaks against it", clock_time(*over)));
  }
  const auto same =
      std::ranges::find_if(past_, [&](const Finding& f) { return same_finding(f, finding); });
  if (same != past_.end()) {
    *same = std::move(finding);
  } else if (past_.size() < kMaxPast) {
    past_.push_back(std::move(finding));
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
    Known* known = find(group, finding);
    NewsKind kind = NewsKind::kChanged;
    if (known == nullptr) {
      if (known_.size() >= kMaxKnown) continue;
      kind = NewsKind::kFound;
      known = &known_.emplace_back(Known{.group = group, .since = now});
      known->told = finding.kind != FindingKind::kRandomLoss;
    } else if (!known->told) {
      if (now < known->since) known->since = now;
      known->told = now - known->since >= kAWhile;
      kind = NewsKind::kFound;
    } else if (says_the_same(known->finding, finding)) {
      continue;
    }
    if (known->told) {
      news.push_back({.kind = kind,
                      .time = now,
                      .finding = finding,
                      .advice = calls_for_a_size(finding) ? advice : std::nullopt});
    }
    known->finding = std::move(finding);
  }
  std::erase_if(known_, [&](const Known& known) {
    if (known.group != group || !is_over(known, now)) return false;
    if (!known.told) return true;
    end(known.finding, known.gone);
    news.push_back({.kind = NewsKind::kOver, .time = now, .finding = known.finding, .advice = {}});
    return true;
  });
}

bool FindingLog::is_over(const Known& known, Timestamp now) const {
  return known.gone && (!known.told || now - *known.gone >= kAWhile);
}

void FindingLog::close(const void* group) {
  std::erase_if(known_, [&](const Known& known) {
    if (known.group != group) return false;
    if (known.told) end(known.finding, std::nullopt);
    return true;
  });
}

void FindingLog::close(const void* group, const IpAddress& src, const IpAddress& dst) {
  std::erase_if(known_, [&](const Known& known) {
    if (known.group != group || known.finding.src != src || known.finding.dst != dst) return false;
    if (known.told) end(known.finding, std::nullopt);
    return true;
  });
}

std::vector<Finding> FindingLog::held() const {
  std::vector<Finding> held;
  for (const Known& known : known_) {
    if (known.told) held.push_back(known.finding);
  }
  return held;
}

bool FindingLog::holds(const void* group) const {
  return std::ranges::any_of(known_, [&](const Known& k) { return k.group == group; });
}

}  // namespace mtuscope
