// Reports built by hand, as the analysis would make them: the incident of a WireGuard tunnel whose
// underlay is too small, and its healthy twin.

#ifndef MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_REPORTS_H_
#define MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_REPORTS_H_

#include <fmt/format.h>

#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "cli/probe_report.h"

namespace mtuscope::sample {

// 2024-05-01 11:34:05.123456789 UTC.
inline constexpr Timestamp kStart{1714563245'123456789};

inline IpAddress address(std::string_view text) { return IpAddress::parse(text).value(); }

inline FlowDirection flow(std::string_view src, uint16_t src_port, std::string_view dst,
                          uint16_t dst_port) {
  return {{address(src), src_port}, {address(dst), dst_port}};
}

inline Finding blackhole(std::string_view src = "10.9.0.2", std::string_view dst = "10.9.0.1") {
  Finding finding;
  finding.kind = FindingKind::kPmtuBlackhole;
  finding.severity = Severity::kCritical;
  finding.confidence = Confidence::kConfirmed;
  finding.chance = 2.1e-06;
  finding.src = address(src);
  finding.dst = address(dst);
  finding.flows = {flow(src, 4096, dst, 50498)};
  finding.flow_count = 1;
  finding.vantage = Vantage::kSender;
  finding.bracket = {IpSize{435}, IpSize{1420}};
  finding.first_time = kStart;
  finding.last_time = kStart + Duration::milliseconds(6500);
  finding.frames = {{7}, {11}, {12}, {13}};
  finding.explanation =
      "packets of 1420 bytes vanish on the way to the other side, while smaller ones arrive";
  finding.evidence_for = {"the same 1368 bytes were sent 7 times over 6.5 s and never acknowledged",
                          "frame 9 acknowledges, by SACK, the 232 bytes behind them"};
  finding.evidence_against = {"only one flow was seen"};
  return finding;
}

// The flow of the incident, as `--flows` shows it.
inline FlowReport stuck_flow() {
  const FlowDirection data = flow("10.9.0.2", 4096, "10.9.0.1", 50498);
  Stall slow{.cause = StallCause::kNothingSent,
             .flow = data,
             .begin = kStart,
             .end = kStart + Duration::milliseconds(1200),
             .answer = true,
             .waited = Duration::milliseconds(1200),
             .after = FrameRef(0, {6})};
  Stall lost{.cause = StallCause::kLargePacketLost,
             .flow = data,
             .begin = kStart + Duration::milliseconds(1300),
             .end = kStart + Duration::milliseconds(7800),
             .ended = false,
             .size = IpSize{1420},
             .times = 7,
             .waited = Duration::milliseconds(6500),
             .before = FrameRef(0, {7})};
  return {.ends = {data.dst, data.src},
          .first_time = kStart,
          .last_time = lost.end,
          .state = FlowState::kStuck,
          .reset_by = 0,
          .bytes = {78, 1714},
          .repeated = {0, 6},
          .waited = Duration::milliseconds(7700),
          .stalls_total = 3,
          .stalls = {slow, lost},
          .stuck_bytes = "HTTP response head 200"};
}

inline Finding note(FindingKind kind, std::string explanation) {
  Finding finding;
  finding.kind = kind;
  finding.severity = Severity::kInfo;
  finding.confidence = Confidence::kConfirmed;
  finding.explanation = std::move(explanation);
  return finding;
}

inline PathReport path(std::string_view src, std::string_view dst, Bracket bracket) {
  PathReport path;
  path.src = address(src);
  path.dst = address(dst);
  path.flows = 1;
  path.bracket = bracket;
  path.sizes = {{IpSize{60}, 1, 1}, {IpSize{435}, 2, 2}, {IpSize{1420}, 7, 0}};
  path.announced_mtu = IpSize{1420};
  return path;
}

inline Recommendation recommendation() {
  Recommendation advice;
  advice.scope = "wg0";
  advice.mtu = IpSize{1380};
  advice.mss_ipv4 = Mss{1340};
  advice.mss_ipv6 = Mss{1320};
  advice.basis = "an estimate: the largest common tunnel size below 1420";
  advice.fixes = {
      {"wg-quick", "[Interface] in /etc/wireguard/wg0.conf, on both ends", "MTU = 1380"},
      {"systemd-networkd", "[NetDev] in the .netdev file", "MTUBytes=1380"}};
  advice.verify = "ping -M do -s 1352 10.9.0.1";
  return advice;
}

inline std::vector<SourceInfo> sources() {
  SourceInfo source;
  source.path = "wg0-server.pcap";
  source.format = "pcap";
  source.packets = 17;
  source.bytes = 4242;
  source.first_time = kStart;
  source.last_time = kStart + Duration::milliseconds(12300);
  source.interfaces = {{std::nullopt, 101, "RAW", 262144}};
  return {source};
}

inline Report incident() {
  Report report;
  report.status = Status::kProblem;
  report.headline = "Packets of 1420 bytes from 10.9.0.2 to 10.9.0.1 vanish, 435 bytes arrive";
  report.findings = {blackhole(), note(FindingKind::kNotTested,
                                       "10.9.0.1 -> 10.9.0.2 sent nothing larger than 152 bytes")};
  report.paths = {path("10.9.0.2", "10.9.0.1", {IpSize{435}, IpSize{1420}}),
                  path("10.9.0.1", "10.9.0.2", {IpSize{152}, std::nullopt})};
  report.paths_total = 2;
  report.recommendations = {recommendation()};
  report.packets = 17;
  report.tcp_flows = 1;
  return report;
}

inline Report healthy() {
  Report report;
  report.status = Status::kOk;
  report.headline = "No black hole: packets up to 1420 bytes were delivered in both directions";
  report.paths = {path("10.9.0.2", "10.9.0.1", {IpSize{1420}, std::nullopt}),
                  path("10.9.0.1", "10.9.0.2", {IpSize{1420}, std::nullopt})};
  report.paths_total = 2;
  report.packets = 17;
  report.tcp_flows = 1;
  return report;
}

// `count` black holes on as many paths, each with its path and the longest addresses there are.
inline Report many(uint32_t count) {
  Report report = incident();
  report.findings.clear();
  report.paths.clear();
  for (uint32_t i = 0; i < count; ++i) {
    const std::string src = fmt::format("2001:db8:aaaa:bbbb:cccc:dddd:{:x}:{:x}",
                                        (i >> 16) | 0x1000, (i & 0xffff) | 0x1000);
    const char* dst = "2001:db8:1111:2222:3333:4444:5555:6666";
    report.findings.push_back(blackhole(src, dst));
    report.paths.push_back(path(src, dst, {IpSize{435}, IpSize{1420}}));
  }
  report.paths_total = count;
  return report;
}

// A tunnel of MTU 1420 over a path that silently drops more than 1460 bytes, measured from inside.
inline ProbedPath probed_path() {
  Measurement echo;
  echo.target = address("10.9.0.2");
  echo.source = address("10.9.0.1");
  echo.interface = "wg0";
  echo.interface_mtu = IpSize{1420};
  echo.traits = {ProbeMethod::kIcmp, ProbeDirection::kRoundTrip, IpSize{44}, {}};
  SearchResult& result = echo.result;
  result.verdict = SearchVerdict::kExact;
  result.bracket = {IpSize{1392}, IpSize{1393}};
  result.confidence = 0.99999;
  result.silent = true;
  result.ptbs = {{address("192.0.2.1"), IpSize{1300}, IpSize{1420}}};
  result.answered = 30;
  result.lost = 10;
  result.packets = 41;
  result.rtt = Duration{50'700'000};
  result.elapsed = Duration::milliseconds(312);

  ProbedPath path;
  path.intent.target = echo.target;
  path.intent.interface = "wg0";
  path.intent.interface_mtu = IpSize{1420};
  path.intent.min = IpSize{68};
  path.intent.max = IpSize{1420};
  path.intent.max_packets = 400;
  path.intent.methods = {ProbeMethod::kIcmp, ProbeMethod::kUdp};
  path.intent.link = link_facts(echo.source, echo.target, {.name = "wg0"}, IpSize{1420});
  path.measurements = {echo};
  path.measurements[0].hop = {Hop{2, address("192.0.2.1")}, Hop{3, address("192.0.2.9")}, 24};
  path.conclusion = {.verdict = PathVerdict::kLimit,
                     .bracket = result.bracket,
                     .direction = ProbeDirection::kForward,
                     .silent = true,
                     .hop = path.measurements[0].hop.last};
  return path;
}

inline ProbedPath unlimited_path() {
  ProbedPath path = probed_path();
  SearchResult& result = path.measurements[0].result;
  result.verdict = SearchVerdict::kNoLimit;
  result.bracket = {IpSize{1420}, std::nullopt};
  result.silent = false;
  result.ptbs.clear();
  path.conclusion = {.verdict = PathVerdict::kNoLimit, .bracket = result.bracket};
  return path;
}

inline ProbedPath unanswered_path() {
  ProbedPath path = probed_path();
  SearchResult result;
  result.verdict = SearchVerdict::kSilent;
  result.packets = 18;
  result.elapsed = Duration::milliseconds(3010);
  path.measurements[0].result = result;
  path.conclusion = {};
  return path;
}

// Measured by a reflector: a limit on the way back, none on the way there.
inline ProbedPath reflected_path() {
  ProbedPath path = probed_path();
  Measurement& reverse = path.measurements[0];
  reverse.traits = {ProbeMethod::kReflector, ProbeDirection::kReverse, IpSize{92}, {}};
  reverse.result.ptbs.clear();
  reverse.hop = {};
  Measurement forward = unlimited_path().measurements[0];
  forward.traits = {ProbeMethod::kReflector, ProbeDirection::kForward, IpSize{92}, {}};
  path.intent.methods = {ProbeMethod::kReflector};
  path.measurements.push_back(forward);
  path.conclusion = conclude(path.measurements);
  return path;
}

}  // namespace mtuscope::sample

#endif  // MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_REPORTS_H_
