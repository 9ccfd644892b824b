#include "analysis/judges/observations.h"

#include <fmt/format.h>

#include <numeric>
#include <string>
#include <vector>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/recovery.h"
#include "analysis/evidence/size_case.h"
#include "analysis/evidence/vantage.h"
#include "analysis/report/readable_duration.h"
#include "capture/link_name.h"

namespace mtuscope {

namespace {

// A direction that carried packets this large was an upload, which need not be answered.
constexpr IpSize kLargerThanRequests{577};

// Malformed packets are on every busy network; what is said is that more are than one in so many.
constexpr uint64_t kWorthSaying = 100;

// Packets that were not read because of how they are, and not because of the snaplen.
void note_undecoded(const CaptureQuality& quality, uint64_t decoded,
                    std::vector<std::string>& limits) {
  for (const auto& [link_type, packets] : quality.unread_link_types) {
    limits.push_back(fmt::format(
        "{} of link type {} were not read, it is not known: record with `tcpdump -i any`, or on an "
        "Ethernet or tun interface; where neither can be done, open an issue that names the link "
        "type",
        counted(packets, "packet"), link_type_words(link_type)));
  }
  const uint64_t all = std::accumulate(quality.undecoded.begin(), quality.undecoded.end(), decoded);
  for (const Undecoded reason :
       {Undecoded::kIpBad, Undecoded::kTransportBad, Undecoded::kTunnelDepth}) {
    const uint64_t packets = quality.undecoded[static_cast<size_t>(reason)];
    if (packets * kWorthSaying <= all) continue;
    limits.push_back(
        fmt::format("{} of {} packets were not read: {}", packets, all, to_string(reason)));
  }
}

}  // namespace

std::optional<Finding> not_tested(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  const auto largest = d.sizes.largest_sent();
  if (!largest) return std::nullopt;
  Finding f = finding_about(FindingKind::kNotTested, Severity::kInfo, Confidence::kConfirmed, path,
                            direction);
  f.flow_count = path.flows;
  if (const auto delivered = d.deliveries.largest()) f.bracket.lower = delivered->size;
  // Behind the place where packets vanish it is not known what was sent.
  f.explanation = fmt::format("Nothing larger than {} bytes {} from {} to {}", largest->bytes,
                              f.vantage == Vantage::kSender ? "was sent" : "came by",
                              to_string(*f.src), to_string(*f.dst));
  if (f.bracket.lower && *f.bracket.lower < *largest) {
    f.explanation += fmt::format(", and nothing larger than {} is known to have arrived.",
                                 f.bracket.lower->bytes);
  } else {
    f.explanation += ", so nothing is known above that.";
  }
  return f;
}

std::optional<Finding> cut_smaller(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  if (!d.trouble) return std::nullopt;
  const auto cut = d.trouble->cut_smaller.standing(d.deliveries);
  if (!cut) return std::nullopt;
  Finding f = finding_about(FindingKind::kNotTested, Severity::kInfo, Confidence::kConfirmed, path,
                            direction);
  f.flow_count = path.flows;
  const IpSize arrived = cut->recovery.size;
  f.bracket = {arrived, cut->lost};
  list_frames({cut->frame}, f);
  // A PTB would have told it another size.
  f.open_question = cut->recovery.stack.has_value();
  f.explanation = fmt::format(
      "Packets of about {} bytes from {} to {} did not come by here, and their bytes came in "
      "packets of {} (frame {}): the sender has found a smaller path MTU, {}; a capture there "
      "would show it.",
      cut->lost.bytes, to_string(*f.src), to_string(*f.dst), arrived.bytes,
      cut->frame.frame().value,
      f.open_question ? "rather by itself, after a black hole" : "by a PTB or by itself");
  if (f.open_question) f.evidence_for.push_back(describe_stack(cut->recovery));
  return f;
}

namespace {

std::vector<FewTries> few_tries_in_vain(const Path& path, unsigned direction) {
  constexpr Duration kNoticed = Duration::milliseconds(1000);
  const PathDirection& d = path.directions[direction];
  if (!d.trouble || path.directions[1 - direction].packets == 0) return {};
  std::vector<FewTries> tries = d.trouble->few_tries;
  std::erase_if(tries, [&](const FewTries& t) {
    return d.deliveries.latest_of_at_least(t.size) || path.watched_until() - t.sent[0] < kNoticed;
  });
  return tries;
}

}  // namespace

std::optional<TooFewTries> too_few_tries(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  const std::vector<FewTries> tries = few_tries_in_vain(path, direction);
  if (tries.empty()) return std::nullopt;
  Finding f = finding_about(FindingKind::kNotTested, Severity::kInfo, Confidence::kSuspected, path,
                            direction);
  const FewTries& smallest = *std::ranges::min_element(tries, {}, &FewTries::size);
  std::vector<FrameRef> frames;
  f.first_time = smallest.sent[0];
  for (const FewTries& t : tries) {
    list_flow(f.flows, t.flow);
    f.first_time = std::min(*f.first_time, t.sent[0]);
    f.last_time = std::max(f.last_time.value_or(t.sent[1]), t.sent[1]);
    frames.insert(frames.end(), t.frames.begin(), t.frames.end());
  }
  f.flow_count = tries.size();
  list_frames(std::move(frames), f);
  if (const auto largest = d.deliveries.largest()) f.bracket.lower = largest->size;
  const auto smaller = d.deliveries.largest_below(smallest.size, *f.first_time);
  f.explanation = fmt::format(
      "Packets of {} bytes from {} to {} were sent again on {} and not acknowledged{}: too few "
      "tries to tell a limit from a loss or a connection that is dead.",
      smallest.size.bytes, to_string(*f.src), to_string(*f.dst),
      tries.size() == 1 ? "one connection" : fmt::format("{} connections", tries.size()),
      smaller ? fmt::format(", while others of up to {} arrived", smaller->size.bytes)
              : std::string());
  f.evidence_against.push_back(
      fmt::format("what would tell: a longer capture at {}, or mtuscope probe {} from there",
                  to_string(*f.src), to_string(*f.dst)));
  return TooFewTries{std::move(f), smallest.size};
}

std::optional<Finding> unanswered(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  const PathDirection& back = path.directions[1 - direction];
  const auto answer = d.deliveries.largest();
  const auto request = back.deliveries.largest();
  if (!back.failures.empty() || !answer || answer->size > kBareHeaders || !request ||
      !back.carried_data || request->size >= kLargerThanRequests || d.carried_data) {
    return std::nullopt;
  }
  // A FIN says that there is nothing before it but what was seen.
  if (d.finished >= path.flows) return std::nullopt;
  // At that host itself it is certain that nothing was sent.
  if (vantage_of(path, direction) == Vantage::kSender) return std::nullopt;
  // A greeting, or the last word of a server: nobody has to answer it.
  if (d.opens && !back.opens) return std::nullopt;
  Finding f = finding_about(FindingKind::kNotTested, Severity::kInfo, Confidence::kConfirmed, path,
                            direction);
  f.flow_count = path.flows;
  f.bracket.lower = answer->size;
  f.first_time = request->sent;
  list_frames({request->frame, request->proof}, f);
  f.explanation = fmt::format(
      "{} acknowledged the request of {} and then sent nothing that arrived here: a slow server, "
      "or an answer whose first packet is lost; a capture at {} would tell.",
      to_string(*f.src), to_string(*f.dst), to_string(*f.src));
  return f;
}

uint64_t packets_cut_short(const CaptureQuality& quality) {
  return quality.undecoded[static_cast<size_t>(Undecoded::kTransportTruncated)] +
         quality.undecoded[static_cast<size_t>(Undecoded::kIpTruncated)] +
         quality.undecoded[static_cast<size_t>(Undecoded::kLinkTruncated)];
}

std::optional<Finding> capture_quality(const CaptureQuality& quality, uint64_t decoded,
                                       const std::vector<SourceInfo>& sources) {
  std::vector<std::string> limits;
  for (const SourceInfo& s : sources) {
    if (s.truncated) {
      limits.push_back(fmt::format(
          "{} {}: {}", s.path, s.packets > 0 ? "ends in the middle" : "has no packets", s.damage));
    }
    if (s.dropped && *s.dropped > 0) {
      limits.push_back(
          fmt::format("the capturing system dropped {} packets of {}", *s.dropped, s.path));
    }
    if (s.clock_set_back.ns > 0) {
      limits.push_back(
          fmt::format("the clock of {} was set back by {} at packet {}: times from there on are "
                      "counted on from before",
                      s.path, readable_duration(s.clock_set_back), s.set_back_at.value));
    }
    for (const InterfaceInfo& interface : s.interfaces) {
      if (interface.filter_problem.empty()) continue;
      limits.push_back(
          fmt::format("the filter cannot be used on {} of {} ({}), so nothing that was captured "
                      "there is looked "
                      "at: {}",
                      interface.name ? "interface " + *interface.name : "an interface", s.path,
                      interface.link_name, interface.filter_problem));
    }
  }
  note_undecoded(quality, decoded, limits);
  if (const uint64_t cut = packets_cut_short(quality); cut > 0)
    limits.push_back(fmt::format("{} packets were cut too short to read their headers", cut));
  if (quality.unseen_acked_bytes > 0) {
    limits.push_back(
        fmt::format("{} bytes were acknowledged that are not in the capture: it missed packets, "
                    "the path did not lose them",
                    quality.unseen_acked_bytes));
  }
  if (quality.one_way_flows > 0) {
    limits.push_back(fmt::format("of {} only one direction was captured",
                                 counted(quality.one_way_flows, "flow")));
  }
  if (quality.one_way_dns_queries > 0) {
    limits.push_back(
        fmt::format("{} DNS queries have no answer here, but nothing else that comes to their "
                    "client was captured either: the answers may only be missing",
                    quality.one_way_dns_queries));
  }
  if (quality.offloaded_packets > 0) {
    limits.push_back(fmt::format(
        "{} packets are larger than the MTU: merged by offload, so their sizes on the wire are "
        "derived",
        quality.offloaded_packets));
  }
  if (quality.ranges_given_up > 0) {
    limits.push_back(
        fmt::format("segments that no acknowledgement was seen for and that were not "
                    "followed on: {}",
                    quality.ranges_given_up));
  }
  if (quality.evicted_flows > 0) {
    limits.push_back(fmt::format(
        "to stay within its memory it stopped following {} flows that had been idle for longest, "
        "and forgot {} paths",
        quality.evicted_flows, quality.evicted_paths));
  }
  if (quality.evicted_dns_services + quality.evicted_fragment_paths > 0) {
    limits.push_back(fmt::format(
        "to stay within its memory it forgot {} pairs of DNS client and server and {} pairs of "
        "hosts with fragments, those that had been idle for longest",
        quality.evicted_dns_services, quality.evicted_fragment_paths));
  }
  if (quality.dns_questions_given_up > 0) {
    limits.push_back(fmt::format("DNS questions that there was no room to wait for: {}",
                                 quality.dns_questions_given_up));
  }
  if (quality.duplicates > 0) {
    limits.push_back(fmt::format("packets that were captured twice and are counted once: {}",
                                 quality.duplicates));
  }
  if (limits.empty()) return std::nullopt;
  Finding f{.kind = FindingKind::kCaptureQuality,
            .severity = Severity::kInfo,
            .confidence = Confidence::kConfirmed};
  f.explanation = fmt::format("{}", fmt::join(limits, "; "));
  return f;
}

}  // namespace mtuscope
