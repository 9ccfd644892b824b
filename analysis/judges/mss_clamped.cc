#include "analysis/judges/mss_clamped.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/vantage.h"

namespace mtuscope {

namespace {

// Packets of exactly the largest size that the peer allows: what offload merges has other sizes.
constexpr uint64_t kEnoughFullPackets = 3;

Finding about(const Path& path, unsigned direction, Confidence confidence) {
  Finding f = finding_about(FindingKind::kMssClamped, Severity::kInfo, confidence, path, direction);
  f.flow_count = path.flows;
  return f;
}

std::optional<std::string> name_of(const std::vector<SourceInfo>& sources, uint32_t source,
                                   uint32_t interface) {
  if (source >= sources.size() || interface >= sources[source].interfaces.size())
    return std::nullopt;
  return sources[source].interfaces[interface].name;
}

// "between eth0 and wg0"; empty where the file does not tell them apart.
std::string between(const MssRewrites& r, const std::vector<SourceInfo>& sources) {
  const auto before = name_of(sources, r.source_before, r.interface_before);
  const auto after = name_of(sources, r.source_after, r.interface_after);
  if (before && after && *before != *after) {
    return fmt::format(", between {} and {}", *before, *after);
  }
  if (r.ifindex_before != r.ifindex_after && r.ifindex_before != 0 && r.ifindex_after != 0) {
    return fmt::format(", between the interfaces with index {} and {}", r.ifindex_before,
                       r.ifindex_after);
  }
  return {};
}

// The largest failed packet above `limit`.
const FailedRange* loss_above(const PathDirection& d, IpSize limit) {
  const FailedRange* largest = nullptr;
  for (const FailedRange& r : d.failures) {
    if (r.size > limit && (largest == nullptr || r.size > largest->size)) largest = &r;
  }
  return largest;
}

// Only data of `direction` is limited, to `limit`, and larger packets of the other one are lost.
void warn_of_other_direction(const Path& path, unsigned direction, IpSize limit, Finding& f) {
  const FailedRange* const lost = loss_above(path.directions[1 - direction], limit);
  if (lost == nullptr) return;
  std::swap(f.src, f.dst);
  f.vantage = vantage_of(path, 1 - direction);
  f.severity = Severity::kWarning;
  f.explanation += fmt::format(
      " The other direction is not limited, and its packets of {} bytes are lost: both have to be "
      "clamped.",
      lost->size.bytes);
  f.evidence_for.push_back(describe_failure(*lost));
}

std::optional<Finding> rewritten(const Path& path, unsigned direction, const MssWatch& watch,
                                 const std::vector<SourceInfo>& sources) {
  const IpAddress& sender = path.src(direction);
  const IpAddress& announcer = path.dst(direction);
  const MssRewrites* const r = watch.find(announcer, sender);
  if (r == nullptr || r->rewritten == 0) return std::nullopt;
  const bool lowered = r->after < r->before;
  const IpSize limit = mtu_for_mss(r->after, announcer.family);
  Finding f = about(path, direction, Confidence::kConfirmed);
  f.flows = r->flows;
  f.clamped = limit;
  f.first_time = r->first;
  f.last_time = r->last;
  list_frames(r->frames, f);
  const std::string where = between(*r, sources);
  const std::string was = r->before.bytes == 0
                              ? fmt::format("set to {}", r->after.bytes)
                              : fmt::format("{} from {} to {}", lowered ? "lowered" : "raised",
                                            r->before.bytes, r->after.bytes);
  f.explanation = fmt::format(
      "The MSS that {} announces to {} is {} on the way{}: packets back to it have at most {} "
      "bytes.",
      to_string(announcer), to_string(sender), was, where, limit.bytes);
  f.evidence_for.push_back(fmt::format("{} of {} seen twice with different MSS",
                                       counted(r->rewritten, "SYN"), to_string(announcer)));
  if (r->unchanged > 0) {
    f.evidence_against.push_back(fmt::format("{} kept their MSS", r->unchanged));
  }
  const MssRewrites* const other = watch.find(sender, announcer);
  if (other == nullptr || other->rewritten == 0) {
    if (other != nullptr && other->unchanged > 0) {
      f.evidence_for.push_back(
          fmt::format("the MSS that {} announces is left as it is", to_string(sender)));
    }
    if (lowered) warn_of_other_direction(path, direction, limit, f);
  }
  return f;
}

std::optional<Finding> announced_too_little(const Path& path, unsigned direction) {
  const PathDirection& back = path.directions[1 - direction];  // data of the announcer
  const Mss announced = back.largest_mss;
  const Mss allowed = path.directions[direction].largest_mss;
  if (announced.bytes == 0 || allowed <= announced) return std::nullopt;
  const IpFamily family = path.src(direction).family;
  const IpSize full = mtu_for_mss(allowed, family);
  const auto& entries = back.sizes.entries();
  const auto at = std::ranges::find(entries, full.bytes, &SizeHistogram::Entry::size);
  if (at == entries.end() || at->sent < kEnoughFullPackets) return std::nullopt;
  const IpSize limit = mtu_for_mss(announced, family);
  Finding f = about(path, direction, Confidence::kSuspected);
  f.clamped = limit;
  const auto proof = back.deliveries.latest_of_at_least(full);
  if (proof) {
    f.first_time = f.last_time = proof->sent;
    list_frames({proof->frame}, f);
  }
  f.explanation = fmt::format(
      "{} announces an MSS of {} ({} bytes), as seen here, and sends packets of {} bytes itself: "
      "somebody lowered it on the way, or it is configured to announce less than its interface "
      "carries.",
      to_string(path.dst(direction)), announced.bytes, limit.bytes, full.bytes);
  f.evidence_for.push_back(fmt::format("{} packets of {} bytes", at->sent, full.bytes));
  warn_of_other_direction(path, direction, limit, f);
  return f;
}

}  // namespace

std::optional<Finding> mss_clamped(const Path& path, unsigned direction, const MssWatch& watch,
                                   const std::vector<SourceInfo>& sources) {
  if (auto f = rewritten(path, direction, watch, sources)) return f;
  // Seen on both sides, it is known what became of it.
  if (watch.find(path.dst(direction), path.src(direction)) != nullptr) return std::nullopt;
  return announced_too_little(path, direction);
}

std::optional<IpSize> clamped_size(const Path& path, unsigned direction, const MssWatch& watch) {
  const IpAddress& announcer = path.dst(direction);
  if (const MssRewrites* const r = watch.find(announcer, path.src(direction))) {
    if (r->rewritten == 0 || r->after >= r->before) return std::nullopt;
    return mtu_for_mss(r->after, announcer.family);
  }
  if (!announced_too_little(path, direction)) return std::nullopt;
  return mtu_for_mss(path.directions[1 - direction].largest_mss, announcer.family);
}

}  // namespace mtuscope
