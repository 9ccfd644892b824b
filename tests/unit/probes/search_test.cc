#include "probes/search.h"

#include <fmt/format.h>
#include <gmock/gmock.h>

#include <map>
#include <string>

#include "probes/likely_sizes.h"
#include "tests/unit/probes/fake_path.h"

namespace mtuscope {
namespace {

using fake::Path;
using testing::Contains;
using testing::ElementsAre;

SearchOptions options(uint32_t max = 1500, uint32_t min = 68) {
  SearchOptions result;
  result.min = IpSize{min};
  result.max = IpSize{max};
  result.likely = likely_sizes(result.max, nullptr);
  return result;
}

// "exact 1400", "no limit 1500", "between 1380 and 1401", "undetermined", "silent", "inconsistent".
std::string words(const SearchResult& result) {
  const Bracket& bracket = result.bracket;
  switch (result.verdict) {
    case SearchVerdict::kExact:
      return fmt::format("exact {}", bracket.lower->bytes);
    case SearchVerdict::kNoLimit:
      return fmt::format("no limit {}", bracket.lower->bytes);
    case SearchVerdict::kBracket:
      return fmt::format("between {} and {}", bracket.lower->bytes, bracket.upper->bytes);
    case SearchVerdict::kUndetermined:
      return "undetermined";
    case SearchVerdict::kSilent:
      return "silent";
    case SearchVerdict::kInconsistent:
      return "inconsistent";
    case SearchVerdict::kSearching:
      break;
  }
  return "searching";
}

SearchResult run(const Path& path, SearchOptions how = options(), uint32_t seed = 1) {
  return fake::World(path, seed).run(std::move(how));
}

// What `truth` (or nothing below the interface's 1500) allows as an answer.
bool is_wrong(const SearchResult& result, uint32_t truth) {
  const Bracket& bracket = result.bracket;
  if (bracket.lower && bracket.lower->bytes > truth) return true;
  if (bracket.upper && bracket.upper->bytes <= truth) return true;
  return result.verdict == SearchVerdict::kExact && bracket.lower->bytes != truth;
}

struct Campaign {
  uint32_t wrong = 0, exact = 0, runs = 0, most_packets = 0;
  double longest = 0;  // seconds
};

// Random limits, one for every seed: half of them common ones, half anywhere.
Campaign campaign(Path path, uint32_t runs, const SearchOptions& how = options()) {
  const std::vector<IpSize> likely = likely_sizes(how.max, nullptr);
  Campaign all;
  for (uint32_t seed = 0; seed < runs; ++seed) {
    std::mt19937 random(seed);
    path.limit =
        seed % 2 == 0
            ? likely[random() % likely.size()].bytes
            : static_cast<uint32_t>(how.min.bytes + random() % (how.max.bytes - how.min.bytes + 1));
    const SearchResult result = run(path, how, seed);
    ++all.runs;
    all.exact += result.bracket.exact() || result.verdict == SearchVerdict::kNoLimit;
    if (is_wrong(result, path.limit)) {
      ++all.wrong;
      ADD_FAILURE() << "seed " << seed << ", limit " << path.limit << ": " << words(result);
    }
    all.most_packets = std::max(all.most_packets, result.packets);
    all.longest = std::max(all.longest, result.elapsed.seconds());
  }
  return all;
}

// ---- Paths without loss ---------------------------------------------------------------------

TEST(SearchTest, APathWithoutALimitIsKnownAfterOneRoundTrip) {
  const SearchResult result = run({.limit = 9000});
  EXPECT_EQ(words(result), "no limit 1500");
  EXPECT_FALSE(result.bracket.upper);
  EXPECT_FALSE(result.silent);
  EXPECT_LE(result.packets, 20u);
  EXPECT_LT(result.elapsed.seconds(), 0.08);
}

TEST(SearchTest, TheFirstRoundHoldsTheLikelySizesAndEndsWithAControl) {
  fake::World world({.limit = 1400}, 1);
  world.run(options());
  std::vector<uint32_t> sizes;
  for (const ProbeRecord& probe : world.probes) {
    if (probe.round == 1) sizes.push_back(probe.size.bytes);
  }
  EXPECT_THAT(sizes,
              ElementsAre(1500, 577, 68, 1500, 1114, 68, 1481, 1321, 68, 1461, 1412, 68, 1442, 68));
}

TEST(SearchTest, ACommonSilentLimitIsExactAfterThreeRounds) {
  const SearchResult result = run({.limit = 1400});
  EXPECT_EQ(words(result), "exact 1400");
  EXPECT_TRUE(result.silent);
  EXPECT_LE(result.packets, 40u);
  EXPECT_LT(result.elapsed.seconds(), 5 * 0.05);
  EXPECT_GE(result.confidence, 0.9999);
}

// The goal: within 10 r + 100 ms and 100 packets.
TEST(SearchTest, EverySilentLimitIsExactWithinTheGoal) {
  for (const int64_t rtt_us : {100, 5'000, 50'000, 300'000}) {
    Path path{.rtt = Duration{rtt_us * 1000}};
    const Campaign all = campaign(path, 150);
    EXPECT_EQ(all.exact, all.runs) << rtt_us;
    EXPECT_LE(all.most_packets, 100u) << rtt_us;
    EXPECT_LE(all.longest, 10 * path.rtt.seconds() + 0.1) << rtt_us;
  }
}

TEST(SearchTest, JumboLimitsAreExactToo) {
  const Campaign all = campaign({}, 60, options(9000));
  EXPECT_EQ(all.exact, all.runs);
  EXPECT_LE(all.most_packets, 100u);
}

TEST(SearchTest, APtbIsVerifiedAndShortensTheSearch) {
  const SearchResult result = run({.limit = 1384, .ptb = true});
  EXPECT_EQ(words(result), "exact 1384");
  EXPECT_FALSE(result.silent);
  ASSERT_EQ(result.ptbs.size(), 1u);
  EXPECT_EQ(result.ptbs[0].mtu, IpSize{1384});
  EXPECT_EQ(result.ptbs[0].reporter, fake::kRouter);
  EXPECT_LE(result.packets, 30u);
}

// The router's next link has 1392 bytes, of which fragments fill 1388.
TEST(SearchTest, AFragmentIsVerifiedAndShortensTheSearch) {
  const auto packets = [](uint32_t limit, uint32_t fragment) {
    fake::World world({.limit = limit, .fragment = fragment}, 1);
    const SearchResult result = world.run(options());
    EXPECT_EQ(words(result), fmt::format("exact {}", limit));
    EXPECT_TRUE(result.silent);
    return result.packets;
  };
  EXPECT_LT(packets(1391, 1388), packets(1391, 0));
  // One that lies costs packets, not the truth.
  for (const uint32_t lie : {576u, 1280u, 1392u, 1500u, 70'000u, 1u}) packets(1391, lie);
}

TEST(SearchTest, AFewPtbsOfManyAreEnough) {
  Path path{.ptb = true, .ptb_share = 0.2};
  EXPECT_EQ(campaign(path, 150).exact, 150u);
}

// RFC 8899 4.6.2: PTB_SIZE is a hint.
TEST(SearchTest, ALyingPtbDoesNotChangeTheResult) {
  for (const uint32_t lie : {0u, 1u, 68u, 600u, 1399u, 1401u, 1499u, 1500u, 65535u}) {
    const SearchResult result = run({.limit = 1400, .ptb = true, .ptb_mtu = lie});
    EXPECT_EQ(words(result), "exact 1400") << lie;
  }
}

TEST(SearchTest, ASizeThatTheInterfaceRefusesIsNoStatementAboutThePath) {
  const SearchResult result = run({.limit = 9000, .local_mtu = 1420});
  EXPECT_EQ(words(result), "no limit 1420");
  EXPECT_EQ(result.local_limit, IpSize{1420});
  EXPECT_EQ(words(run({.limit = 1392, .local_mtu = 1420})), "exact 1392");
}

TEST(SearchTest, NothingFitsBelowTheSmallest) {
  EXPECT_EQ(words(run({.limit = 40})), "silent");
  EXPECT_EQ(words(run({.limit = 68})), "exact 68");
  EXPECT_EQ(words(run({.limit = 68}, options(68))), "no limit 68");
}

TEST(SearchTest, ASilentHostIsGivenUpInTime) {
  const SearchResult result = run({.limit = 0});
  EXPECT_EQ(words(result), "silent");
  EXPECT_GE(result.elapsed.seconds(), 3.0);
  EXPECT_LT(result.elapsed.seconds(), 4.1);
  EXPECT_LE(result.packets, 25u);
}

TEST(SearchTest, QuickEndsWithABracket) {
  SearchOptions how = options();
  how.quick = true;
  const SearchResult result = run({.limit = 1393}, how);
  EXPECT_FALSE(is_wrong(result, 1393));
  ASSERT_TRUE(result.bracket.upper);
  EXPECT_LE(result.bracket.upper->bytes - result.bracket.lower->bytes, 16u);
  EXPECT_LT(result.packets, run({.limit = 1393}).packets);
}

// ---- Loss, reordering, rate limits ----------------------------------------------------------

// The goal: with 10 % loss within 40 r + 1 s.
TEST(SearchTest, TenPercentLossIsNeverWrong) {
  const Campaign all = campaign({.loss = 0.1}, 1000);
  EXPECT_EQ(all.wrong, 0u);
  EXPECT_GE(all.exact, 999u);
  EXPECT_LE(all.longest, 40 * 0.05 + 1);
}

// 15 % each way.
TEST(SearchTest, HeavyLossIsNeverWrongAndAlmostAlwaysExact) {
  for (const double loss : {0.15, 0.28, 0.3}) {
    const Campaign all = campaign({.loss = loss}, 300);
    EXPECT_EQ(all.wrong, 0u) << loss;
    EXPECT_GE(all.exact, 297u) << loss;
  }
}

TEST(SearchTest, ReorderingJitterAndDuplicatesDoNoHarm) {
  Path path{.loss = 0.1, .jitter = Duration::milliseconds(60), .duplicates = 0.3};
  const Campaign all = campaign(path, 300);
  EXPECT_EQ(all.wrong, 0u);
  EXPECT_GE(all.exact, 297u);
}

TEST(SearchTest, AnUnknownRateLimitIsNeverTakenForASize) {
  for (const uint32_t burst : {1u, 3u, 6u, 10u}) {
    for (const double per_second : {1.0, 5.0, 20.0, 100.0}) {
      Path path{.answer_burst = burst, .answers_per_second = per_second};
      EXPECT_EQ(campaign(path, 12).wrong, 0u) << burst << " then " << per_second;
    }
  }
}

TEST(SearchTest, AKnownRateLimitIsKept) {
  SearchOptions how = options();
  how.answer_limit = {.burst = 6, .per_second = 1};
  how.time_limit = Duration::milliseconds(60'000);
  const Campaign all = campaign({.answer_burst = 6, .answers_per_second = 1}, 100, how);
  EXPECT_EQ(all.wrong, 0u);
  EXPECT_EQ(all.exact, all.runs);
}

TEST(SearchTest, TimeThatRunsOutLeavesAnHonestBracket) {
  SearchOptions how = options();
  for (const int64_t ms : {60, 100, 150, 200, 250, 300}) {
    how.time_limit = Duration::milliseconds(ms);
    for (uint32_t seed = 0; seed < 100; ++seed) {
      const uint32_t limit = 600 + seed * 9;
      const SearchResult result = run({.limit = limit, .loss = 0.2}, how, seed);
      EXPECT_FALSE(is_wrong(result, limit)) << words(result) << " instead of " << limit;
      EXPECT_LE(result.elapsed.seconds(), how.time_limit.seconds() + 0.001);
    }
  }
}

TEST(SearchTest, PacketsThatRunOutLeaveAnHonestBracket) {
  SearchOptions how = options();
  how.max_packets = 30;
  for (uint32_t seed = 0; seed < 100; ++seed) {
    const uint32_t limit = 600 + seed * 9;
    const SearchResult result = run({.limit = limit, .loss = 0.1}, how, seed);
    EXPECT_FALSE(is_wrong(result, limit)) << words(result) << " instead of " << limit;
    EXPECT_LE(result.packets, 30u);
  }
}

// ---- Not one path MTU -----------------------------------------------------------------------

// wireguard-go fragments outside once the underlay's PTB came.
TEST(SearchTest, SizesThatFailFirstAndPassLaterAreCalledInconsistent) {
  Path path;
  path.passes = [](uint32_t size, Duration since, std::mt19937&) {
    return size <= 1392 || since >= Duration::milliseconds(60);
  };
  const SearchResult result = run(path);
  EXPECT_EQ(words(result), "inconsistent");
  ASSERT_TRUE(result.inconsistent_from);
  EXPECT_GT(result.inconsistent_from->bytes, 1392u);
  ASSERT_TRUE(result.failed_first);
  EXPECT_GT(result.failed_first->bytes, 1392u);
}

// The round trip to where the outer packets are too large, which is part of the whole one.
TEST(SearchTest, ATunnelThatLearnsToFragmentIsNoticed) {
  for (const int64_t learns_after : {10, 25, 50}) {
    Path path{.send_gap = Duration::milliseconds(1)};
    path.passes = [&](uint32_t size, Duration since, std::mt19937&) {
      return size <= 1392 || since >= Duration::milliseconds(learns_after);
    };
    EXPECT_EQ(words(run(path, options(1420))), "inconsistent") << learns_after;
  }
}

// Neighbour discovery, a NAT: the first packet is easily lost.
TEST(SearchTest, OneLostPacketAtFirstIsNoInconsistency) {
  Path path;
  path.passes = [](uint32_t, Duration since, std::mt19937&) { return since.ns > 0; };
  const SearchResult result = run(path);
  EXPECT_EQ(words(result), "no limit 1500");
  EXPECT_EQ(result.failed_first, IpSize{1500});
}

TEST(SearchTest, LinksThatShareThePacketsAreCalledInconsistent) {
  Path path;
  path.passes = [](uint32_t size, Duration, std::mt19937& random) {
    return size <= 1400 || random() % 2 == 0;
  };
  std::map<std::string, int> seen;
  for (uint32_t seed = 0; seed < 100; ++seed) ++seen[words(run(path, options(), seed))];
  EXPECT_GE(seen["inconsistent"], 75);  // the others saw too little
  EXPECT_EQ(seen["exact 1400"], 0);
}

// The same with a limit beyond which nothing passes, and loss. The others mostly stay open.
TEST(SearchTest, LinksThatShareThePacketsAreHardlyEverTakenForOnePathMtu) {
  Path path{.loss = 0.05};
  path.passes = [](uint32_t size, Duration, std::mt19937& random) {
    return size <= 1380 || (size <= 1450 && random() % 2 == 0);
  };
  std::map<std::string, int> seen;
  for (uint32_t seed = 0; seed < 100; ++seed) ++seen[words(run(path, options(), seed))];
  EXPECT_GE(seen["inconsistent"], 75);
  EXPECT_LE(seen["exact 1450"], 15);
}

TEST(SearchTest, ATunnelThatLearnsIsNotedUnderLossToo) {
  Path path{.loss = 0.05};
  path.passes = [](uint32_t size, Duration since, std::mt19937&) {
    return size <= 1392 || since >= Duration::milliseconds(30);
  };
  int open = 0;
  for (uint32_t seed = 0; seed < 100; ++seed) {
    const SearchResult result = run(path, options(1420), seed);
    open += result.verdict != SearchVerdict::kNoLimit;
    EXPECT_TRUE(result.failed_first || result.verdict != SearchVerdict::kNoLimit) << seed;
  }
  EXPECT_GE(open, 40);
}

TEST(SearchTest, APathThatShrinksMeanwhileIsNotExactAtTheOldSize) {
  Path path;
  path.passes = [](uint32_t size, Duration since, std::mt19937&) {
    return size <= (since < Duration::milliseconds(100) ? 1450u : 1300u);
  };
  const SearchResult result = run(path);
  EXPECT_THAT((std::vector<std::string>{"inconsistent", "undetermined"}), Contains(words(result)));
}

// ---- The interface of the state machine -----------------------------------------------------

TEST(SearchTest, OutcomesThatMakeNoSenseAreIgnored) {
  Search search(options(), Timestamp{0});
  const auto probe = search.next_probe(Timestamp{0});
  ASSERT_TRUE(probe);
  search.on_answer(77, Timestamp{1});
  search.on_ptb(77, IpSize{1400}, fake::kRouter);
  search.on_local_limit(77, IpSize{1400});
  EXPECT_TRUE(search.result().ptbs.empty());
  EXPECT_FALSE(search.result().bracket.lower);
  EXPECT_EQ(search.result().packets, 1u);
}

TEST(SearchTest, ALateAnswerOverrulesALoss) {
  Search search(options(), Timestamp{0});
  const auto probe = search.next_probe(Timestamp{0});
  ASSERT_TRUE(probe);
  EXPECT_EQ(probe->size, IpSize{1500});
  search.next_probe(Timestamp{0} + Duration::milliseconds(1500));
  EXPECT_EQ(search.probes()[0].fate, ProbeFate::kLost);
  search.on_answer(0, Timestamp{0} + Duration::milliseconds(1600));
  EXPECT_EQ(search.result().bracket.lower, IpSize{1500});
}

TEST(SearchTest, StoppedEarlyItSaysWhatItKnows) {
  Search search(options(), Timestamp{0});
  search.stop(Timestamp{5});
  EXPECT_TRUE(search.finished());
  EXPECT_EQ(words(search.result()), "silent");
}

}  // namespace
}  // namespace mtuscope
