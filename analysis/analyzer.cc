#include "analysis/analyzer.h"

#include <algorithm>
#include <limits>
#include <map>
#include <optional>

#include "analysis/advice/recommend.h"
#include "analysis/datagrams/dns_tracker.h"
#include "analysis/datagrams/fragment_tracker.h"
#include "analysis/datagrams/outer_tunnels.h"
#include "analysis/datagrams/tunnel_ties.h"
#include "analysis/evidence/mss_watch.h"
#include "analysis/evidence/path_table.h"
#include "analysis/evidence/second_clock.h"
#include "analysis/evidence/vantage.h"
#include "analysis/judges/cut_off.h"
#include "analysis/judges/datagram_findings.h"
#include "analysis/judges/observations.h"
#include "analysis/judges/outage.h"
#include "analysis/judges/path_judge.h"
#include "analysis/judges/ptb_log_findings.h"
#include "analysis/judges/summary.h"
#include "analysis/judges/time_doubt.h"
#include "analysis/live/live_judge.h"
#include "analysis/tcp/memory_limits.h"
#include "analysis/tcp/stall_log.h"
#include "analysis/tcp/tcp_tracker.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxListedPaths = 10'000;
constexpr size_t kMaxNotTested = 100;

// Fewer may have come within one tick of the clock.
constexpr uint64_t kPacketsInOneTick = 2;

using LossReasons = std::map<const Path*, std::array<LossReason, 2>>;

void explain(Stall& stall, const PathDirection& d, const LossReason& reason) {
  if (stall.cause != StallCause::kPacketLost) return;
  if (reason.limit && stall.size >= *reason.limit) {
    stall.cause = StallCause::kLargePacketLost;
    return;
  }
  bool outage = reason.broken && !stall.ended;
  for (const Outage* o : proven_outages(d).outages) {
    const Duration both = std::min(o->end, stall.end) - std::max(o->begin, stall.begin);
    outage = outage || both.ns * 2 > stall.waited.ns;
  }
  if (outage) stall.cause = StallCause::kOutage;
}

std::vector<FlowReport> describe_flows(StallLog& log, const LossReasons& reasons) {
  std::vector<FlowReport> flows;
  for (StallLog::Row& row : log.take_rows()) {
    const auto found = reasons.find(row.path);
    for (size_t i = 0; i < row.flow.stalls.size(); ++i) {
      Stall& stall = row.flow.stalls[i];
      const unsigned direction = row.directions[i];
      const Vantage vantage = vantage_of(*row.path, direction);
      stall.seen_at_sender = vantage == Vantage::kSender;
      explain(stall, row.path->directions[direction],
              found == reasons.end() ? LossReason{} : found->second[direction]);
    }
    flows.push_back(std::move(row.flow));
  }
  return flows;
}

}  // namespace

struct Analyzer::State {
  PathTable paths;
  TcpTracker tcp{paths};
  FragmentTracker fragments;
  DnsTracker dns;
  MssWatch mss_watch;
  SecondClock second_clock;
  CaptureQuality quality;
  OuterTunnels outer;
  TunnelTies ties;
  std::vector<NextHop> next_hops;
  uint64_t packets = 0;
  LossReasons loss_reasons;
  Timestamp first_time, last_time;  // of the first packet; the latest
  std::unique_ptr<LiveJudge> live;  // when it is watched
  size_t memory = std::numeric_limits<size_t>::max();

  void note_icmp(const Packet& p) {
    if (p.icmp.is_ptb) tcp.add_ptb(p);
    if (is_unreachable(p.icmp, p.src.family)) {
      tcp.add_unreachable(p);
      dns.add_unreachable(p);
    }
    if (FragmentTracker::is_time_exceeded(p.icmp, p.src.family)) fragments.add_time_exceeded(p);
    if (!p.icmp.is_error && !p.is_fragment) fragments.note_portless();
  }

  void note_fragment(const Packet& p) {
    if (DnsTracker::concerns(p)) dns.add(p);
    const WholeDatagram whole = fragments.add(p);
    if (whole.size.bytes > 0) dns.datagram_complete(p, whole.size);
    if (whole.tcp) tcp.add(*whole.tcp);
  }

  void add_past(Report& report) const;
  std::optional<TimeDoubt> time_doubt() const;
  JudgeContext context(const std::vector<SourceInfo>& sources) const;
  void judge(Report& report, const std::vector<SourceInfo>& sources,
             std::vector<std::string>& undecided);
  void judge_outer(Report& report, std::vector<std::string>& undecided) const;
  void judge_other_ptbs(Report& report, const std::vector<SourceInfo>& sources,
                        std::vector<std::string>& undecided) const;
};

Analyzer::Analyzer() : state_(std::make_unique<State>()) {}
Analyzer::~Analyzer() = default;

