#include "analysis/datagrams/fragment_findings.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/advice/encapsulation.h"
#include "analysis/advice/recommend.h"
#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/path.h"
#include "analysis/evidence/vantage.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {

namespace {

// Smaller ones are made by tools, not by links: RFC 791 asks 576 of every host.
constexpr IpSize kNarrowestLink{576};
// The offset counts units of 8 bytes, so all fragments but the last end on one (RFC 791 3.1).
constexpr uint32_t kOffsetUnit = 8;

// The capture's place, from the TTLs of the fragments and of the ICMP errors that came back.
Vantage place(const FragmentEvidence& e) {
  Path path;
  PathDirection& there = path.directions[0];
  there.ttl = e.path.ttl;
  there.outgoing = e.path.outgoing;
  there.incoming = e.path.incoming;
  path.directions[1].ttl = e.path.reporter_ttl;
  if (path.directions[1].ttl == 0 && e.back != nullptr) path.directions[1].ttl = e.back->ttl;
  return vantage_of(path, 0);
}

Finding about(const FragmentEvidence& e, FindingKind kind, Severity severity) {
  Finding f{.kind = kind, .severity = severity, .confidence = Confidence::kConfirmed};
  f.src = e.src;
  f.dst = e.dst;
  f.flows = e.path.flows;
  f.flow_count = f.flows.size();
  f.vantage = place(e);
  return f;
}

double rate(uint64_t count, const std::optional<Timestamp>& first,
            const std::optional<Timestamp>& last) {
  if (count < 2 || !first || !last || *last <= *first) return 0;
  return static_cast<double>(count - 1) / (*last - *first).seconds();
}

// The receiver says so itself, of nearly all that was sent. Its messages come late (30 s with
// Linux), so they are compared by how often they come too. Where it complains about some only, it
// may be chance, or its limit of one message a second (icmp_ratelimit): nothing can be said.
std::optional<Confidence> told_by_receiver(const FragmentedPath& path) {
  const uint64_t told = path.time_exceeded;
  if (told == 0) return std::nullopt;
  const uint64_t all = path.datagrams();
  const double told_rate = rate(told, path.first_time_exceeded, path.last_time_exceeded);
  const bool nearly_all =
      told * 10 >= all * 9 || (told >= 3 && told_rate >= 0.8 * rate(all, path.first, path.last));
  if (!nearly_all && !(told == 1 && all <= 2)) return std::nullopt;
  return told >= 2 ? Confidence::kConfirmed : Confidence::kSuspected;
}

// Seen at the receiver, or on the way to it: pieces are missing, of every datagram.
std::optional<Confidence> seen_missing(const FragmentEvidence& e, std::optional<double>& chance) {
  const FragmentedPath& path = e.path;
  if (path.incomplete() == 0) return std::nullopt;
  if (path.last_complete && *path.last_complete >= *path.first_incomplete) return std::nullopt;
  // Of each of these datagrams something arrived; what is lost in a burst is lost once.
  const LossCount arrived{.delivered = path.events, .lost = 0};
  const double luck = chance_of_luck(arrived, path.events, 1 + path.complete);
  if (luck >= kSuspectedBelow) return std::nullopt;
  const bool beginnings_only = path.first_only == path.incomplete();
  const bool ends_only = path.first_missing == path.incomplete();
  const bool told = path.time_exceeded > 0;
  if (beginnings_only && !told && !e.shows_later_here()) {
    // A sender's own packets do not get lost before its interface.
    if (path.outgoing && !path.incoming) return std::nullopt;
    if (!e.shows_later_anywhere()) return std::nullopt;
    chance = luck;
    return Confidence::kSuspected;
  }
  chance = luck;
  // Where the first fragments take one link and the others another, a capture on one of them sees
  // half of every datagram, and nothing is lost.
  const bool pieces_can_be_elsewhere = place(e) == Vantage::kMiddle && !told;
  const bool certain = luck < kConfirmedBelow && (beginnings_only || ends_only);
  return certain && !pieces_can_be_elsewhere ? Confidence::kConfirmed : Confidence::kSuspected;
}

std::string loss_words(const FragmentEvidence& e) {
  const FragmentedPath& path = e.path;
  const std::string way = fmt::format("from {} to {}", to_string(e.src), to_string(e.dst));
  if (path.incomplete() == 0) {
    return fmt::format(
        "{} cannot put together what {} sends{} in fragments: some of them are lost on the way.",
        to_string(*path.time_exceeded_by), to_string(e.src),
        *path.time_exceeded_by == e.dst ? "" : " to " + to_string(e.dst));
  }
  if (path.first_only == path.incomplete()) {
    return fmt::format(
        "Of datagrams {} that are cut into fragments only the first fragment arrives: the later "
        "ones, which carry no ports, are lost on the way.",
        way);
  }
  if (path.first_missing == path.incomplete()) {
    return fmt::format(
        "Of datagrams {} that are cut into fragments the beginning never arrives, {} bytes as one "
        "packet; only smaller pieces do.",
        way, path.missing_beginning.bytes);
  }
  return fmt::format("Datagrams {} that are cut into fragments never arrive whole.", way);
}

void add_evidence(const FragmentEvidence& e, Finding& f) {
  const FragmentedPath& path = e.path;
  const auto tell = [&](uint64_t count, std::string_view what) {
    if (count > 0) f.evidence_for.push_back(fmt::format("{} {}", count, what));
  };
  tell(path.first_only, "with the first fragment only");
  tell(path.first_missing, "without their beginning");
  tell(path.with_gaps, "with gaps");
  for (std::string& line : f.evidence_for) line.insert(0, "incomplete datagrams: ");
  if (path.time_exceeded > 0) {
    f.evidence_for.push_back(
        fmt::format("{} says \"fragment reassembly time exceeded\" {} (from frame {})",
                    to_string(*path.time_exceeded_by),
                    path.time_exceeded == 1 ? "once" : fmt::format("{} times", path.time_exceeded),
                    path.exceeded_frames.front().frame().value));
  }
  if (path.incomplete() > 0 && path.complete > 0) {
    f.evidence_for.push_back(fmt::format(
        "{} arrived whole before, so the capture shows later fragments", path.complete));
  }
  if (path.incomplete() == 0 && path.complete > 0) {
    f.evidence_for.push_back(fmt::format(
        "all fragments of {} datagrams were seen here, before the loss", path.complete));
  }
  if (path.time_exceeded == 0 && path.first_only > 0 && !e.shows_later_here()) {
    f.evidence_against.push_back(
        "a capture filter on ports would look the same, since later fragments have none: record "
        "without one");
  }
}

std::string who_cut(const FragmentEvidence& e) {
  const FragmentedPath& path = e.path;
  const uint32_t size = path.largest_fragment.bytes;
  if (e.src.family == IpFamily::kIPv6) {
    return fmt::format("{} cut them itself (routers never do with IPv6)", to_string(e.src));
  }
  return fmt::format("whoever cut them had a link of {} to {} bytes ahead", size,
                     size + kOffsetUnit - 1);
}

std::string tunnel_words(const Recommendation& tunnel) {
  return fmt::format(
      " They are WireGuard's: the tunnel's MTU is too large for its path, {} would fit.",
      tunnel.mtu.bytes);
}

}  // namespace

