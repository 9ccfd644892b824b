#include "cli/json_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "cli/doctor_checks.h"
#include "sample_reports.h"
#include "schema_check.h"

namespace mtuscope {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using Json = nlohmann::json;

Json parsed(const Report& report, const std::vector<SourceInfo>& sources = sample::sources()) {
  return Json::parse(json_report(report, sources, "analyze", {.flows = true}));
}

std::string file_text(const std::string& path) {
  std::ifstream in(std::string(MTUSCOPE_SOURCE_DIR) + "/" + path);
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

// A report in which nothing is null or empty.
Report complete() {
  Report report = sample::incident();
  Finding& finding = report.findings[0];
  finding.pmtu = IpSize{1400};
  finding.reporter = sample::address("192.0.2.1");
  finding.recovered = Recovery{.size = IpSize{1064},
                               .time = sample::kStart,
                               .after = Duration{6'500'250'000},
                               .stack = SenderStack::kLinux};
  report.paths[0].tunnels = {{{TunnelKind::kVxlan, sample::address("192.0.2.1"),
                               sample::address("192.0.2.2"), IpSize{1470}, 5},
                              50}};
  report.outer_tunnels = {{{sample::address("192.0.2.1"), 51820},
                           {sample::address("fd09::2"), 51820},
                           12,
                           IpSize{1480},
                           "eth0"}};
  finding.located = Located{1, 0, "between a.pcap and b.pcap", 7, 1};
  report.points = {{"b.pcap", {1}, 12}, {"a.pcap", {0}, 17}};
  Between between{.a = 0, .b = 1, .matched = 9, .other_flows = 2, .outside = 3, .given_up = 4};
  between.clock = ClockOffset{Duration::milliseconds(-3200), Duration::milliseconds(2)};
  between.round_trip = Duration::milliseconds(4);
  CrossedDirection crossed{.from = 1, .to = 0, .src = *finding.src, .dst = *finding.dst};
  crossed.sizes = {{IpSize{1420}, 7, 1, 2}};
  crossed.only_at_to = 3;
  crossed.super_packets = 4;
  between.directions = {crossed};
  report.between = {between};
  report.flows = {sample::stuck_flow()};
  report.quality = {{}, 5, 6, 7, 8, 9};
  report.quality.undecoded[static_cast<size_t>(Undecoded::kNotIp)] = 3;
  report.quality.unread_link_types = {{109, 2}};
  return report;
}

std::vector<SourceInfo> complete_sources() {
  std::vector<SourceInfo> sources = sample::sources();
  sources[0].interfaces[0].name = "wg0";
  sources[0].truncated = true;
  sources[0].damage = "ends inside a packet at byte 4000";
  sources[0].dropped = 2;
  sources[0].time_reversals = 1;
  return sources;
}

std::vector<ProbedPath> probed(size_t measurements = 1) {
  ProbedPath path = sample::probed_path();
  path.measurements.resize(measurements, path.measurements.front());
  return {path};
}

Json parsed(const Report& report, const std::vector<SourceInfo>& sources,
            const std::vector<ProbedPath>& paths) {
  return Json::parse(json_report(report, sources, "probe", {.flows = true, .probed = &paths}));
}

Check sample_check() {
  return {.name = "tunnel",
          .family = IpFamily::kIPv4,
          .state = CheckState::kUnknown,
          .looked_at = "WireGuard peers of wg0",
          .found = "wg0 is WireGuard",
          .unseen = "peers are shown to root only: run it with sudo"};
}

TEST(JsonReport, ChecksOfDoctorSayWhatWasFoundAndWhatWasNotSeen) {
  const std::vector<Check> checks = {sample_check(), {.name = "kernel", .looked_at = "sysctls"}};
  const Json report = Json::parse(json_report(Report{}, {}, "doctor", {.checks = &checks}));
  EXPECT_EQ(report["checks"][0]["check"], "tunnel");
  EXPECT_EQ(report["checks"][0]["family"], 4);
  EXPECT_EQ(report["checks"][0]["state"], "unknown");
  EXPECT_TRUE(report["checks"][1]["family"].is_null());
  EXPECT_TRUE(report["checks"][1]["found"].is_null());
  EXPECT_FALSE(parsed(Report{}).contains("checks"));
}

TEST(JsonReport, IsOneDocumentThatEndsWithANewline) {
  const std::string text = json_report(sample::incident(), sample::sources(), "analyze");
  EXPECT_TRUE(text.ends_with("}\n"));
  EXPECT_TRUE(Json::accept(text));
}

TEST(JsonReport, SaysWhatItIs) {
  const Json report = parsed(sample::incident());
  EXPECT_EQ(report["schema"], "mtuscope/report/1");
  EXPECT_EQ(report["command"], "analyze");
  EXPECT_FALSE(report["version"].get<std::string>().empty());
  EXPECT_EQ(report["summary"]["status"], "problem");
  EXPECT_THAT(report["summary"]["headline"], HasSubstr("vanish"));
  EXPECT_FALSE(report.contains("probe"));
}

TEST(JsonReport, AFindingCarriesEveryValue) {
  const Json finding = parsed(complete())["findings"][0];
  EXPECT_EQ(finding["kind"], "pmtu-blackhole");
  EXPECT_EQ(finding["severity"], "critical");
  EXPECT_EQ(finding["confidence"], "confirmed");
  EXPECT_DOUBLE_EQ(finding["chance"], 2.1e-06);
  EXPECT_EQ(finding["src"], "10.9.0.2");
  EXPECT_EQ(finding["dst"], "10.9.0.1");
  EXPECT_EQ(finding["flows"], Json::parse(R"([{"src":"10.9.0.2:4096","dst":"10.9.0.1:50498"}])"));
  EXPECT_EQ(finding["flow_count"], 1);
  EXPECT_EQ(finding["vantage"], "sender");
  EXPECT_EQ(finding["bracket"], Json::parse(R"({"lower":435,"upper":1420})"));
  EXPECT_EQ(finding["pmtu"], 1400);
  EXPECT_EQ(finding["reporter"], "192.0.2.1");
  EXPECT_EQ(finding["recovered"]["size"], 1064);
  EXPECT_EQ(finding["recovered"]["time"], "2024-05-01T11:34:05.123456789Z");
  EXPECT_DOUBLE_EQ(finding["recovered"]["after_ms"], 6500.25);
  EXPECT_EQ(finding["recovered"]["df_cleared"], false);
  EXPECT_EQ(finding["recovered"]["stack"], "linux");
  EXPECT_EQ(finding["first_time"], "2024-05-01T11:34:05.123456789Z");
  EXPECT_EQ(finding["source"], 0);
  EXPECT_EQ(finding["frames"], Json::parse("[7,11,12,13]"));
  EXPECT_EQ(finding["evidence_for"].size(), 2u);
  EXPECT_EQ(finding["evidence_against"][0], "only one flow was seen");
}

TEST(JsonReport, UnknownIsNull) {
  Report report = sample::incident();
  Finding empty;
  report.findings = {empty};
  report.paths[0].announced_mtu = {};
  report.recommendations[0].mss_ipv6 = {};
  report.recommendations[0].verify.clear();
  std::vector<SourceInfo> sources = sample::sources();
  sources[0].first_time.reset();
  sources[0].interfaces[0].snaplen = 0;
  const Json json = parsed(report, sources);
  for (const char* key :
       {"chance", "src", "dst", "pmtu", "reporter", "recovered", "first_time", "last_time"}) {
    EXPECT_TRUE(json["findings"][0][key].is_null()) << key;
  }
  EXPECT_EQ(json["findings"][0]["bracket"], Json::parse(R"({"lower":null,"upper":null})"));
  EXPECT_TRUE(json["paths"][0]["interface_mtu"].is_null());
  EXPECT_TRUE(json["recommendations"][0]["mss_ipv6"].is_null());
  EXPECT_TRUE(json["recommendations"][0]["verify"].is_null());
  EXPECT_TRUE(json["sources"][0]["first_time"].is_null());
  EXPECT_TRUE(json["sources"][0]["dropped"].is_null());
  EXPECT_TRUE(json["sources"][0]["damage"].is_null());
  EXPECT_TRUE(json["sources"][0]["interfaces"][0]["name"].is_null());
  EXPECT_TRUE(json["sources"][0]["interfaces"][0]["snaplen"].is_null());
  EXPECT_THAT(schema_violations(Json::parse(file_text("docs/json-schema.json")), json), IsEmpty());
}

TEST(JsonReport, ANumberThatIsNoneIsNull) {
  Report report = sample::incident();
  report.findings[0].chance = std::numeric_limits<double>::quiet_NaN();
  EXPECT_TRUE(parsed(report)["findings"][0]["chance"].is_null());
}

TEST(JsonReport, Ipv6EndpointsHaveBrackets) {
  const Json tunnel = parsed(complete())["outer_tunnels"][0];
  EXPECT_EQ(tunnel["src"], "192.0.2.1:51820");
  EXPECT_EQ(tunnel["dst"], "[fd09::2]:51820");
}

TEST(JsonReport, FlowsAreListedOnRequest) {
  const Json flow = parsed(complete())["flows"][0];
  EXPECT_EQ(flow["state"], "stuck");
  EXPECT_EQ(flow["src"], "10.9.0.1:50498");
  EXPECT_EQ(flow["bytes_received"], 1714);
  EXPECT_DOUBLE_EQ(flow["waited_ms"], 7700);
  EXPECT_EQ(flow["stuck_bytes"], "HTTP response head 200");
  const Json stall = flow["stalls"][1];
  EXPECT_EQ(stall["cause"], "large-packet-lost");
  EXPECT_EQ(stall["size"], 1420);
  EXPECT_EQ(stall["times"], 7);
  EXPECT_EQ(stall["before"], Json::parse(R"({"source":0,"frame":7})"));
  EXPECT_TRUE(stall["after"].is_null());
  EXPECT_FALSE(stall["ended"].get<bool>());
  const Json without = Json::parse(json_report(complete(), sample::sources(), "analyze"));
  EXPECT_FALSE(without.contains("flows"));
}

TEST(JsonReport, OnlyReasonsThatOccurredAreListed) {
  const Json undecoded = parsed(complete())["capture_quality"]["undecoded"];
  ASSERT_EQ(undecoded.size(), 1u);
  EXPECT_EQ(undecoded[std::string(to_string(Undecoded::kNotIp))], 3);
  EXPECT_TRUE(parsed(sample::healthy())["capture_quality"]["undecoded"].is_object());
}

TEST(JsonReport, NamesThatAreNotUtf8DoNotThrowAndTheTextIsAscii) {
  std::vector<SourceInfo> sources = sample::sources();
  sources[0].path = "caf\xe9\xff/gr\u00f6\u00dfe\x1b[2J.pcap";
  const std::string text = json_report(sample::incident(), sources, "analyze");
  for (const char c : text) EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f));
  EXPECT_EQ(Json::parse(text)["sources"][0]["path"], "caf\ufffd\ufffd/gr\u00f6\u00dfe\x1b[2J.pcap");
}

TEST(JsonReport, ReportsConformToTheSchema) {
  const Json schema = Json::parse(file_text("docs/json-schema.json"));
  EXPECT_THAT(schema_violations(schema, parsed(sample::incident())), IsEmpty());
  EXPECT_THAT(schema_violations(schema, parsed(sample::healthy())), IsEmpty());
  EXPECT_THAT(schema_violations(schema, parsed(Report{}, {})), IsEmpty());
  EXPECT_THAT(schema_violations(schema, parsed(complete(), complete_sources())), IsEmpty());
  EXPECT_THAT(schema_violations(schema, parsed(Report{}, {}, probed())), IsEmpty());
  EXPECT_THAT(schema_violations(schema, parsed(Report{}, {}, probed(3))), IsEmpty());
  EXPECT_THAT(schema_violations(schema, parsed(Report{}, {}, {sample::unanswered_path()})),
              IsEmpty());
}

TEST(JsonReport, AProbeIsAnObjectAndSeveralAreAnArray) {
  const Json probe = parsed(Report{}, {}, probed())["probe"];
  EXPECT_EQ(probe["target"], "10.9.0.2");
  EXPECT_EQ(probe["interface"], "wg0");
  EXPECT_EQ(probe["interface_mtu"], 1420);
  EXPECT_EQ(probe["method"], "icmp");
  EXPECT_EQ(probe["family"], 4);
  EXPECT_EQ(probe["direction"], "forward");
  EXPECT_EQ(probe["verdict"], "exact");
  EXPECT_EQ(probe["lower"], 1392);
  EXPECT_EQ(probe["upper"], 1393);
  EXPECT_EQ(probe["pmtu"], 1392);
  EXPECT_EQ(probe["blackhole"], true);
  EXPECT_EQ(probe["ptb"], Json::parse(R"([{"reporter":"192.0.2.1","mtu":1300}])"));
  EXPECT_EQ(probe["hop"], Json::parse(R"({"ttl":2,"address":"192.0.2.1"})"));
  EXPECT_DOUBLE_EQ(probe["rtt_ms"], 50.7);
  EXPECT_DOUBLE_EQ(probe["loss"], 0.25);
  EXPECT_EQ(probe["packets_sent"], 41);
  EXPECT_DOUBLE_EQ(probe["elapsed_ms"], 312);
  EXPECT_EQ(parsed(Report{}, {}, probed(2))["probe"].size(), 2u);
}

TEST(JsonReport, WhatAProbeDidNotLearnIsNull) {
  const Json probe = parsed(Report{}, {}, {sample::unanswered_path()})["probe"];
  EXPECT_EQ(probe["verdict"], "unanswered");
  for (const char* key :
       {"lower", "upper", "pmtu", "confidence", "blackhole", "hop", "rtt_ms", "loss"}) {
    EXPECT_TRUE(probe[key].is_null()) << key;
  }
}

// A key that the document has and the schema has not is new: add it to docs/json-schema.json and
// docs/json.md.
TEST(JsonReport, PointsAndWhatCrossedBetweenThem) {
  const Json report = parsed(complete());
  EXPECT_EQ(report["points"][1]["name"], "a.pcap");
  EXPECT_EQ(report["points"][1]["sources"], Json({0}));
  EXPECT_EQ(report["findings"][0]["located"]["where"], "between a.pcap and b.pcap");
  EXPECT_EQ(report["findings"][0]["located"]["from"], 1);
  const Json between = report["between"][0];
  EXPECT_EQ(between["clock_ahead_ms"], -3200.0);
  EXPECT_EQ(between["clock_uncertainty_ms"], 2.0);
  EXPECT_EQ(between["directions"][0]["sizes"][0],
            Json({{"size", 1420}, {"entered", 7}, {"came_out", 1}, {"not_recorded", 2}}));
}

TEST(JsonReport, DocumentAndSchemaHaveTheSameKeys) {
  const Json schema = Json::parse(file_text("docs/json-schema.json"));
  const std::set<std::string> described = schema_keys(schema);
  const auto paths = probed();
  const std::vector<Check> checks = {sample_check()};
  const std::string text = json_report(complete(), complete_sources(), "doctor",
                                       {.flows = true, .probed = &paths, .checks = &checks});
  EXPECT_EQ(described, document_keys(Json::parse(text)));
}

TEST(JsonReport, EveryKeyIsExplainedForPeople) {
  const std::string page = file_text("docs/json.md");
  for (const std::string& path : schema_keys(Json::parse(file_text("docs/json-schema.json")))) {
    const std::string key = path.substr(path.rfind('.') + 1);
    EXPECT_TRUE(page.find("`" + key + "`") != std::string::npos ||
                page.find("`" + key + "[]`") != std::string::npos)
        << path;
  }
}

TEST(JsonReport, TheSchemaAndTheDocsNameEveryKind) {
  const Json schema = Json::parse(file_text("docs/json-schema.json"));
  const std::string page = file_text("docs/json.md");
  const Json& kinds = schema["$defs"]["finding"]["properties"]["kind"]["enum"];
  for (int kind = 0; kind <= static_cast<int>(FindingKind::kCaptureQuality); ++kind) {
    const std::string name(to_string(static_cast<FindingKind>(kind)));
    EXPECT_NE(std::ranges::find(kinds, Json(name)), kinds.end()) << name;
    EXPECT_NE(page.find("`" + name + "`"), std::string::npos) << name;
  }
}

// 100,000 paths would take minutes if their cost were quadratic.
TEST(JsonReport, VeryManyPathsAreWrittenInLinearTime) {
  const Report few = sample::many(500);
  const Report more = sample::many(5'000);
  const auto seconds = [](const Report& report) {
    const auto start = std::chrono::steady_clock::now();
    EXPECT_GT(json_report(report, {}, "analyze").size(), 100'000u);
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  };
  EXPECT_LT(seconds(more), 40 * seconds(few) + 1);
}

}  // namespace
}  // namespace mtuscope