void Analyzer::add(const Packet& packet) {
  State& s = *state_;
  if (s.packets++ == 0) [[unlikely]] {
    s.first_time = s.last_time = packet.time;
  }
  if (packet.time > s.last_time) s.last_time = packet.time;
  if (packet.is_fragment) {
    s.note_fragment(packet);
    if (packet.transport == Transport::kTcp) return;  // it is followed when it is whole
  }
  if (packet.transport == Transport::kTcp) {
    s.tcp.add(packet);
    if (packet.tcp.flags & tcp_flag::kSyn) {
      s.mss_watch.add(packet);
      s.second_clock.add(packet);
    }
    if (!s.outer.empty()) [[unlikely]] {
      s.ties.add_inner(packet);
    }
  } else if (packet.transport == Transport::kIcmp) {
    s.note_icmp(packet);
  } else if (packet.is_wireguard) {
    if (!packet.is_fragment) s.outer.add(packet);
    s.ties.add_outer(packet);
  } else if (DnsTracker::concerns(packet) && !packet.is_fragment) {
    s.dns.add(packet);
  }
}

void Analyzer::add_undecoded(Undecoded reason, uint16_t link_type) {
  ++state_->quality.undecoded[static_cast<size_t>(reason)];
  if (reason == Undecoded::kLinkType) ++state_->quality.unread_link_types[link_type];
  if (reason == Undecoded::kNotIp) state_->fragments.note_portless();
}

JudgeContext Analyzer::State::context(const std::vector<SourceInfo>& sources) const {
  return {.mss_watch = mss_watch,
          .refusals = tcp.refusals(),
          .outer = outer,
          .ties = ties,
          .next_hops = next_hops,
          .sources = sources};
}

void Analyzer::State::judge(Report& report, const std::vector<SourceInfo>& sources,
                            std::vector<std::string>& undecided) {
  struct Listed {
    PathReport path;
    bool found;
    uint64_t packets;
  };
  std::vector<Listed> listed;
  std::vector<Finding> open;
  const JudgeContext beside = context(sources);
  for (uint32_t i = 0; i < paths.size(); ++i) {
    if (!paths.in_use(i)) continue;
    const Path& path = paths[i];
    PathJudgement judged = judge_path(path, beside);
    for (unsigned direction = 0; direction < 2; ++direction) {
      if (!judged.directions[direction]) continue;
      DirectionJudgement& d = *judged.directions[direction];
      if (d.reason.limit || d.reason.broken) loss_reasons[&path][direction] = d.reason;
      if (d.open && d.open->open_question) undecided.push_back(d.open->explanation);
      if (d.open && (d.open->open_question || d.open->cut_off || open.size() < kMaxNotTested))
        open.push_back(std::move(*d.open));
      listed.push_back({std::move(d.report), d.found, path.directions[direction].packets});
    }
    std::ranges::move(judged.findings, std::back_inserter(report.findings));
    if (judged.advice) report.recommendations.push_back(std::move(*judged.advice));
  }
  std::ranges::stable_sort(listed, [](const Listed& a, const Listed& b) {
    return a.found != b.found ? a.found : a.packets > b.packets;
  });
  report.paths_total = listed.size();
  if (listed.size() > kMaxListedPaths) listed.erase(listed.begin() + kMaxListedPaths, listed.end());
  for (Listed& l : listed) report.paths.push_back(std::move(l.path));
  for (Finding& f : open) {
    if (!f.cut_off || !leaves_open(f, report.paths)) continue;
    f.open_question = true;
    undecided.push_back(f.explanation);
  }
  size_t notes = 0;
  std::erase_if(open,
                [&](const Finding& f) { return !f.open_question && ++notes > kMaxNotTested; });
  std::ranges::move(open, std::back_inserter(report.findings));
}

void Analyzer::State::judge_outer(Report& report, std::vector<std::string>& undecided) const {
  for (Finding& f : judge_outside(outer, ties)) {
    if (f.open_question) {
      undecided.push_back(f.explanation);
    } else {
      report.recommendations.push_back(recommend_inside(f));
    }
    report.findings.push_back(std::move(f));
  }
}

void Analyzer::State::judge_other_ptbs(Report& report, const std::vector<SourceInfo>& sources,
                                       std::vector<std::string>& undecided) const {
  const bool complete = std::ranges::none_of(
      sources, [](const SourceInfo& source) { return source.dropped.value_or(0) > 0; });
  std::ranges::move(suspect_ptbs(tcp.ptbs(), complete), std::back_inserter(report.findings));
  std::vector<Finding> unfollowed = unfollowed_ptbs(tcp.ptbs());
  // A capture of ICMP alone still says something.
  if (!unfollowed.empty() && paths.size() == 0) {
    unfollowed.front().open_question = true;
    undecided.push_back(unfollowed.front().explanation);
  }
  std::ranges::move(unfollowed, std::back_inserter(report.findings));
}

void Analyzer::watch() {
  State& s = *state_;
  s.live = std::make_unique<LiveJudge>(
      s.tcp, s.dns, s.fragments, s.paths,
      [&s](const std::vector<SourceInfo>& sources) { return s.context(sources); });
}

std::vector<FindingNews> Analyzer::news(Timestamp now, const std::vector<SourceInfo>& sources) {
  return state_->live->news(now, sources);
}

