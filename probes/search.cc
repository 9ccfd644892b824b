#include "probes/search.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cassert>
#include <utility>

namespace mtuscope {
namespace {

constexpr double kProvenUpper = 1e-3;  // at most this probable: the upper end of a bracket
// What chance explains more rarely than this is looked at more closely, again and again, and if it
// still is so after the last look, it is left open. Less than options_.error_chance: inconsistent.
constexpr std::array<double, 5> kSuspiciousChance = {0.25, 0.06, 0.015, 0.004, 0.001};
constexpr uint32_t kFirstPairs = 4;   // of the first closer look; each one has twice as many
constexpr size_t kCopiesOfNext = 4;   // of lower + 1 in one round: it has to fail again and again
constexpr size_t kCopies = 2;         // of any other size
constexpr size_t kTrustedStreak = 2;  // packets of uncertain fate in a row without a control
constexpr Duration kFirstGap = Duration::milliseconds(20);
constexpr Duration kLongestGap = Duration::milliseconds(500);
constexpr uint32_t kLeastSizes = 2;
constexpr double kAnswersForARound = 2;  // the control's, and one that is uncertain
constexpr uint32_t kFragmentUnit = 8;
constexpr double kUncertain = 0.2;  // a size this likely to be answered may be

IpSize above(IpSize size) { return IpSize{size.bytes + 1}; }

}  // namespace

Search::Search(SearchOptions options, Timestamp now)
    : options_(std::move(options)),
      prior_(options_.min, options_.max, options_.likely),
      start_(now),
      end_(now),
      next_send_(now),
      last_answered_sent_{INT64_MIN},
      sizes_per_round_(options_.sizes_per_round),
      answers_(options_.answer_limit, options_.answers_spent, now) {}

// ---- What to send ---------------------------------------------------------------------------

std::optional<Probe> Search::next_probe(Timestamp now) {
  advance(now);
  if (finished() || queue_.empty() || now < next_send_) return std::nullopt;
  const IpSize size = queue_.front();
  queue_.pop_front();
  next_send_ = now + gap_;
  probes_.push_back({.size = size, .sent = now, .round = round_});
  if (size <= certain_) answers_.spend(now);
  ++outstanding_;
  return Probe{static_cast<ProbeId>(probes_.size() - 1), size};
}

Timestamp Search::wake_time() const {
  Timestamp wake = start_ + options_.time_limit;
  if (!queue_.empty() || outstanding_ == 0) {
    wake = std::min(wake, next_send_);
  }
  for (const ProbeRecord& probe : probes_) {
    if (probe.fate != ProbeFate::kOutstanding) continue;
    const bool overtaken = last_answered_sent_ > probe.sent;
    wake = std::min(wake, probe.sent + (overtaken ? rtt_.reordering_limit() : rtt_.timeout()));
  }
  return wake;
}

void Search::advance(Timestamp now) {
  if (finished()) return;
  resolve_losses(now);
  if (now >= start_ + options_.time_limit || probes_.size() >= options_.max_packets) {
    if (now < start_ + options_.time_limit && outstanding_ > 0) {
      queue_.clear();  // no more packets, but what is under way may still be answered
      return;
    }
    return stop(now);
  }
  if (queue_.empty() && outstanding_ == 0 && now >= next_send_) judge(now);
}

void Search::resolve_losses(Timestamp now) {
  for (ProbeRecord& probe : probes_) {
    if (probe.fate != ProbeFate::kOutstanding) continue;
    const bool overtaken = last_answered_sent_ > probe.sent;
    const Duration limit = overtaken ? rtt_.reordering_limit() : rtt_.timeout();
    if (now < probe.sent + limit) continue;
    probe.fate = ProbeFate::kLost;
    --outstanding_;
  }
}

// At the end of a round: enough, or another one.
void Search::judge(Timestamp now) {
  if (!lower_) {
    if (!probes_.empty() && now - start_ >= options_.silence_limit) return stop(now);
    return probes_.empty() ? plan_round(now) : plan_silence_round();
  }
  const SizePosterior known = posterior();
  // Without the prior too: a likely size, or one that a PTB named, may be next to the true one.
  if (std::max(known.at_least(above(known.lower())), known.luck()) <= options_.error_chance) {
    if (!ripe(now)) return;  // an answer may still be on its way; next_send_ says until when
    switch (agreement()) {
      case Agreement::kOne:
        return conclude(*lower_ == options_.max ? SearchVerdict::kNoLimit : SearchVerdict::kExact,
                        now);
      case Agreement::kOpen:
        return conclude(SearchVerdict::kUndetermined, now);
      case Agreement::kContradicted:
        return conclude(SearchVerdict::kInconsistent, now);
      case Agreement::kLookCloser:
        break;
    }
  } else if (options_.quick) {
    const IpSize upper = known.upper(kProvenUpper);
    if (upper.bytes > 0 && upper.bytes - lower_->bytes <= options_.quick_width) {
      return conclude(SearchVerdict::kBracket, now);
    }
  }
  slow_down();
  plan_round(now);
}

// Every loss that the conclusion rests on has waited for the whole timeout. If not, next_send_ is
// when it will have.
bool Search::ripe(Timestamp now) {
  Timestamp until{INT64_MIN};
  for (const ProbeRecord& probe : probes_) {
    if (probe.fate == ProbeFate::kLost) until = std::max(until, probe.sent + rtt_.timeout());
  }
  if (until <= now) return true;
  next_send_ = until;
  return false;
}

// Whether the losses of sizes that pass look like chance, as far as is known by now.
Search::Agreement Search::agreement() {
  const Consistency consistency = check_consistency(probes_, *lower_);
  if (contradicted(consistency)) return Agreement::kContradicted;
  // Without a limit the largest size may have passed but once, by luck; with one, lower was tested
  // again and again.
  const double chance = *lower_ == options_.max ? consistency.alone : consistency.suspicion;
  if (chance > kSuspiciousChance[closer_looks_]) return Agreement::kOne;
  if (closer_looks_ + 1 == kSuspiciousChance.size()) {
    inconsistent_from_ = consistency.suspicious_from;
    return Agreement::kOpen;
  }
  doubtful_ = consistency.suspicious_from;
  return Agreement::kLookCloser;
}

bool Search::contradicted(const Consistency& consistency) {
  if (consistency.chance > options_.error_chance) return false;
  inconsistent_from_ = consistency.from;
  return true;
}

void Search::stop(Timestamp now) {
  if (finished()) return;
  if (!lower_) return conclude(SearchVerdict::kSilent, now);
  const Consistency consistency = check_consistency(probes_, *lower_);
  if (contradicted(consistency)) return conclude(SearchVerdict::kInconsistent, now);
  if (consistency.chance <= kSuspiciousChance.back()) {
    inconsistent_from_ = consistency.from;
    return conclude(SearchVerdict::kUndetermined, now);
  }
  if (*lower_ == options_.max) return conclude(SearchVerdict::kNoLimit, now);
  const bool proven = posterior().upper(kProvenUpper).bytes > 0;
  conclude(proven ? SearchVerdict::kBracket : SearchVerdict::kUndetermined, now);
}

void Search::conclude(SearchVerdict verdict, Timestamp now) {
  verdict_ = verdict;
  end_ = now;
  queue_.clear();
}

SizePosterior Search::posterior() const {
  return SizePosterior(prior_, lower_or_min(), options_.max, probes_);
}

// ---- Outcomes -------------------------------------------------------------------------------

void Search::on_answer(ProbeId id, Timestamp now) {
  if (finished() || id >= probes_.size()) return;
  ProbeRecord& probe = probes_[id];
  if (probe.fate == ProbeFate::kAnswered || probe.fate == ProbeFate::kNotSent) return;
  if (probe.fate == ProbeFate::kOutstanding) --outstanding_;
  probe.fate = ProbeFate::kAnswered;
  rtt_.add(now - probe.sent);
  last_answered_sent_ = std::max(last_answered_sent_, probe.sent);
  lower_ = std::max(lower_.value_or(IpSize{0}), probe.size);
  if (probe.size > certain_) answers_.spend(now);
}

void Search::on_ptb(std::optional<ProbeId> id, IpSize mtu, const IpAddress& reporter) {
  if (finished() || (id && *id >= probes_.size())) return;
  PtbReport report{reporter, mtu, id ? probes_[*id].size : IpSize{0}};
  // RFC 8899 4.6.2: a PTB_SIZE that is not smaller than the probe, or smaller than what a path must
  // carry, tells nothing. It is listed, since somebody sent it.
  const bool sensible = mtu < (id ? report.probed : options_.max) && mtu >= options_.min;
  const auto same = [&](const PtbReport& known) {
    return known.reporter == reporter && known.mtu == mtu;
  };
  if (std::ranges::none_of(ptbs_, same) && ptbs_.size() < kMaxListedPtbs) {
    ptbs_.push_back(report);
    if (sensible) prior_.hint(mtu, mtu);
  }
  if (!id || (!sensible && mtu.bytes != 0)) return;
  ProbeRecord& probe = probes_[*id];
  if (probe.fate == ProbeFate::kOutstanding) --outstanding_;
  if (probe.fate == ProbeFate::kOutstanding || probe.fate == ProbeFate::kLost) {
    probe.fate = ProbeFate::kPtb;
  }
}

// All fragments but the last hold a multiple of 8 bytes (RFC 791 3.2), so that the link may carry
// up to 7 more.
void Search::on_fragment(IpSize largest) {
  if (finished() || largest <= options_.min || largest >= options_.max) return;
  fragment_ = largest;
  prior_.hint(largest, IpSize{largest.bytes + kFragmentUnit - 1});
}

void Search::on_local_limit(ProbeId id, IpSize mtu) {
  if (finished() || id >= probes_.size()) return;
  ProbeRecord& probe = probes_[id];
  if (probe.fate == ProbeFate::kOutstanding) --outstanding_;
  probe.fate = ProbeFate::kNotSent;
  IpSize limit{probe.size.bytes - 1};
  if (mtu.bytes > 0) limit = std::min(limit, mtu);
  limit = std::max(limit, lower_or_min());
  if (limit >= options_.max) return;
  options_.max = limit;
  local_limit_ = limit;
  std::erase_if(queue_, [&](IpSize size) { return size > limit; });
}

// ---- Planning a round -----------------------------------------------------------------------

void Search::plan_round(Timestamp now) {
  const SizePosterior known = posterior();
  // What is this probable to be answered is taken to be.
  const IpSize doubtful = known.upper(kUncertain);
  certain_ = doubtful.bytes == 0 ? options_.max : IpSize{doubtful.bytes - 1};
  const bool limited = answers_.limited();
  if (limited && answers_.left(now) < kAnswersForARound) {
    next_send_ = now + answers_.wait_for(kAnswersForARound, now) + Duration::milliseconds(1);
    return;
  }
  ++round_;
  if (doubtful_) {
    const uint32_t pairs = kFirstPairs << closer_looks_++;
    look_closer(*doubtful_,
                limited ? std::min(pairs, static_cast<uint32_t>(answers_.left(now) / 2)) : pairs);
    doubtful_.reset();
    return;
  }
  std::vector<IpSize> sizes;
  if (lower_or_min() < options_.max) sizes = choose_sizes(known);
  if (limited) limit_answers(known, answers_.left(now) - 1, sizes);
  arrange(known, sizes, limited);
}

// Pairs of the least size and of one that may fail, in the order of Thue and Morse (every second
// pair, every second two pairs and so on turned round): bursts, and limits of how often something
// is answered, take as much of both.
void Search::look_closer(IpSize doubtful, uint32_t pairs) {
  for (uint32_t i = 0; i < pairs; ++i) {
    const IpSize large = i % 2 == 0 ? doubtful : *lower_;
    const bool turned = std::popcount(i) % 2 == 1;
    queue_.push_back(turned ? options_.min : large);
    queue_.push_back(turned ? large : options_.min);
  }
}

// Nothing was answered so far: is anybody there? Small packets only.
void Search::plan_silence_round() {
  ++round_;
  queue_.assign(2, options_.min);
}

// Descending; a size may occur more than once.
std::vector<IpSize> Search::choose_sizes(const SizePosterior& known) const {
  std::vector<IpSize> sizes;
  const IpSize next = above(known.lower());
  for (uint32_t i = sizes_per_round_; i > 0; --i) {
    const IpSize size = known.split(i / (sizes_per_round_ + 1.0));
    const size_t limit = size == next ? kCopiesOfNext : kCopies;
    if (std::ranges::count(sizes, size) < static_cast<std::ptrdiff_t>(limit)) sizes.push_back(size);
  }
  return sizes;
}

// Leaves out the smallest, which are the likeliest to be answered, until no more than `allowed`
// answers are possible, as far as one can tell.
void Search::limit_answers(const SizePosterior& known, double allowed,
                           std::vector<IpSize>& sizes) const {
  const auto possible = [&](IpSize size) { return known.at_least(size) > kUncertain; };
  auto answers = static_cast<double>(std::ranges::count_if(sizes, possible));
  while (sizes.size() > 1 && answers > allowed) {
    answers -= possible(sizes.back());
    sizes.pop_back();
  }
}

// Puts the sizes into the queue so that those that probably fail are followed by something that
// passes: only then a failure tells something (size_posterior.h). The last is always a control.
void Search::arrange(const SizePosterior& known, const std::vector<IpSize>& sizes,
                     bool few_controls) {
  std::vector<IpSize> failing, passing;  // both descending
  for (const IpSize size : sizes) (known.at_least(size) < 0.5 ? failing : passing).push_back(size);
  const bool repeats = std::ranges::count(failing, above(known.lower())) > 1;
  const size_t trusted = repeats ? 1 : kTrustedStreak;
  size_t streak = 0;  // packets since the last control
  const auto put = [&](IpSize size) {
    queue_.push_back(size);
    if (few_controls || ++streak < trusted) return;
    queue_.push_back(control());
    streak = 0;
  };
  for (const IpSize size : failing) {
    put(size);
    if (passing.empty()) continue;
    put(passing.back());
    passing.pop_back();
  }
  for (const IpSize size : passing) put(size);
  if (streak > 0 || few_controls || queue_.empty()) queue_.push_back(control());
}

// What is sure to pass, if anything does: mostly the largest such size, since it shares the fate of
// large packets.
IpSize Search::control() { return ++controls_ % 3 == 0 || !lower_ ? options_.min : *lower_; }

// When half of what is known to fit was not answered, the other end or a router on the way limits
// how often it answers: fewer at a time, farther apart, until most are answered again.
void Search::slow_down() {
  if (answers_.limited()) return;  // it is kept already
  uint32_t answered = 0, lost = 0;
  for (const ProbeRecord& probe : probes_) {
    if (probe.round != round_ || probe.size > *lower_) continue;
    answered += probe.fate == ProbeFate::kAnswered;
    lost += probe.fate == ProbeFate::kLost;
  }
  if (lost * 4 <= answered) gap_.ns = gap_ > kFirstGap ? gap_.ns / 2 : 0;
  if (lost < 3 || lost < answered) return;
  gap_ = std::min(gap_.ns == 0 ? kFirstGap : gap_ + gap_, kLongestGap);
  sizes_per_round_ = std::max(sizes_per_round_ / 2, kLeastSizes);
}

// ---- The result -----------------------------------------------------------------------------

SearchResult Search::result() const {
  SearchResult result;
  result.verdict = verdict_;
  result.ptbs = ptbs_;
  result.inconsistent_from = inconsistent_from_;
  result.local_limit = local_limit_;
  result.fragment = fragment_;
  result.rtt = rtt_.shortest();
  result.elapsed = end_ - start_;
  bool told = false;
  for (const ProbeRecord& probe : probes_) {
    result.packets += probe.fate != ProbeFate::kNotSent;
    if (!lower_) continue;
    if (probe.size > *lower_) {
      told |= probe.fate == ProbeFate::kPtb;
      continue;
    }
    result.answered += probe.fate == ProbeFate::kAnswered;
    result.lost += probe.fate == ProbeFate::kLost;
  }
  if (!lower_) return result;
  const IpSize failed_first = check_consistency(probes_, *lower_).failed_first;
  if (failed_first.bytes > 0) result.failed_first = failed_first;
  result.bracket.lower = lower_;
  if (*lower_ < options_.max && verdict_ != SearchVerdict::kUndetermined) {
    const SizePosterior known = posterior();
    const double chance = verdict_ == SearchVerdict::kExact ? options_.error_chance : kProvenUpper;
    const IpSize upper = known.upper(chance);
    if (upper.bytes > 0) {
      result.bracket.upper = upper;
      result.confidence = 1 - known.at_least(upper);
      result.silent = !told;
    }
  } else if (*lower_ == options_.max) {
    result.confidence = 1;
  }
  return result;
}

}  // namespace mtuscope
