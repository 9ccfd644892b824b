#include "analysis/judges/connection_attempts.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/size_case.h"
#include "analysis/evidence/vantage.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {

namespace {

constexpr uint64_t kEnoughMessages = 3;  // as many SYNs as a silent failure takes
constexpr size_t kListedServices = 8;

using Service = SynRefusals::Services::value_type;

std::vector<const Service*> services_of(const Path& path, unsigned direction,
                                        const SynRefusals& refusals) {
  std::vector<const Service*> found;
  if (refusals.empty()) return found;
  const IpAddress& client = path.src(direction);
  const IpAddress& server = path.dst(direction);
  for (auto at = refusals.services().lower_bound({client, server, 0});
       at != refusals.services().end() && at->first.client == client && at->first.server == server;
       ++at) {
    found.push_back(&*at);
  }
  return found;
}

// The way to the server was not found, often enough to be no accident.
bool nowhere_to_go(const std::vector<const Service*>& services) {
  uint64_t messages = 0;
  for (const Service* s : services) {
    if (!s->second.reset_or_prohibited()) messages += s->second.messages();
  }
  return messages >= kEnoughMessages;
}

void widen(const std::optional<Timestamp>& first, const std::optional<Timestamp>& last,
           Finding& f) {
  if (first && (!f.first_time || *first < *f.first_time)) f.first_time = first;
  if (last && (!f.last_time || *last > *f.last_time)) f.last_time = last;
}

std::string attempts(uint64_t count) { return counted(count, "connection attempt"); }

// "by RST from 10.9.0.1" or what ICMP said, or both.
std::string how(const Service& s) {
  std::string text;
  if (s.second.resets > 0) text = fmt::format("by RST from {}", to_string(s.first.server));
  for (const UnreachableCount& c : s.second.unreachable) {
    text += (text.empty() ? "" : "; ") + describe(c);
  }
  return text;
}

// A service that also accepted connections was restarted, or is full from time to time.
std::string accepted_words(const RefusedService& s) {
  if (s.accepted == 0) return {};
  std::string_view when = "meanwhile";
  if (*s.first_accepted > *s.last) {
    when = "later";
  } else if (*s.last_accepted < *s.first) {
    when = "before";
  }
  return fmt::format("{} {} {} accepted", s.accepted, s.accepted == 1 ? "other was" : "others were",
                     when);
}

std::string service_line(const Service& s) {
  std::string text =
      fmt::format("port {}: {} refused {}", s.first.port, attempts(s.second.attempts), how(s));
  const std::string accepted = accepted_words(s.second);
  return accepted.empty() ? text : text + "; " + accepted;
}

// A server that is heard may have had bad luck with one connection: nullopt where it is not.
std::optional<double> chance_of_silence(const Path& path, unsigned direction, size_t syns) {
  if (path.directions[1 - direction].packets == 0) return std::nullopt;
  LossCount both;
  for (const PathDirection& d : path.directions) {
    const LossCount count = d.sizes.below(IpSize{UINT32_MAX});
    both.delivered += count.delivered;
    both.lost += count.lost;
  }
  both.lost -= std::min<uint64_t>(both.lost, syns);  // those in question
  return chance_of_luck(both, syns, path.flows);
}

bool is_refused(const FlowDirection& flow, const std::vector<const Service*>& services) {
  return std::ranges::any_of(services, [&](const Service* s) {
    return s->first.port == flow.dst.port && s->second.reset_or_prohibited() &&
           (std::ranges::find(s->second.flows, flow) != s->second.flows.end() ||
            s->second.attempts > s->second.flows.size());
  });
}

}  // namespace