void Analyzer::limit_memory(size_t bytes) {
  State& s = *state_;
  s.memory = bytes;
  const MemoryLimits limits = limits_for(bytes);
  s.tcp.limit(limits, [&s](Path& path) {
    if (s.live) s.live->path_ends(path);
  });
  s.dns.limit(limits.dns_services, limits.dns_questions, [&s](const DnsTracker::Ends& ends) {
    if (s.live) s.live->dns_service_ends(ends);
  });
  s.fragments.limit(limits.fragmented_paths, limits.datagrams,
                    [&s](const FragmentTracker::Ends& ends) {
                      if (s.live) s.live->fragments_end(ends);
                    });
}

void Analyzer::make_room(size_t used) {
  State& s = *state_;
  if (used <= s.memory) return;
  s.tcp.evict_flows();
  s.tcp.evict_paths();
  s.dns.evict_services(s.last_time);
  s.fragments.evict_paths(s.last_time);
}

AnalyzerCounts Analyzer::counts() const {
  const State& s = *state_;
  return {.packets = s.packets,
          .flows = s.tcp.counts().flows,
          .open_flows = s.tcp.open_flows(),
          .paths = s.paths.count(),
          .evicted_flows = s.tcp.counts().evicted_flows,
          .evicted_paths = s.tcp.counts().evicted_paths,
          .dns_services = s.dns.services().size(),
          .dns_questions = s.dns.open_questions(),
          .fragmented_paths = s.fragments.paths().size(),
          .datagrams = s.fragments.open_datagrams(),
          .evicted_dns_services = s.dns.evicted_services(),
          .evicted_fragment_paths = s.fragments.evicted_paths()};
}

void Analyzer::know_next_hops(std::vector<NextHop> next_hops) {
  state_->next_hops = std::move(next_hops);
}

std::vector<Finding> Analyzer::held_findings() const { return state_->live->log().held(); }

std::vector<PathStats> Analyzer::busiest_paths(size_t most) const {
  return mtuscope::busiest_paths(state_->paths, most);
}

// What was over before the end, and is not to be seen in the evidence any more.
void Analyzer::State::add_past(Report& report) const {
  if (!live) return;
  for (const Finding& past : live->log().past()) {
    const bool found = std::ranges::any_of(report.findings,
                                           [&](const Finding& f) { return same_finding(f, past); });
    if (!found) report.findings.push_back(past);
  }
}

// Nullopt where nothing speaks against the times.
std::optional<TimeDoubt> Analyzer::State::time_doubt() const {
  if (packets > kPacketsInOneTick && last_time == first_time) return TimeDoubt{};
  const auto behind = second_clock.behind();
  return behind ? std::optional(TimeDoubt{behind}) : std::nullopt;
}

Report Analyzer::finish(const std::vector<SourceInfo>& sources) {
  State& s = *state_;
  s.tcp.finish(sources);
  Report report;
  report.packets = s.packets;
  report.tcp_flows = s.tcp.counts().flows;
  s.quality.duplicates = s.tcp.counts().duplicates;
  s.quality.one_way_flows = s.tcp.counts().one_way_flows;
  s.quality.offloaded_packets = s.tcp.counts().offloaded_packets;
  s.quality.unseen_acked_bytes = s.tcp.counts().unseen_acked_bytes;
  s.quality.ranges_given_up = s.tcp.counts().overfull_ledgers;
  s.quality.evicted_flows = s.tcp.counts().evicted_flows;
  s.quality.evicted_paths = s.tcp.counts().evicted_paths;
  s.quality.evicted_dns_services = s.dns.evicted_services();
  s.quality.evicted_fragment_paths = s.fragments.evicted_paths();
  s.quality.dns_questions_given_up = s.dns.not_followed();
  report.quality = s.quality;
  report.outer_tunnels = s.outer.describe(sources);

  std::vector<std::string> undecided;
  s.judge(report, sources, undecided);
  s.judge_outer(report, undecided);
  s.judge_other_ptbs(report, sources, undecided);
  report.flows = describe_flows(s.tcp.stalls(), s.loss_reasons);
  s.fragments.finish(s.last_time);
  std::ranges::move(fragment_findings(s.fragments, sources), std::back_inserter(report.findings));
  std::ranges::move(fragmented_tunnels(s.fragments), std::back_inserter(report.recommendations));
  s.dns.finish(s.last_time);
  std::ranges::move(dns_findings(s.dns, s.paths, sources, report.quality.one_way_dns_queries),
                    std::back_inserter(report.findings));
  s.add_past(report);
  if (auto quality = capture_quality(report.quality, report.packets, sources))
    report.findings.push_back(std::move(*quality));
  if (const auto doubt = s.time_doubt()) {
    undecided.insert(undecided.begin(), to_string(*doubt));
    keep_what_is_timeless(report, *doubt);
  }
  std::ranges::stable_sort(report.findings, [](const Finding& a, const Finding& b) {
    if (a.severity != b.severity) return a.severity > b.severity;
    return a.confidence > b.confidence;
  });
  std::ranges::stable_sort(report.recommendations, goes_before);
  summarize(report, undecided, sources);
  return report;
}

}  // namespace mtuscope
