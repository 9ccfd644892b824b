#include "cli/expectation_match.h"

#include <fmt/format.h>

#include <algorithm>

#include "cli/finding_text.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

std::string name(Severity value) { return std::string(to_string(value)); }
std::string name(Confidence value) { return std::string(to_string(value)); }
std::string name(Vantage value) { return std::string(to_string(value)); }
std::string name(const std::optional<IpAddress>& value) {
  return value ? to_string(*value) : "unknown";
}
std::string name(const std::optional<IpSize>& value) {
  return value ? std::to_string(value->bytes) : "unknown";
}
std::string name(const WantedSize& wanted) {
  if (wanted.unknown) return "unknown";
  if (wanted.least == wanted.greatest) return std::to_string(wanted.least);
  return fmt::format("{} to {}", wanted.least, wanted.greatest);
}

// "a, b or c".
template <typename T>
std::string alternatives(const std::vector<T>& values) {
  std::string text;
  for (size_t i = 0; i < values.size(); ++i) {
    text += i == 0 ? "" : i + 1 == values.size() ? " or " : ", ";
    text += name(values[i]);
  }
  return text;
}

bool allows(const WantedSize& wanted, const std::optional<IpSize>& found) {
  if (!found) return wanted.unknown;
  return !wanted.unknown && wanted.least <= found->bytes && found->bytes <= wanted.greatest;
}

class Comparison {
 public:
  template <typename T>
  void one_of(std::string_view key, const T& found, const std::vector<T>& allowed) {
    if (allowed.empty() || std::ranges::find(allowed, found) != allowed.end()) return;
    add(key, fmt::format("is {}, not {}", name(found), alternatives(allowed)));
  }

  void size(std::string_view key, const std::optional<IpSize>& found,
            const std::optional<WantedSize>& wanted) {
    if (wanted && !allows(*wanted, found)) {
      add(key, fmt::format("is {}, not {}", name(found), name(*wanted)));
    }
  }

  void add(std::string_view key, const std::string& what) {
    differences.push_back({std::string(key), fmt::format("{} {}", key, what)});
  }

  std::vector<Difference> differences;
};

void add_candidate(Mismatch& mismatch, Candidate candidate) {
  ++mismatch.candidate_count;
  mismatch.candidates.push_back(std::move(candidate));
}

void keep_most_similar(Mismatch& mismatch) {
  std::ranges::stable_sort(mismatch.candidates, {},
                           [](const Candidate& c) { return c.differences.size(); });
  if (mismatch.candidates.size() > kMaxCandidates) mismatch.candidates.resize(kMaxCandidates);
}

}  // namespace

std::string_view to_string(Mismatch::What what) {
  switch (what) {
    case Mismatch::What::kExit:
      return "exit";
    case Mismatch::What::kMissing:
      return "missing";
    case Mismatch::What::kForbidden:
      return "forbidden";
  }
  return "unknown";
}

std::string describe(const Finding& finding) {
  std::string text = fmt::format("{} {}", to_string(finding.kind), to_string(finding.confidence));
  if (finding.src && finding.dst) text += " " + direction(finding);
  if (finding.bracket.lower || finding.bracket.upper) text += ", " + bracket_words(finding.bracket);
  if (finding.vantage != Vantage::kUnknown) {
    text += fmt::format(", {} {}", finding.vantage == Vantage::kMiddle ? "in the" : "at the",
                        to_string(finding.vantage));
  }
  return text;
}

std::vector<Difference> differences(const Finding& finding, const WantedFinding& wanted) {
  Comparison comparison;
  if (finding.kind != wanted.kind) {
    comparison.add("kind",
                   fmt::format("is {}, not {}", to_string(finding.kind), to_string(wanted.kind)));
    return comparison.differences;
  }
  comparison.one_of("severity", finding.severity, wanted.severity);
  comparison.one_of("confidence", finding.confidence, wanted.confidence);
  comparison.one_of("vantage", finding.vantage, wanted.vantage);
  comparison.one_of("src", finding.src, wanted.src);
  comparison.one_of("dst", finding.dst, wanted.dst);
  comparison.one_of("reporter", finding.reporter, wanted.reporter);
  comparison.size("lower", finding.bracket.lower, wanted.lower);
  comparison.size("upper", finding.bracket.upper, wanted.upper);
  comparison.size("pmtu", finding.pmtu, wanted.pmtu);
  const bool recovered = finding.recovered.has_value();
  if (wanted.recovered && *wanted.recovered != recovered) {
    comparison.add("recovered", fmt::format("is {}, not {}", recovered, *wanted.recovered));
  }
  if (wanted.min_flows && finding.flow_count < *wanted.min_flows) {
    comparison.add("min_flows", fmt::format("is {}: only {}", *wanted.min_flows,
                                            count_words(finding.flow_count, "flow")));
  }
  return comparison.differences;
}

std::vector<Mismatch> compare(const Report& report, int exit, const Expectation& expectation) {
  std::vector<Mismatch> mismatches;
  if (!expectation.exit.empty() &&
      std::ranges::find(expectation.exit, exit) == expectation.exit.end()) {
    const JsonValue* written = expectation.document.find("exit");
    mismatches.push_back({.what = Mismatch::What::kExit,
                          .line = written == nullptr ? 0 : written->line,
                          .wanted = fmt::format("{}", fmt::join(expectation.exit, " or ")),
                          .exit = exit});
  }
  const auto start = [](Mismatch::What what, size_t index, const WantedFinding& wanted) {
    return Mismatch{.what = what, .index = index, .line = wanted.line, .wanted = wanted.text};
  };

  for (size_t i = 0; i < expectation.must.size(); ++i) {
    const WantedFinding& wanted = expectation.must[i];
    Mismatch missing = start(Mismatch::What::kMissing, i, wanted);
    bool found = false;
    for (size_t f = 0; f < report.findings.size() && !found; ++f) {
      if (report.findings[f].kind != wanted.kind) continue;
      std::vector<Difference> different = differences(report.findings[f], wanted);
      found = different.empty();
      if (!found) {
        add_candidate(missing, {f, describe(report.findings[f]), std::move(different)});
      }
    }
    keep_most_similar(missing);
    if (!found) mismatches.push_back(std::move(missing));
  }

  for (size_t i = 0; i < expectation.must_not.size(); ++i) {
    const WantedFinding& unwanted = expectation.must_not[i];
    Mismatch forbidden = start(Mismatch::What::kForbidden, i, unwanted);
    for (size_t f = 0; f < report.findings.size(); ++f) {
      if (differences(report.findings[f], unwanted).empty()) {
        add_candidate(forbidden, {f, describe(report.findings[f]), {}});
      }
    }
    keep_most_similar(forbidden);
    if (forbidden.candidate_count > 0) mismatches.push_back(std::move(forbidden));
  }
  return mismatches;
}

}  // namespace mtuscope