bool FragmentEvidence::shows_later_here() const {
  return path.later_seen > 0 || (back != nullptr && back->later_seen > 0);
}

FragmentEvidence evidence_of(const FragmentTracker& tracker,
                             const FragmentTracker::Paths::value_type& path) {
  const auto back = tracker.paths().find({path.first.second, path.first.first});
  return {path.first.first,
          path.first.second,
          path.second,
          back == tracker.paths().end() ? nullptr : &back->second,
          tracker.portless_seen(),
          tracker.later_seen() > 0};
}

std::optional<Finding> fragment_loss(const FragmentEvidence& e) {
  std::optional<double> chance;
  std::optional<Confidence> confidence = seen_missing(e, chance);
  const std::optional<Confidence> told = told_by_receiver(e.path);
  if (told && (!confidence || *told > *confidence)) confidence = told;
  if (!confidence) return std::nullopt;
  Finding f = about(e, FindingKind::kFragmentLoss, Severity::kCritical);
  f.confidence = *confidence;
  f.chance = chance;
  f.first_time = e.path.first_incomplete ? e.path.first_incomplete : e.path.first;
  f.last_time = e.path.last_incomplete ? e.path.last_incomplete : e.path.last;
  if (!f.first_time) f.first_time = e.path.first_time_exceeded;
  if (e.path.last_time_exceeded) f.last_time = e.path.last_time_exceeded;
  std::vector<FrameRef> frames = e.path.incomplete_frames;
  if (frames.empty()) frames = e.path.frames;
  frames.resize(std::min(frames.size(), kMaxListedFrames - 4));
  for (size_t i = 0; i < std::min<size_t>(e.path.exceeded_frames.size(), 4); ++i) {
    frames.push_back(e.path.exceeded_frames[i]);
  }
  list_frames(std::move(frames), f);
  f.explanation = loss_words(e);
  add_evidence(e, f);
  return f;
}