std::optional<Finding> syn_unanswered(const Path& path, unsigned direction,
                                      const SynRefusals& refusals) {
  const PathDirection& d = path.directions[direction];
  const std::vector<const Service*> services = services_of(path, direction, refusals);
  Finding f = finding_about(FindingKind::kSynUnanswered, Severity::kWarning, Confidence::kConfirmed,
                            path, direction);
  std::vector<FrameRef> frames;
  size_t most = 0;
  for (const FailedRange& r : d.failures) {
    if (!r.handshake || r.answers_syn || !r.one_way || r.recovered || is_refused(r.flow, services))
      continue;
    ++f.flow_count;
    list_flow(f.flows, r.flow);
    most = std::max(most, r.transmissions.size());
    for (const Transmission& t : r.transmissions) frames.push_back(t.frame);
    widen(r.first, r.last, f);
  }
  const bool nowhere = nowhere_to_go(services);
  if (f.flow_count == 0 && !nowhere) return std::nullopt;
  std::string reason;
  uint64_t turned_away = 0;
  for (const Service* s : services) {
    if (s->second.reset_or_prohibited()) continue;
    turned_away += s->second.attempts;
    for (const FlowDirection& flow : s->second.flows) list_flow(f.flows, flow);
    frames.insert(frames.end(), s->second.frames.begin(), s->second.frames.end());
    widen(s->second.first, s->second.last, f);
    for (const UnreachableCount& c : s->second.unreachable) {
      if (reason.empty()) reason = describe(c);
      if (f.evidence_for.size() < kListedServices) {
        f.evidence_for.push_back(fmt::format("port {}: {} (from frame {})", s->first.port,
                                             describe(c), c.first.frame().value));
      }
    }
  }
  // An attempt that went on after such a message is among the failures too; those of one list need
  // not be in the other.
  f.flow_count = std::max<uint64_t>({f.flow_count, turned_away, f.flows.size()});
  list_frames(std::move(frames), f);
  if (reason.empty()) {
    f.chance = chance_of_silence(path, direction, most);
    if (f.chance.value_or(0) >= kConfirmedBelow) {
      f.confidence = Confidence::kSuspected;
      f.evidence_against.push_back(fmt::format(
          "{} answers others, and packets are lost now and then: it may be luck, or packets that "
          "the capture missed",
          to_string(*f.dst)));
    }
    f.explanation = fmt::format(
        "{} from {} to {} got no answer to up to {} SYNs: route, firewall or service, not packet "
        "size.",
        attempts(f.flow_count), to_string(*f.src), to_string(*f.dst), most);
  } else {
    f.explanation = fmt::format(
        "{} from {} to {} did not reach it: {}. That is a route or a host that is down, not packet "
        "size.",
        attempts(f.flow_count), to_string(*f.src), to_string(*f.dst), reason);
  }
  return f;
}

std::optional<Finding> connection_refused(const Path& path, unsigned direction,
                                          const SynRefusals& refusals) {
  std::vector<const Service*> services = services_of(path, direction, refusals);
  if (nowhere_to_go(services)) {
    std::erase_if(services, [](const Service* s) { return !s->second.reset_or_prohibited(); });
  }
  if (services.empty()) return std::nullopt;
  Finding f = finding_about(FindingKind::kConnectionRefused, Severity::kInfo,
                            Confidence::kConfirmed, path, direction);
  std::vector<FrameRef> frames;
  for (const Service* s : services) {
    const RefusedService& service = s->second;
    f.flow_count += service.attempts;
    for (const FlowDirection& flow : service.flows) list_flow(f.flows, flow);
    frames.insert(frames.end(), service.frames.begin(), service.frames.end());
    widen(service.first, service.last, f);
    if (f.evidence_for.size() < kListedServices) f.evidence_for.push_back(service_line(*s));
  }
  if (services.size() > kListedServices) {
    f.evidence_for.push_back(
        fmt::format("... and {} more ports", services.size() - kListedServices));
  }
  list_frames(std::move(frames), f);
  const std::string ends = fmt::format("from {} to {}", to_string(*f.src), to_string(*f.dst));
  if (services.size() > 1) {
    f.explanation = fmt::format("{} {} were refused, on {} ports.", attempts(f.flow_count), ends,
                                services.size());
    return f;
  }
  const std::string accepted = accepted_words(services[0]->second);
  f.explanation = fmt::format("{} {} port {} {} refused: {}{}{}.", attempts(f.flow_count), ends,
                              services[0]->first.port, f.flow_count == 1 ? "was" : "were",
                              how(*services[0]), accepted.empty() ? "" : "; ", accepted);
  return f;
}

}  // namespace mtuscope
