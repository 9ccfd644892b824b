#include "cli/expectation_update.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace mtuscope {
namespace {

using Type = JsonValue::Type;

JsonValue json(const std::optional<IpAddress>& address) {
  return address ? JsonValue::of(to_string(*address)) : JsonValue();
}
JsonValue json(const std::optional<IpSize>& size) {
  return size ? JsonValue::of(uint64_t{size->bytes}) : JsonValue();
}

// What an expectation calls this property of the finding.
JsonValue property(const Finding& finding, std::string_view key) {
  if (key == "severity") return JsonValue::of(to_string(finding.severity));
  if (key == "confidence") return JsonValue::of(to_string(finding.confidence));
  if (key == "vantage") return JsonValue::of(to_string(finding.vantage));
  if (key == "src") return json(finding.src);
  if (key == "dst") return json(finding.dst);
  if (key == "reporter") return json(finding.reporter);
  if (key == "lower") return json(finding.bracket.lower);
  if (key == "upper") return json(finding.bracket.upper);
  if (key == "pmtu") return json(finding.pmtu);
  if (key == "recovered") return JsonValue::of_bool(finding.recovered.has_value());
  if (key == "min_flows") return JsonValue::of(finding.flow_count);
  return JsonValue::of(to_string(finding.kind));
}

JsonValue wanted_as_found(const Finding& finding) {
  JsonValue wanted = JsonValue::object();
  for (const char* key : {"kind", "confidence", "vantage"}) wanted.set(key, property(finding, key));
  if (finding.src) wanted.set("src", property(finding, "src"));
  if (finding.dst) wanted.set("dst", property(finding, "dst"));
  if (finding.bracket.lower) wanted.set("lower", property(finding, "lower"));
  if (finding.bracket.upper) wanted.set("upper", property(finding, "upper"));
  if (finding.pmtu) wanted.set("pmtu", property(finding, "pmtu"));
  return wanted;
}

JsonValue kind_only(FindingKind kind) {
  JsonValue wanted = JsonValue::object();
  wanted.set("kind", JsonValue::of(to_string(kind)));
  return wanted;
}

// Kinds that say that something is wrong on the network (docs/findings.md).
bool accuses(FindingKind kind) {
  switch (kind) {
    case FindingKind::kPmtuBlackhole:
    case FindingKind::kPtbIgnored:
    case FindingKind::kPtbSuspect:
    case FindingKind::kSizeDependentLoss:
    case FindingKind::kFragmentLoss:
    case FindingKind::kZeroWindow:
    case FindingKind::kPathOutage:
    case FindingKind::kDataUndelivered:
    case FindingKind::kSynUnanswered:
    case FindingKind::kConnectionRefused:
    case FindingKind::kDnsUnanswered:
      return true;
    default:
      return false;
  }
}

JsonValue& list(JsonValue& document, std::string_view key) {
  if (document.find(key) == nullptr) document.set(key, JsonValue::array());
  return *document.find(key);
}

// Marks what is to be removed without moving what later mismatches count on.
class Updater {
 public:
  Updater(const Expectation& expectation, const Report& report) : report_(report) {
    update_.document = expectation.document;
    for (const WantedFinding& wanted : expectation.must) {
      for (size_t f = 0; f < report.findings.size(); ++f) {
        if (differences(report.findings[f], wanted).empty()) taken_.insert(f);
      }
    }
  }

  void apply(const Mismatch& mismatch) {
    switch (mismatch.what) {
      case Mismatch::What::kExit: {
        const JsonValue found = JsonValue::of(static_cast<uint64_t>(mismatch.exit));
        change("exit", update_.document.find("exit"), found);
        update_.document.set("exit", found);
        break;
      }
      case Mismatch::What::kMissing:
        missing(mismatch);
        break;
      case Mismatch::What::kForbidden:
        remove("must_not", mismatch);
        for (const Candidate& candidate : mismatch.candidates) {
          if (taken_.insert(candidate.finding).second) new_.push_back(candidate.finding);
        }
        break;
    }
  }