std::optional<Finding> fragmentation(const FragmentEvidence& e) {
  const FragmentedPath& path = e.path;
  if (path.datagrams() == 0) return std::nullopt;
  Finding f = about(e, FindingKind::kFragmentation, Severity::kInfo);
  f.first_time = path.first;
  f.last_time = path.last;
  list_frames(path.frames.empty() ? path.incomplete_frames : path.frames, f);
  f.explanation = fmt::format("{} datagram{} from {} to {} travel{} in fragments", path.datagrams(),
                              path.datagrams() == 1 ? "" : "s", to_string(e.src), to_string(e.dst),
                              path.datagrams() == 1 ? "s" : "");
  if (path.largest_fragment.bytes > 0) {
    f.explanation += fmt::format(" of up to {} bytes: {}", path.largest_fragment.bytes, who_cut(e));
    if (f.vantage == Vantage::kReceiver) f.bracket.lower = path.largest_fragment;
    if (e.src.family == IpFamily::kIPv4 && path.largest_fragment >= kNarrowestLink) {
      f.bracket.upper = IpSize{path.largest_fragment.bytes + kOffsetUnit};
    }
  }
  f.explanation += '.';
  if (const auto tunnel = unfragmented_tunnel(e)) f.explanation += tunnel_words(*tunnel);
  if (path.largest_datagram.bytes > 0) {
    f.evidence_for.push_back(
        fmt::format("whole, the largest would have {} bytes", path.largest_datagram.bytes));
  }
  if (path.first_only > 0 && !e.shows_later_here() && !e.shows_later_anywhere()) {
    f.explanation +=
        " Only first fragments are in this capture, as with a filter on ports, which later "
        "fragments do not have: whether they arrive is not known.";
  } else if (path.incomplete() > 0 && path.complete > 0) {
    f.explanation += fmt::format(" {} of them were not whole here.", path.incomplete());
  }
  if (path.time_exceeded > 0) {
    f.evidence_for.push_back(fmt::format("{} gave up waiting for the rest of {}",
                                         to_string(*path.time_exceeded_by), path.time_exceeded));
  }
  return f;
}

std::optional<Recommendation> unfragmented_tunnel(const FragmentEvidence& e) {
  if (e.path.wireguard == 0 || e.path.largest_fragment < kNarrowestLink) return std::nullopt;
  Recommendation r = recommend_tunnel(e.src, e.dst, wireguard_over(e.src.family),
                                      e.path.largest_fragment, kOffsetUnit - 1);
  r.basis += fmt::format(", the largest fragment seen; the link may have {} more", r.may_be_left);
  r.verify = fmt::format("tcpdump -ni any 'host {} and {}'", to_string(e.dst),
                         e.src.family == IpFamily::kIPv4 ? "ip[6:2] & 0x3fff != 0" : "ip6[6] = 44");
  return r;
}

}  // namespace mtuscope
