#include "cli/json_probe.h"

#include <string_view>

namespace mtuscope {
namespace {

std::string_view to_string(SearchVerdict verdict) {
  switch (verdict) {
    case SearchVerdict::kNoLimit:
      return "no-limit";
    case SearchVerdict::kExact:
      return "exact";
    case SearchVerdict::kBracket:
      return "bracket";
    case SearchVerdict::kInconsistent:
      return "inconsistent";
    case SearchVerdict::kSilent:
      return "unanswered";
    case SearchVerdict::kUndetermined:
    case SearchVerdict::kSearching:
      break;
  }
  return "undetermined";
}

Json flow_json(const FlowIdentity& flow) {
  const auto number = [](uint16_t value) { return value > 0 ? Json(value) : Json(); };
  return {{"source_port", number(flow.source_port)},
          {"target_port", number(flow.target_port)},
          {"echo_id", number(flow.echo_id)}};
}

// With the conclusion that compares it with other methods, it says in which direction the limit is.
Json measurement_json(const Measurement& measurement, const Conclusion* conclusion) {
  const SearchResult& result = measurement.result;
  const uint32_t known = result.answered + result.lost;
  const bool exact = result.bracket.exact() || result.verdict == SearchVerdict::kNoLimit;
  const bool compared =
      conclusion != nullptr && measurement.traits.direction == ProbeDirection::kRoundTrip;
  const ProbeDirection direction = compared ? conclusion->direction : measurement.traits.direction;
  const bool decided = result.bracket.upper || result.verdict == SearchVerdict::kNoLimit;
  return {{"target", json(measurement.target)},
          {"interface", measurement.interface},
          {"interface_mtu", json(measurement.interface_mtu)},
          {"method", to_string(measurement.traits.method)},
          {"flow", flow_json(measurement.traits.flow)},
          {"family", static_cast<int>(measurement.target.family)},
          {"direction", to_string(direction)},
          {"verdict", to_string(result.verdict)},
          {"lower", json(result.bracket.lower)},
          {"upper", json(result.bracket.upper)},
          {"pmtu", exact ? json(result.bracket.lower) : Json()},
          {"confidence", decided ? Json(result.confidence) : Json()},
          {"blackhole", decided ? Json(result.silent) : Json()},
          {"refuses_data", measurement.refuses_data},
          {"ptb", array_of(result.ptbs)},
          {"largest_fragment", json(result.fragment)},
          {"hop", conclusion != nullptr ? json(conclusion->hop) : Json()},
          {"rtt_ms", result.answered > 0 ? Json(milliseconds(result.rtt)) : Json()},
          {"loss", known > 0 ? Json(static_cast<double>(result.lost) / known) : Json()},
          {"packets_sent", result.packets},
          {"elapsed_ms", milliseconds(result.elapsed)}};
}

}  // namespace

Json probe_json(const std::vector<ProbedPath>& paths) {
  Json all = Json::array();
  for (const ProbedPath& path : paths) {
    for (const Measurement& measurement : path.measurements) {
      const bool first = &measurement == &path.measurements.front();
      all.push_back(measurement_json(measurement, first ? &path.conclusion : nullptr));
    }
  }
  return all.size() == 1 ? all[0] : all;
}

}  // namespace mtuscope
