// The parts of a report for programs, each as JSON; unknown is null (docs/json.md). Names that are
// keys or values there are never changed.

#ifndef MTUSCOPE_CLI_JSON_PARTS_H_
#define MTUSCOPE_CLI_JSON_PARTS_H_

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "capture/source.h"
#include "probes/hop_search.h"
#include "probes/search.h"

namespace mtuscope {

struct Check;  // doctor_checks.h

using Json = nlohmann::ordered_json;  // keys in the order in which they are written

// Sizes of 0 bytes and FrameRefs to no frame are unknown.
Json json(IpSize size);
Json json(Mss mss);
Json json(Timestamp time);
Json json(const IpAddress& address);
Json json(const Endpoint& endpoint);
Json json(FrameRef frame);
Json json(double number);
Json json(uint64_t number);
Json json(uint32_t number);
Json json(const std::string& text);

Json json(const Bracket& bracket);
Json json(const FlowDirection& flow);
Json json(const PathTunnel& tunnel);
Json json(const SizeCount& size);
Json json(const InterfaceInfo& interface);
Json json(const Recovery& recovery);
Json json(const Located& located);
Json json(const Stall& stall);
Json json(const Fix& fix);
Json json(const CrossedSize& size);
Json json(const CrossedDirection& direction);
Json json(const Hop& hop);
Json json(const PtbReport& ptb);

// The elements of the document's arrays.
Json json(const SourceInfo& source);
Json json(const Finding& finding);
Json json(const PathReport& path);
Json json(const FlowReport& flow);
Json json(const OuterTunnel& tunnel);
Json json(const PointReport& point);
Json json(const Between& between);
Json json(const Recommendation& recommendation);
Json json(const Check& check);

Json json(const CaptureQuality& quality);

template <typename T>
Json json(const std::optional<T>& value) {
  return value ? json(*value) : Json();
}

template <typename T>
Json array_of(const std::vector<T>& values) {
  Json array = Json::array();
  for (const T& value : values) array.push_back(json(value));
  return array;
}

inline double milliseconds(Duration duration) { return static_cast<double>(duration.ns) * 1e-6; }

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_JSON_PARTS_H_
