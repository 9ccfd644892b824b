// The search for a path MTU, in the words of RFC 8899: a pure state machine. No clock, no sockets:
// what to send next and when comes out, outcomes and times go in. An engine (engine.h) runs it
// against the world, tests run it against a path made up.
//
// Many sizes are probed at a time, in rounds of about one RTT. SizePosterior says after each round
// how probable every path MTU is; the next round's sizes are those whose fate divides what is left.
// Small packets and packets of the largest size that is known to pass travel with the large ones,
// so that loss, rate limits and silence are told apart from size. It ends when one path MTU is all
// but certain, or says what it knows when packets or time run out.

#ifndef MTUSCOPE_PROBES_SEARCH_H_
#define MTUSCOPE_PROBES_SEARCH_H_

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "analysis/report/finding.h"
#include "capture/address.h"
#include "capture/units.h"
#include "probes/answer_limit.h"
#include "probes/consistency.h"
#include "probes/probe_record.h"
#include "probes/rtt_estimator.h"
#include "probes/size_posterior.h"

namespace mtuscope {

struct SearchOptions {
  IpSize min{68};    // size of the control packets, and the least path MTU that is looked for
  IpSize max{1500};  // MAX_PLPMTU: the interface's MTU, or less
  std::vector<IpSize> likely;
  uint32_t sizes_per_round = 10;
  uint32_t max_packets = 400;
  Duration time_limit = Duration::milliseconds(10'000);
  // Given up when nothing was answered for so long from the start on.
  Duration silence_limit = Duration::milliseconds(3'000);
  // Probability of a wrong answer at which a result is exact.
  double error_chance = 1e-4;
  // Ends as soon as the limit is known to lie within `quick_width` bytes.
  bool quick = false;
  uint32_t quick_width = 16;
  AnswerLimit answer_limit;
  bool answers_spent = false;  // an earlier search has used up the burst of answer_limit
};

struct Probe {
  ProbeId id = 0;
  IpSize size;
};

// A PTB whose quote was matched to a probe (or, without an id, to this flow).
struct PtbReport {
  IpAddress reporter;
  IpSize mtu;     // as it says; 0 is a value that routers do send
  IpSize probed;  // PROBED_SIZE of the quoted probe; 0 unknown
  friend bool operator==(const PtbReport&, const PtbReport&) = default;
};

enum class SearchVerdict : uint8_t {
  kSearching,
  kNoLimit,  // the largest size passes
  kExact,    // lower passes, lower + 1 does not
  kBracket,  // a limit is proven, its place is known within the bracket
  // Packets or time ran out before a limit was proven or excluded, or it stayed open whether the
  // losses have to do with size.
  kUndetermined,
  kInconsistent,  // sizes failed that were later known to pass: not explained by one path MTU
  kSilent,        // nothing was answered
};

struct SearchResult {
  SearchVerdict verdict = SearchVerdict::kSearching;
  Bracket bracket;
  double confidence = 0;        // that the path MTU lies within the bracket
  bool silent = false;          // there is a limit, and no PTB told of it
  std::vector<PtbReport> ptbs;  // each reporter and MTU once, the first kMaxListedPtbs
  // Of sizes known to pass.
  uint32_t answered = 0, lost = 0;
  uint32_t packets = 0;  // sent
  Duration rtt;          // the shortest; 0 when nothing was answered
  Duration elapsed;
  // With kInconsistent: sizes from here on failed, though larger ones passed. With kUndetermined:
  // so it seems, but luck may have done it.
  std::optional<IpSize> inconsistent_from;
  // Probes of this size or more failed at first; later ones passed.
  std::optional<IpSize> failed_first;
  std::optional<IpSize> local_limit;  // what the interface itself refused to exceed
  std::optional<IpSize> fragment;     // the largest that on_fragment() was told of
};

inline constexpr size_t kMaxListedPtbs = 8;

class Search {
 public:
  // Needs options.min <= options.max. `now` is when it starts.
  Search(SearchOptions options, Timestamp now);

  // The next probe to send now, or nullopt: call again at wake_time() or after an outcome. What is
  // returned counts as sent at `now`.
  std::optional<Probe> next_probe(Timestamp now);
  // When something happens without an outcome. Not meaningful when finished.
  Timestamp wake_time() const;

  // Outcomes. Late, repeated and unknown ones are ignored as far as they tell nothing new.
  void on_answer(ProbeId id, Timestamp now);
  void on_ptb(std::optional<ProbeId> id, IpSize mtu, const IpAddress& reporter);
  // What may be fragmented arrived in fragments of at most this size: a hint like a PTB, which
  // tells nothing before it is verified.
  void on_fragment(IpSize largest);
  // The local system refused to send it; `mtu` is the limit it names, 0 unknown. RFC 8899 4.4: not
  // a statement about the path.
  void on_local_limit(ProbeId id, IpSize mtu);
  // Ends it early with what is known.
  void stop(Timestamp now);

  bool finished() const { return verdict_ != SearchVerdict::kSearching; }
  SearchResult result() const;
  const std::vector<ProbeRecord>& probes() const { return probes_; }
  const RttEstimator& rtt() const { return rtt_; }

 private:
  void advance(Timestamp now);
  void resolve_losses(Timestamp now);
  void judge(Timestamp now);
  void conclude(SearchVerdict verdict, Timestamp now);
  bool ripe(Timestamp now);
  enum class Agreement : uint8_t { kOne, kLookCloser, kOpen, kContradicted };
  Agreement agreement();
  bool contradicted(const Consistency& consistency);
  SizePosterior posterior() const;

  void plan_round(Timestamp now);
  void plan_silence_round();
  void look_closer(IpSize doubtful, uint32_t pairs);
  std::vector<IpSize> choose_sizes(const SizePosterior& known) const;
  void limit_answers(const SizePosterior& known, double allowed, std::vector<IpSize>& sizes) const;
  void arrange(const SizePosterior& known, const std::vector<IpSize>& sizes, bool few_controls);
  IpSize control();
  void slow_down();

  IpSize lower_or_min() const { return lower_.value_or(options_.min); }

  SearchOptions options_;
  SizePrior prior_;
  Timestamp start_, end_;
  RttEstimator rtt_;
  SearchVerdict verdict_ = SearchVerdict::kSearching;

  std::vector<ProbeRecord> probes_;
  std::deque<IpSize> queue_;  // the rest of this round
  uint32_t round_ = 0;
  uint32_t outstanding_ = 0;
  Timestamp next_send_;           // not before
  Duration gap_;                  // between two probes of a round
  Timestamp last_answered_sent_;  // when the latest-sent answered probe was sent
  uint32_t sizes_per_round_;
  uint32_t controls_ = 0;
  uint32_t closer_looks_ = 0;

  std::optional<IpSize> lower_;
  std::optional<IpSize> doubtful_;  // sizes from here on: to be looked at more closely
  std::optional<IpSize> inconsistent_from_;
  std::optional<IpSize> local_limit_;
  std::optional<IpSize> fragment_;
  std::vector<PtbReport> ptbs_;
  AnswerBudget answers_;
  IpSize certain_;  // probes up to this size are counted as answered when they are sent
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_SEARCH_H_
