#include "probes/hop_search.h"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>

namespace mtuscope {
namespace {

constexpr Duration kRtt = Duration::milliseconds(20);

IpAddress hop_address(uint8_t ttl) {
  const uint8_t bytes[] = {192, 0, 2, ttl};
  return IpAddress::from_v4(bytes);
}

struct Path {
  uint8_t length = 6;        // hops up to and with the target
  uint8_t limit_behind = 2;  // large ones get to this hop and no further
  bool ptb = false;
  bool target_answers = true;
  std::set<uint8_t> never_answer;
  double loss = 0;
  std::map<uint8_t, int> answers_left = {};  // of routers that limit them
};

HopResult locate(Path path, uint32_t seed = 1) {
  std::mt19937 random(seed);
  std::uniform_real_distribution<double> share(0, 1);
  Timestamp now{1'000'000'000};
  HopSearch search({.small = IpSize{1400},
                    .large = IpSize{1401},
                    .timeout = Duration::milliseconds(60),
                    .first_id = 40},
                   now);
  std::set<ProbeId> ids;
  while (!search.finished()) {
    const auto probe = search.next_probe(now);
    if (!probe) {
      now = std::max(search.wake_time(), now + Duration{1'000'000});
      continue;
    }
    EXPECT_GE(probe->id, 40u);
    EXPECT_TRUE(ids.insert(probe->id).second);
    now = now + Duration{1'000'000};
    const bool large = probe->size == IpSize{1401};
    const uint8_t reached = std::min<uint8_t>(probe->ttl, path.length);
    if (share(random) < path.loss) continue;
    if (large && reached > path.limit_behind) {
      if (path.ptb) search.on_ptb(probe->id);
      continue;
    }
    if (path.never_answer.contains(reached)) continue;
    const auto left = path.answers_left.find(reached);
    if (left != path.answers_left.end() && left->second-- <= 0) continue;
    if (reached == path.length) {
      if (path.target_answers) search.on_arrival(probe->id, hop_address(reached));
    } else {
      search.on_time_exceeded(probe->id, hop_address(reached));
    }
  }
  return search.result();
}

TEST(HopSearchTest, NamesTheLastHopThatLargePacketsGetTo) {
  for (uint8_t behind = 1; behind < 6; ++behind) {
    const HopResult result = locate({.limit_behind = behind});
    ASSERT_TRUE(result.last) << int{behind};
    EXPECT_EQ(result.last->ttl, behind);
    EXPECT_EQ(result.last->address, hop_address(behind));
    EXPECT_EQ(result.next->ttl, behind + 1);
    EXPECT_LE(result.packets, 40u);
  }
}

TEST(HopSearchTest, TheFirstLinkIsThisHosts) {
  const HopResult result = locate({.limit_behind = 0});
  ASSERT_TRUE(result.last);
  EXPECT_EQ(result.last->ttl, 0);
  EXPECT_EQ(result.last->address, std::nullopt);
  EXPECT_EQ(result.next->ttl, 1);
}

TEST(HopSearchTest, APtbIsAnAnswerToo) {
  const HopResult result = locate({.limit_behind = 3, .ptb = true});
  ASSERT_TRUE(result.last);
  EXPECT_EQ(result.last->ttl, 3);
}

TEST(HopSearchTest, HopsThatNeverAnswerLieBetween) {
  const HopResult result = locate({.limit_behind = 3, .never_answer = {3, 4}});
  ASSERT_TRUE(result.last);
  EXPECT_EQ(result.last->ttl, 2);
  EXPECT_EQ(result.next->ttl, 5);
}

// A router that has told others much in the last second answers once more, and then nothing.
TEST(HopSearchTest, ARouterThatLimitsItsAnswersIsNotTheEnd) {
  for (int left = 0; left <= 3; ++left) {
    const HopResult result = locate({.limit_behind = 3, .answers_left = {{2, left}}});
    ASSERT_TRUE(result.last) << left;
    EXPECT_EQ(result.last->ttl, 3) << left;
    const HopResult first = locate({.length = 2, .limit_behind = 1, .answers_left = {{1, left}}});
    ASSERT_TRUE(first.last) << left;
    EXPECT_EQ(first.last->ttl, left == 0 ? 0 : 1) << left << ": no more is known";
    EXPECT_EQ(first.next->ttl, 2) << left;
  }
}

TEST(HopSearchTest, ARouterThatStopsAnsweringIsNotWhereTheyVanish) {
  const HopResult result = locate({.limit_behind = 2, .answers_left = {{3, 2}}});
  ASSERT_TRUE(result.last);
  EXPECT_EQ(result.last->ttl, 2);
  EXPECT_EQ(result.next->ttl, 4) << "the third one may just have been tired";
}

TEST(HopSearchTest, WithoutAnyAnswerNothingIsNamed) {
  EXPECT_FALSE(locate({.never_answer = {1, 2, 3, 4, 5, 6}}).last);
  EXPECT_FALSE(locate({.limit_behind = 5, .target_answers = false}).last)
      << "the target's silence is not the limit's doing";
}

TEST(HopSearchTest, NothingIsNamedWhenLargePacketsPass) {
  EXPECT_FALSE(locate({.limit_behind = 6}).last);
}

TEST(HopSearchTest, LossMayHideAHopAndNamesNoLaterOne) {
  int found = 0;
  for (uint32_t seed = 0; seed < 300; ++seed) {
    const HopResult result = locate({.limit_behind = 3, .loss = 0.1}, seed);
    if (!result.last) continue;
    EXPECT_LE(result.last->ttl, 3) << seed;
    EXPECT_GT(result.next->ttl, 3) << seed;
    found += result.last->ttl == 3 && result.next->ttl == 4;
  }
  EXPECT_GE(found, 270);
}

}  // namespace
}  // namespace mtuscope
