#include "analysis/judges/loss_finding.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/size_case.h"
#include "analysis/evidence/vantage.h"
#include "analysis/judges/loss_rates.h"
#include "analysis/judges/outage.h"
#include "analysis/report/readable_duration.h"
#include "analysis/statistics/chance.h"

namespace mtuscope {

namespace {

constexpr double kWarningLossRate = 0.02;
constexpr uint64_t kWarningLosses = 5;  // fewer are a coincidence, whatever their share
// Below this a preference is too likely to be left out of account, and below that it is told.
constexpr double kDoubtful = 0.05;
constexpr double kTold = 0.01;
// Losses side by side are told as bursts when there are so many times as many as by chance.
constexpr double kBurst = 3;
constexpr size_t kExamples = 3;
// So often must something as large have got past what was lost, before luck is the reason.
constexpr size_t kEnoughEvents = 3;

// Whose packets were lost, and when.
void add_flows_and_times(const LossPattern& losses, Finding& f) {
  f.flows = losses.flows();
  f.flow_count = losses.flow_count();
  f.first_time = losses.first();
  f.last_time = losses.last();
}

struct BestSplit {
  LossPattern::Split split;
  double chance = 1;
  uint32_t above = 0;  // larger: more bytes than this
};

// Losses that prefer packets with much under way before them.
bool prefers_load(const LossPattern& losses, double significance) {
  return chance_of_hits(losses.weighed_events(), losses.heavy_events(), losses.heavy_share()) <
         significance;
}

BestSplit best_split(const LossPattern& losses) {
  BestSplit best;
  const bool light_only = prefers_load(losses, kDoubtful);
  uint64_t tried = 0;
  const auto& bounds = LossPattern::kBounds;
  for (size_t i = 0; i < bounds.size(); ++i) {
    const LossPattern::Split split = losses.split(i, light_only);
    if (split.events == 0) continue;
    ++tried;
    const double chance = chance_of_hits(split.events, split.hits, split.expected / split.events);
    if (chance >= best.chance) continue;
    best = {split, chance, bounds[i]};
  }
  best.chance = std::min(1.0, best.chance * static_cast<double>(std::max<uint64_t>(tried, 1)));
  return best;
}

// log of the likelihood of so many losses at their own rate.
double log_likelihood(const LossCount& count) {
  const double rate = rate_of(count);
  if (rate <= 0 || rate >= 1) return 0;
  return static_cast<double>(count.lost) * std::log(rate) +
         static_cast<double>(count.delivered) * std::log1p(-rate);
}

// Where the rate changes: up to `lower` few are lost, from `upper` on many. What lies between was
// sent too seldom to tell.
struct SplitSizes {
  IpSize lower, upper;
};

// So many small packets arrived that it is no luck, were they lost as often as the large ones: one
// or two say nothing.
bool spared(const LossCount& small, const LossCount& large) {
  return chance_of_hits(small.delivered + small.lost, small.delivered, 1 - rate_of(large)) < kTold;
}

// All splits whose likelihood is not much below that of the best one (its logarithm by kClose:
// two and a half standard deviations).
std::optional<SplitSizes> split_sizes(const SizeHistogram& sizes) {
  constexpr double kClose = 3;
  std::vector<double> likelihoods;
  for (const SizeHistogram::Entry& e : sizes.entries()) {
    const LossCount large = sizes.from(IpSize{e.size});
    const LossCount small = sizes.below(IpSize{e.size});
    likelihoods.push_back(!spared(small, large) ? -HUGE_VAL
                                                : log_likelihood(small) + log_likelihood(large));
  }
  if (likelihoods.size() < 2) return std::nullopt;
  const double best = std::ranges::max(likelihoods);
  if (!std::isfinite(best)) return std::nullopt;
  std::optional<SplitSizes> split;
  for (size_t i = 1; i < likelihoods.size(); ++i) {
    if (likelihoods[i] < best - kClose) continue;
    if (!split) split = SplitSizes{.lower = IpSize{sizes.entries()[i - 1].size}, .upper = {}};
    split->upper = IpSize{sizes.entries()[i].size};
  }
  return split;
}

void add_examples(const LossPattern& losses, IpSize from, IpSize below, Finding& f) {
  std::vector<FrameRef> frames;
  size_t told = 0;
  for (const Loss& l : losses.samples()) {
    if (l.size < from || l.size >= below) continue;
    // Offload may have sent and repeated several of them together.
    const bool again = l.frame && std::ranges::find(frames, l.frame) != frames.end() &&
                       std::ranges::find(frames, l.repeated) != frames.end();
    if (again) continue;
    frames.push_back(l.frame);
    frames.push_back(l.repeated);
    if (told++ >= kExamples) continue;
    const std::string what =
        l.frame ? fmt::format("frame {} ({} bytes) was sent again as frame {}",
                              l.frame.frame().value, l.size.bytes, l.repeated.frame().value)
                : fmt::format(
                      "what a packet of {} bytes had carried, which did not come by, came "
                      "in frame {}",
                      l.size.bytes, l.repeated.frame().value);
    f.evidence_for.push_back(
        fmt::format("for example, {}, {} later", what, readable_duration(l.repeated_at - l.sent)));
  }
  list_frames(std::move(frames), f);
}

std::string times(uint64_t count) {
  return count == 1 ? std::string("once") : fmt::format("{} times", count);
}

void add_recovery(const LossPattern& losses, Finding& f) {
  const uint64_t timeouts = std::min(losses.after_timeout(), losses.count());
  f.evidence_for.push_back(fmt::format(
      "sent again {} by fast retransmit or a probe (RFC 5681, 6675, 8985), {} after a timeout (RFC "
      "6298); the longest wait was {}",
      times(losses.count() - timeouts), times(timeouts), readable_duration(losses.longest_wait())));
}

struct Pattern {
  bool bursts = false;
  bool under_load = false;
};

Pattern pattern_of(const LossPattern& losses, double rate) {
  Pattern p;
  const double located = static_cast<double>(losses.located());
  const double beside = static_cast<double>(losses.beside_another());
  p.bursts = beside > kBurst * rate * located &&
             chance_of_hits(losses.located(), std::min(losses.beside_another(), losses.located()),
                            rate) < kTold;
  p.under_load = prefers_load(losses, kTold);
  return p;
}

std::string words_of(const Pattern& p) {
  if (p.bursts && p.under_load) {
    return " They were lost in bursts, when much was under way: congestion, a queue that overflows "
           "or a rate limit (policer).";
  }
  if (p.under_load) {
    return " They were lost when much was under way: congestion, a queue that overflows or a rate "
           "limit (policer).";
  }
  if (p.bursts) return " They were lost in bursts.";
  return "";
}

void add_pattern(const LossPattern& losses, const Pattern& p, double rate, Finding& f) {
  if (p.bursts) {
    f.evidence_for.push_back(fmt::format(
        "of {} losses {} were next to another one, where {:.0f} would be by chance",
        losses.located(), losses.beside_another(), rate * static_cast<double>(losses.located())));
  }
  if (p.under_load) {
    f.evidence_for.push_back(fmt::format(
        "{} of {} loss events came when more was under way than usual ({:.0f} % of all packets "
        "were sent then)",
        losses.heavy_events(), losses.weighed_events(), losses.heavy_share() * 100));
  }
}

// What speaks against luck as the reason; nullopt where nothing does.
std::optional<std::string> doubt_about_randomness(const Path& path, unsigned direction,
                                                  const LossCount& count, IpSize below,
                                                  bool limited) {
  const PathDirection& d = path.directions[direction];
  // One outage that nobody can tell from loss is overtaken once too.
  const size_t needed = kEnoughEvents + proven_outages(d).outages.size();
  // What came by and was sent again may have arrived, where the capture is behind the sender: its
  // answer was lost on the way back, and missed here.
  const Vantage vantage = vantage_of(path, direction);
  const bool behind = vantage == Vantage::kReceiver || vantage == Vantage::kMiddle;
  size_t events = d.trouble ? d.trouble->overtaken.events(below, behind) : 0;
  events = std::min<size_t>(events, count.lost);
  if (events < needed) {
    return fmt::format(
        "lost packets were overtaken by something as large {}: a limit, a short outage or packets "
        "that the capture missed may look the same",
        events == 0   ? "never, as far as is known"
        : events == 1 ? "once only"
                      : fmt::format("{} times only", events));
  }
  if (path.directions[1 - direction].missed_bytes > 0 && vantage != Vantage::kSender) {
    return fmt::format(
        "the capture missed packets from {}: if the answers to what was sent again are among them, "
        "they were lost and not these",
        to_string(path.dst(direction)));
  }
  if (limited || !d.losses) return std::nullopt;
  const double by_size = best_split(*d.losses).chance;
  if (by_size >= kDoubtful) return std::nullopt;
  return fmt::format("large packets were hit more often than small ones: {:.1f} % that luck did so",
                     by_size * 100);
}

// Of a FIN to a peer that was not heard any more: it went away, or the path did. That is no loss of
// so many packets; though luck may have done it, and is judged with them.
uint64_t closed_in_vain(const PathDirection& d, const ProvenOutages& proven) {
  uint64_t sendings = 0;
  for (const FailedRange& f : d.failures) {
    if (!f.only_fin || f.peer_alive || f.one_way) continue;
    // The last sending is counted when its flow ends, and not with the outage.
    const bool counted = std::ranges::any_of(
        proven.outages, [&](const Outage* o) { return o->begin < f.first && f.first < o->end; });
    sendings += counted ? 1 : f.transmissions.size() + f.not_kept;
  }
  return sendings;
}

std::string describe_losses(const Finding& f, const LossCount& count, const std::string& which,
                            const std::string& rates) {
  if (count.delivered == 0) {
    return fmt::format(
        "{} packets{} from {} to {} had to be sent again; how many arrived, the capture does not "
        "show.",
        count.lost, which, to_string(*f.src), to_string(*f.dst));
  }
  return fmt::format("{} of {} packets{} from {} to {} had to be sent again ({:.1f} %){}.",
                     count.lost, count.lost + count.delivered, which, to_string(*f.src),
                     to_string(*f.dst), rate_of(count) * 100, rates);
}

}  // namespace

std::optional<Finding> size_dependent_loss(const Path& path, unsigned direction,
                                           std::optional<IpSize> limit) {
  const PathDirection& d = path.directions[direction];
  if (!d.losses || limit) return std::nullopt;
  // During an outage senders put small packets together, and lose them as large ones.
  if (2 * proven_outages(d).losses() >= d.sizes.below(IpSize{UINT32_MAX}).lost) return std::nullopt;
  const BestSplit best = best_split(*d.losses);
  if (best.chance >= kSignificant) return std::nullopt;
  const std::optional<SplitSizes> sizes = split_sizes(d.sizes);
  if (!sizes) return std::nullopt;
  const LossCount large = d.sizes.from(sizes->upper);
  const LossCount small = d.sizes.below(IpSize{sizes->lower.bytes + 1});
  if (large.delivered == 0 || rate_of(large) < kNoticeable * rate_of(small)) return std::nullopt;

  Finding f = finding_about(FindingKind::kSizeDependentLoss, Severity::kWarning,
                            Confidence::kConfirmed, path, direction);
  add_flows_and_times(*d.losses, f);
  f.chance = best.chance;
  f.bracket = {sizes->lower, sizes->upper};
  f.explanation = fmt::format(
      "Packets of {} bytes or more from {} to {} are lost far more often than those of up to {}, "
      "yet some arrive: {} against {}.",
      sizes->upper.bytes, to_string(*f.src), to_string(*f.dst), sizes->lower.bytes, share_of(large),
      share_of(small));
  f.evidence_for.push_back(fmt::format(
      "of {} loss events {} hit packets above {} bytes; by what was sent "
      "just before them, {:.1f} would have, if every byte were equally likely to be hit",
      best.split.events, best.split.hits, best.above, best.split.expected));
  add_examples(*d.losses, sizes->upper, IpSize{UINT32_MAX}, f);
  add_recovery(*d.losses, f);
  return f;
}

std::optional<Finding> random_loss(const Path& path, unsigned direction,
                                   std::optional<IpSize> limit, bool broken) {
  const PathDirection& d = path.directions[direction];
  const IpSize below = limit.value_or(IpSize{UINT32_MAX});
  LossCount count = d.sizes.below(below);
  const ProvenOutages proven = proven_outages(d);
  uint64_t not_counted = proven.losses();
  not_counted += broken && d.trouble ? d.trouble->outages.lost_since() : closed_in_vain(d, proven);
  not_counted = std::min(not_counted, count.lost);
  count.lost -= not_counted;
  if (count.lost == 0) return std::nullopt;
  const double rate = rate_of(count);
  const bool worth_a_warning = rate >= kWarningLossRate && count.lost >= kWarningLosses;
  const std::optional<std::string> doubt =
      doubt_about_randomness(path, direction, count, below, limit.has_value());
  Finding f = finding_about(
      FindingKind::kRandomLoss, worth_a_warning ? Severity::kWarning : Severity::kInfo,
      doubt ? Confidence::kSuspected : Confidence::kConfirmed, path, direction);
  if (doubt) f.evidence_against.push_back(*doubt);
  const auto apart = limit || not_counted > 0 ? std::nullopt : syns_apart(d, count);
  if (apart) {
    f.confidence = Confidence::kSuspected;
    f.evidence_against.push_back("a link loses SYNs as often as other packets");
  }
  const std::string which = limit ? fmt::format(" below {} bytes", limit->bytes) : std::string();
  const std::string rates = apart             ? to_string(*apart)
                            : not_counted > 0 ? std::string()
                                              : rates_apart(d.sizes, below);
  f.explanation = describe_losses(f, count, which, rates);
  if (!d.losses) return f;
  add_flows_and_times(*d.losses, f);
  add_rates_by_size(d.sizes, below, not_counted, f);
  if (!limit) {
    const Pattern pattern = pattern_of(*d.losses, rate);
    f.explanation += words_of(pattern);
    add_pattern(*d.losses, pattern, rate, f);
    add_recovery(*d.losses, f);
  }
  add_examples(*d.losses, IpSize{0}, below, f);
  return f;
}

}  // namespace mtuscope
