#include "analysis/live/live_judge.h"

#include <algorithm>
#include <utility>

#include "analysis/judges/datagram_findings.h"
#include "analysis/judges/ptb_log_findings.h"

namespace mtuscope {

namespace {

// At a time. The loop comes by many times a second.
constexpr size_t kLooks = 256;
constexpr size_t kLooksWithOutcomes = 2;
// Questions and datagrams take seconds to be given up.
constexpr Duration kDatagramPause = Duration::milliseconds(1000);

// Nothing of it is waited for, and nothing was said about it that is still to be obeyed.
bool is_settled(const TcpFlow& flow) {
  return std::ranges::all_of(flow.halves, [](const HalfFlow& half) {
    if (!half.ledger.empty() && (half.ledger[0].history != 0 || half.ledger[0].hole)) return false;
    if (!half.detail) return true;
    return !half.detail->window_closed &&
           std::ranges::all_of(half.detail->ptbs,
                               [](const PtbCase& c) { return c.delivered.has_value(); });
  });
}

}  // namespace

LiveJudge::LiveJudge(TcpTracker& tcp, DnsTracker& dns, FragmentTracker& fragments, PathTable& paths,
                     Context context)
    : tcp_(tcp), dns_(dns), fragments_(fragments), paths_(paths), context_(std::move(context)) {
  tcp_.tell(troubles_);
}

std::vector<FindingNews> LiveJudge::news(Timestamp now, const std::vector<SourceInfo>& sources) {
  now_ = now;
  sources_ = sources;
  outcomes_left_ = kLooksWithOutcomes;
  for (size_t i = 0; i < kLooks; ++i) {
    Path* const path = troubles_.next_due(now);
    if (path == nullptr) break;
    look(*path);
  }
  if (!datagrams_looked_ || now < *datagrams_looked_ ||
      now - *datagrams_looked_ >= kDatagramPause) {
    datagrams_looked_ = now;
    look_at_datagrams();
  }
  return std::exchange(news_, {});
}

void LiveJudge::update(const void* group, std::vector<Finding> findings,
                       const std::optional<Recommendation>& advice) {
  std::erase_if(findings, [](const Finding& f) { return f.severity == Severity::kInfo; });
  log_.update(group, std::move(findings), advice, now_, news_);
}

void LiveJudge::look(Path& path) {
  const std::vector<TcpFlow*> flows = troubles_.flows(path);
  path.captured_until = now_;  // what was not answered until now could have been
  Path as_if_ended = tcp_.path_now(path, flows);
  const bool failures = std::ranges::any_of(
      as_if_ended.directions, [](const PathDirection& d) { return !d.failures.empty(); });
  if (failures && outcomes_left_ > 0) {
    --outcomes_left_;
    tcp_.add_outcomes(path, as_if_ended);
  }
  PathJudgement judged = judge_path(as_if_ended, context_(sources_));
  update(&path, std::move(judged.findings), judged.advice);
  std::vector<TcpFlow*> settled;
  std::ranges::copy_if(flows, std::back_inserter(settled),
                       [](const TcpFlow* flow) { return is_settled(*flow); });
  troubles_.looked_at(path, now_, settled, log_.holds(&path));
}

void LiveJudge::path_ends(Path& path) {
  const bool in_trouble = std::ranges::any_of(path.directions, [](const PathDirection& d) {
    return !d.failures.empty() || !d.ptbs.empty() || d.trouble;
  });
  if (in_trouble) {
    PathJudgement judged = judge_path(path, context_(sources_));
    update(&path, std::move(judged.findings), judged.advice);
  }
  troubles_.forget(path);
  log_.close(&path);
}

void LiveJudge::dns_service_ends(const DnsTracker::Ends& ends) {
  log_.close(&dns_, ends.first, ends.second);
}

void LiveJudge::fragments_end(const FragmentTracker::Ends& ends) {
  log_.close(&fragments_, ends.first, ends.second);
}

void LiveJudge::look_at_datagrams() {
  const bool complete = std::ranges::none_of(
      sources_, [](const SourceInfo& source) { return source.dropped.value_or(0) > 0; });
  update(&tcp_, suspect_ptbs(tcp_.ptbs(), complete));
  dns_.expire(now_);
  uint64_t one_way_queries = 0;
  update(&dns_, dns_findings(dns_, paths_, sources_, one_way_queries));
  fragments_.expire(now_);
  update(&fragments_, fragment_findings(fragments_, sources_));
  const JudgeContext context = context_(sources_);
  std::vector<Finding> outside = judge_outside(context.outer, context.ties);
  std::optional<Recommendation> advice;
  for (const Finding& f : outside) {
    if (!advice && f.kind == FindingKind::kPmtuBlackhole) advice = recommend_inside(f);
  }
  update(&context.outer, std::move(outside), advice);
}

}  // namespace mtuscope