  ExpectationUpdate finish() {
    for (const size_t finding : new_) {
      const JsonValue wanted = wanted_as_found(report_.findings[finding]);
      list(update_.document, "must").items.push_back(wanted);
      update_.changes.push_back("must: added " + to_text(wanted));
    }
    // A removed finding is the null that no finding is.
    for (const char* key : {"must", "must_not"}) {
      if (JsonValue* findings = update_.document.find(key)) {
        std::erase_if(findings->items, [](const JsonValue& item) { return item.is(Type::kNull); });
      }
    }
    return std::move(update_);
  }

 private:
  // Becomes the most similar finding that no other claim is about.
  void missing(const Mismatch& mismatch) {
    const auto nearest = std::ranges::find_if(mismatch.candidates, [&](const Candidate& candidate) {
      return taken_.insert(candidate.finding).second;
    });
    if (nearest == mismatch.candidates.end()) return remove("must", mismatch);
    JsonValue& wanted = list(update_.document, "must").items[mismatch.index];
    for (const Difference& difference : nearest->differences) {
      const JsonValue found = property(report_.findings[nearest->finding], difference.key);
      change(fmt::format("must[{}].{}", mismatch.index, difference.key),
             wanted.find(difference.key), found);
      wanted.set(difference.key, found);
    }
  }

  void remove(std::string_view key, const Mismatch& mismatch) {
    list(update_.document, key).items[mismatch.index] = JsonValue();
    update_.changes.push_back(fmt::format("{}: removed {}", key, mismatch.wanted));
  }

  void change(std::string_view where, const JsonValue* before, const JsonValue& after) {
    update_.changes.push_back(fmt::format(
        "{}: {} -> {}", where, before == nullptr ? "anything" : to_text(*before), to_text(after)));
  }

  const Report& report_;
  ExpectationUpdate update_;
  std::set<size_t> taken_;   // findings that a claim is about
  std::vector<size_t> new_;  // of these, those that a claim is still to be written for
};

}  // namespace

JsonValue new_expectation(const Report& report, int exit) {
  std::vector<JsonValue> must, must_not;
  std::set<FindingKind> found;
  for (const Finding& finding : report.findings) {
    const bool first = found.insert(finding.kind).second;
    const bool problem = finding.severity > Severity::kInfo;
    if (must.size() == kMaxWritten || (!problem && !first)) continue;
    must.push_back(problem ? wanted_as_found(finding) : kind_only(finding.kind));
  }
  for (const FindingKind kind : finding_kinds()) {
    if (accuses(kind) && !found.contains(kind)) must_not.push_back(kind_only(kind));
  }
  JsonValue document = JsonValue::object();
  document.set("exit", JsonValue::of(static_cast<uint64_t>(exit)));
  document.set("must", JsonValue::array(std::move(must)));
  document.set("must_not", JsonValue::array(std::move(must_not)));
  return document;
}

ExpectationUpdate updated(const Expectation& expectation, const Report& report,
                          const std::vector<Mismatch>& mismatches) {
  Updater updater(expectation, report);
  for (const Mismatch& mismatch : mismatches) updater.apply(mismatch);
  return updater.finish();
}

std::string expectation_text(const JsonValue& document) {
  std::string text = "{\n";
  for (size_t i = 0; i < document.keys.size(); ++i) {
    const JsonValue& value = document.items[i];
    text += fmt::format("  {}: ", to_text(JsonValue::of(document.keys[i])));
    const bool findings = document.keys[i] == "must" || document.keys[i] == "must_not";
    if (findings && !value.items.empty()) {
      text += "[\n";
      for (size_t k = 0; k < value.items.size(); ++k) {
        text += fmt::format("    {}{}\n", to_text(value.items[k]),
                            k + 1 < value.items.size() ? "," : "");
      }
      text += "  ]";
    } else {
      text += to_text(value);
    }
    text += i + 1 < document.keys.size() ? ",\n" : "\n";
  }
  return text + "}\n";
}

}  // namespace mtuscope
