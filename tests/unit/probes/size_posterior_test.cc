#include "probes/size_posterior.h"

#include <gtest/gtest.h>

#include <string_view>

#include "analysis/statistics/chance.h"

namespace mtuscope {
namespace {

const std::vector<IpSize> kLikely = {{1280}, {1400}, {1500}};

SizePrior prior() { return SizePrior(IpSize{68}, IpSize{1500}, kLikely); }

ProbeRecord probe(uint32_t size, char fate, uint32_t round = 1) {
  const ProbeFate fates[] = {ProbeFate::kAnswered, ProbeFate::kLost, ProbeFate::kPtb};
  return {.size = IpSize{size}, .round = round, .fate = fates[std::string_view("+-P").find(fate)]};
}

double confidence(const std::vector<ProbeRecord>& probes, uint32_t lower) {
  return SizePosterior(prior(), IpSize{lower}, IpSize{1500}, probes).confidence();
}

TEST(SizePosteriorTest, BeforeLookingTheLikelySizesAreLikely) {
  const SizePosterior known(prior(), IpSize{68}, IpSize{1500}, {});
  EXPECT_DOUBLE_EQ(known.at_least(IpSize{68}), 1);
  EXPECT_DOUBLE_EQ(known.at_least(IpSize{1501}), 0);
  EXPECT_GT(known.at_least(IpSize{1280}) - known.at_least(IpSize{1281}), 0.1);
  EXPECT_LT(known.at_least(IpSize{1290}) - known.at_least(IpSize{1291}), 0.001);
}

TEST(SizePosteriorTest, ALossCountsOnlyWhenSomethingLaterWasAnswered) {
  EXPECT_GT(confidence({probe(1400, '+'), probe(1401, '-'), probe(1400, '+')}, 1400),
            confidence({probe(1400, '+'), probe(1400, '+'), probe(1401, '-')}, 1400));
  EXPECT_DOUBLE_EQ(confidence({probe(1400, '+'), probe(1401, '-', 1), probe(1400, '+', 2)}, 1400),
                   confidence({probe(1400, '+'), probe(1400, '+')}, 1400));
}

TEST(SizePosteriorTest, LossesInARowAreOne) {
  EXPECT_DOUBLE_EQ(
      confidence({probe(1400, '+'), probe(1401, '-'), probe(1400, '+')}, 1400),
      confidence({probe(1400, '+'), probe(1401, '-'), probe(1401, '-'), probe(1400, '+')}, 1400));
}

TEST(SizePosteriorTest, LossOfWhatFitsMakesTheRestLessCertain) {
  const ProbeRecord ok = probe(1400, '+'), next = probe(1401, '-'), lost = probe(1300, '-');
  EXPECT_GT(confidence({ok, next, ok, next, ok}, 1400),
            confidence({ok, lost, next, ok, lost, next, ok}, 1400));
}

// The same model as analysis/statistics/chance.h: two path MTUs that are equally probable before
// looking.
TEST(SizePosteriorTest, AgreesWithTheChanceOfLuck) {
  const SizePrior even(IpSize{1400}, IpSize{1401}, {});
  std::vector<ProbeRecord> probes;
  for (int i = 0; i < 3; ++i) {
    probes.push_back(probe(1401, '-'));
    probes.push_back(probe(1400, '+'));
  }
  const double before = even.weight(IpSize{1401}) / even.weight(IpSize{1400});
  const double odds =
      SizePosterior(even, IpSize{1400}, IpSize{1401}, probes).at_least(IpSize{1401}) /
      SizePosterior(even, IpSize{1400}, IpSize{1401}, probes).confidence();
  EXPECT_NEAR(odds, before * chance_of_luck({.delivered = 3}, 3, 1), 1e-9);
}

TEST(SizePosteriorTest, APtbIsStrongButNotProof) {
  const double one = confidence({probe(1400, '+'), probe(1401, 'P')}, 1400);
  const double two = confidence({probe(1400, '+'), probe(1401, 'P'), probe(1401, 'P')}, 1400);
  EXPECT_GT(one, 0.9);
  EXPECT_LT(one, 0.9999);
  EXPECT_GT(two, one);
}

TEST(SizePosteriorTest, SplitDividesWhatIsLeft) {
  const SizePosterior known(prior(), IpSize{1281}, IpSize{1500}, {});
  for (const double share : {0.05, 0.3, 0.5, 0.95}) {
    const IpSize size = known.split(share);
    EXPECT_GT(size, IpSize{1281});
    EXPECT_LE(size, IpSize{1500});
  }
  EXPECT_LT(known.split(0.05), known.split(0.95));
}

TEST(SizePosteriorTest, HintsOutsideAreIgnored) {
  SizePrior hinted = prior();
  hinted.hint(IpSize{0}, IpSize{0});
  hinted.hint(IpSize{67}, IpSize{67});
  hinted.hint(IpSize{1501}, IpSize{1501});
  EXPECT_EQ(hinted.weight(IpSize{1400}), prior().weight(IpSize{1400}));
  hinted.hint(IpSize{1400}, IpSize{1400});
  EXPECT_GT(hinted.weight(IpSize{1400}), 2 * prior().weight(IpSize{1400}));
}

TEST(SizePosteriorTest, UpperIsTheSmallestThatIsImprobable) {
  std::vector<ProbeRecord> probes;
  for (int i = 0; i < 6; ++i) {
    probes.push_back(probe(1450, '-'));
    probes.push_back(probe(1400, '+'));
  }
  const SizePosterior known(prior(), IpSize{1400}, IpSize{1500}, probes);
  EXPECT_GT(known.upper(1e-3), IpSize{1401});
  EXPECT_LE(known.upper(1e-3), IpSize{1450});
  EXPECT_LE(known.at_least(known.upper(1e-3)), 1e-3);
  EXPECT_EQ(SizePosterior(prior(), IpSize{1400}, IpSize{1500}, {}).upper(1e-3), IpSize{0});
}

}  // namespace
}  // namespace mtuscope
