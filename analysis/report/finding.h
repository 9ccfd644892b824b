// What the analysis concludes: one finding is one claim, with what speaks for and against it.
// The kinds are an API (docs/findings.md): never rename one.

#ifndef MTUSCOPE_ANALYSIS_REPORT_FINDING_H_
#define MTUSCOPE_ANALYSIS_REPORT_FINDING_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/address.h"
#include "capture/units.h"

namespace mtuscope {

enum class FindingKind : uint8_t {
  kPmtuBlackhole,
  kPtbIgnored,
  kPtbSuspect,
  kPmtudWorking,
  kMssClamped,
  kSizeDependentLoss,
  kFragmentLoss,
  kFragmentation,
  kRandomLoss,
  kZeroWindow,
  kPathOutage,
  kDataUndelivered,
  kSynUnanswered,
  kConnectionRefused,
  kDnsUnanswered,
  kNotTested,
  kCaptureQuality,
};
std::string_view to_string(FindingKind kind);  // "pmtu-blackhole"
std::vector<FindingKind> finding_kinds();      // all of them, in this order

enum class Severity : uint8_t { kInfo, kWarning, kCritical };
std::string_view to_string(Severity severity);  // "info", "warning", "critical"

enum class Confidence : uint8_t { kSuspected, kConfirmed };
std::string_view to_string(Confidence confidence);  // "suspected", "confirmed"

// Where the capture was taken, relative to the loss.
enum class Vantage : uint8_t { kUnknown, kSender, kMiddle, kReceiver };
std::string_view to_string(Vantage vantage);  // "unknown", "sender", "middle", "receiver"

// lower <= path MTU < upper. lower: the largest size proven to arrive; upper: the smallest proven
// not to. Either may be unknown.
struct Bracket {
  std::optional<IpSize> lower, upper;
  bool exact() const { return lower && upper && lower->bytes + 1 == upper->bytes; }
};

// One direction of a flow: the one whose data suffers.
struct FlowDirection {
  Endpoint src, dst;
  friend bool operator==(const FlowDirection&, const FlowDirection&) = default;
};

// A TCP that is known by how it heals itself.
enum class SenderStack : uint8_t { kLinux, kApple, kFreeBsd, kWindows };
std::string_view to_string(SenderStack stack);  // "linux", "apple", "freebsd", "windows"

// The sender healed itself: bytes that were lost at one size arrived when cut smaller, or without
// DF.
struct Recovery {
  IpSize size;              // of the packets that then got through
  Timestamp time;           // when the first of them was acknowledged
  Duration after;           // since the first failed transmission: how long the user waited
  bool df_cleared = false;  // IPv4: routers may have cut those packets; `size` is what was sent
  std::optional<SenderStack> stack = std::nullopt;
};

// When a path became narrower: such packets arrived up to then, and failed from then on.
struct Shrinkage {
  Timestamp last_delivery, first_failure;  // when those packets were sent
};

// Where the loss is, when several points captured the same packets (report.h, PointReport). Both
// ends: between these two. `from` alone: behind it. `to` alone: before it.
struct Located {
  std::optional<uint32_t> from, to;  // indices of the report's points, in the packets' direction
  std::string where;                 // in words: "between server.pcap and client.pcap"
  // Packets of the sizes that are lost: seen at `from`, and of those at `to`.
  uint64_t entered = 0, came_out = 0;
};

struct Finding {
  FindingKind kind{};
  Severity severity{};
  Confidence confidence{};
  // Probability that luck alone explains it, after correcting for the number of chances it had;
  // nullopt where no such number exists.
  std::optional<double> chance;
  std::optional<IpAddress> src, dst;  // direction of the data that suffers; unset: whole capture
  std::vector<FlowDirection> flows;   // at most kMaxListedFlows, in order of appearance
  uint64_t flow_count = 0;            // all of them
  uint64_t flows_well = 0;            // of the same path, where only some flows suffer; otherwise 0
  Vantage vantage = Vantage::kUnknown;
  // That its packets were captured on, where the file names it.
  std::optional<std::string> interface;
  Bracket bracket;
  std::optional<IpSize> pmtu;         // as reported by a PTB that was believed
  std::optional<IpAddress> reporter;  // of that PTB
  // mss-clamped: what the rewritten MSS lets the packets of the limited direction have.
  std::optional<IpSize> clamped = std::nullopt;
  std::optional<Recovery> recovered;
  std::optional<Shrinkage> shrinkage;
  std::optional<Located> located;
  // Captured where dst itself receives, and lost behind that: by its own rules, on its own bridges.
  bool lost_in_receiver = false;
  // not-tested: such packets were sent, and the capture ended before they could be answered.
  std::optional<IpSize> cut_off = std::nullopt;
  // The capture does not tell: exit status 3, unless something else is found.
  bool open_question = false;
  std::optional<Timestamp> first_time, last_time;
  uint32_t source = 0;              // index into the report's sources that `frames` count in
  std::vector<FrameNumber> frames;  // the evidence, ascending, at most kMaxListedFrames
  std::string explanation;          // one plain sentence
  std::vector<std::string> evidence_for;
  std::vector<std::string> evidence_against;
};

inline constexpr size_t kMaxListedFlows = 16;
// Adds the flow, unless it is there, or too many are.
inline void list_flow(std::vector<FlowDirection>& flows, const FlowDirection& flow) {
  if (flows.size() < kMaxListedFlows && std::ranges::find(flows, flow) == flows.end())
    flows.push_back(flow);
}

inline constexpr size_t kMaxListedFrames = 32;

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_REPORT_FINDING_H_
