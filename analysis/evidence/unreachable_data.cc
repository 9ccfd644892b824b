#include "analysis/evidence/unreachable_data.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/path.h"
#include "analysis/evidence/size_case.h"

namespace mtuscope {

namespace {

// One or two messages that no way is found may be a moment's failover.
constexpr uint64_t kMinNoWay = 3;
// Routers limit how often they say it (Linux: one a second and host).
constexpr Duration kSaidWithin = Duration::milliseconds(1500);

bool is_copy(const UnreachableData& known, const Packet& icmp, PacketIdentity identity) {
  return known.identity == identity && known.about == icmp.icmp.quote.tcp_seq &&
         identity.can_be_copy(icmp.time - known.last);
}

bool said_meanwhile(const UnreachableData& u, const Finding& f) {
  return f.first_time && f.last_time && u.last >= *f.first_time &&
         u.first <= *f.last_time + kSaidWithin;
}

std::string sentence(const UnreachableData& u) {
  const std::string sizes = u.smallest == u.largest
                                ? fmt::format("{}", u.largest.bytes)
                                : fmt::format("{} to {}", u.smallest.bytes, u.largest.bytes);
  return fmt::format("{}, about packets of {} bytes (frame {})", describe(u.said), sizes,
                     u.said.first.frame().value);
}

// What does not arrive for another reason than its size.
bool denies_limit(const UnreachableData& u, const Finding& black_hole) {
  return !u.refused() || u.smallest <= black_hole.bracket.lower.value_or(IpSize{0});
}

void add_frame(FrameRef frame, Finding& f) {
  if (frame.source() != f.source || f.frames.size() >= kMaxListedFrames) return;
  const auto next = std::ranges::lower_bound(f.frames, frame.frame());
  if (next == f.frames.end() || !(*next == frame.frame())) f.frames.insert(next, frame.frame());
}

bool is_about_loss(const Finding& f) {
  switch (f.kind) {
    case FindingKind::kPmtuBlackhole:
    case FindingKind::kPathOutage:
    case FindingKind::kDataUndelivered:
    case FindingKind::kSizeDependentLoss:
    case FindingKind::kRandomLoss:
      return true;
    case FindingKind::kNotTested:
      return f.open_question || f.cut_off;
    default:
      return false;
  }
}

}  // namespace

void UnreachableLog::add(const Packet& icmp) {
  PacketIdentity identity;
  if (icmp.src.family == IpFamily::kIPv4) identity.ip_id = static_cast<uint16_t>(icmp.ip_id);
  auto known = std::ranges::find_if(
      said_, [&](const UnreachableData& u) { return is_counted_in(u.said, icmp); });
  const IpSize size = icmp.icmp.quote.size;
  if (known == said_.end()) {
    if (said_.size() >= kMaxSaid) return;
    said_.push_back(
        {.said = {icmp.src, icmp.icmp.type, icmp.icmp.code, 0, FrameRef(icmp.source, icmp.frame)},
         .first = icmp.time,
         .last = icmp.time,
         .smallest = size,
         .largest = size});
    known = said_.end() - 1;
  } else if (is_copy(*known, icmp, identity)) {
    return;
  }
  ++known->said.count;
  known->last = icmp.time;
  known->smallest = std::min(known->smallest, size);
  known->largest = std::max(known->largest, size);
  known->identity = identity;
  known->about = icmp.icmp.quote.tcp_seq;
}

void add_unreachable(const Path& path, Finding& f) {
  if (!is_about_loss(f) || !f.src) return;
  const PathDirection& d = path.directions[*f.src == path.low ? 0 : 1];
  if (!d.trouble) return;
  for (const UnreachableData& u : d.trouble->unreachable.said()) {
    if (!said_meanwhile(u, f)) continue;
    if (f.kind == FindingKind::kPmtuBlackhole && denies_limit(u, f)) {
      f.confidence = Confidence::kSuspected;
      f.evidence_against.push_back(sentence(u) + ": then their size is not the reason");
    } else if (u.refused()) {
      f.evidence_for.push_back(sentence(u) + ": a filter refuses them");
      if (f.kind == FindingKind::kPmtuBlackhole)
        f.explanation += fmt::format(" {}.", describe(u.said));
    } else {
      f.evidence_for.push_back(sentence(u));
    }
    add_frame(u.said.first, f);
  }
}

std::optional<Finding> told_why(const Path& path, unsigned direction, const Finding& question) {
  const PathDirection& d = path.directions[direction];
  if (!d.trouble) return std::nullopt;
  const UnreachableData* most = nullptr;
  for (const UnreachableData& u : d.trouble->unreachable.said()) {
    if (!u.refused() && u.said.count < kMinNoWay) continue;
    if (said_meanwhile(u, question) && (most == nullptr || u.said.count > most->said.count))
      most = &u;
  }
  if (most == nullptr) return std::nullopt;
  Finding f = question;
  f.kind = most->refused() ? FindingKind::kDataUndelivered : FindingKind::kPathOutage;
  f.severity = most->refused() ? Severity::kWarning : Severity::kCritical;
  // It is said; that nothing else arrives is not seen.
  f.confidence = Confidence::kSuspected;
  f.bracket = {};
  f.evidence_against.clear();
  f.explanation = most->refused()
                      ? fmt::format("What {} sends to {} is refused on the way: {}.",
                                    to_string(*f.src), to_string(*f.dst), describe(most->said))
                      : fmt::format("From {} to {} nothing arrives any more: {}.",
                                    to_string(*f.src), to_string(*f.dst), describe(most->said));
  if (most->smallest >= kSmallestCredibleFailure) {
    f.evidence_against.push_back(
        fmt::format("all that it is said of had {} bytes or more: nothing smaller is known to have "
                    "been tried",
                    most->smallest.bytes));
  }
  return f;
}

}  // namespace mtuscope
