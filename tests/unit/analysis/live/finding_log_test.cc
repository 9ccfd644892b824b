#include "analysis/live/finding_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/address.h"

namespace mtuscope {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

Timestamp at(double seconds) { return Timestamp{} + Duration::from_seconds(seconds); }

Finding black_hole(uint32_t lost, Confidence confidence = Confidence::kSuspected) {
  Finding f{.kind = FindingKind::kPmtuBlackhole,
            .severity = Severity::kCritical,
            .confidence = confidence};
  f.bracket.upper = IpSize{lost};
  f.explanation = "Packets of 1420 bytes never arrive.";
  return f;
}

Finding random_loss() {
  return {.kind = FindingKind::kRandomLoss,
          .severity = Severity::kWarning,
          .confidence = Confidence::kConfirmed};
}

class FindingLogTest : public testing::Test {
 protected:
  std::vector<std::string> update(double seconds, std::vector<Finding> found) {
    std::vector<FindingNews> news;
    log_.update(&group_, std::move(found), std::nullopt, at(seconds), news);
    std::vector<std::string> words;
    for (const FindingNews& n : news) words.emplace_back(to_string(n.kind));
    return words;
  }
  FindingLog log_;
  int group_ = 0;
};

TEST_F(FindingLogTest, TellsAFindingOnceHoweverOftenItIsFound) {
  EXPECT_THAT(update(1, {black_hole(1420)}), ElementsAre("found"));
  EXPECT_THAT(update(2, {black_hole(1420)}), IsEmpty());
  Finding more = black_hole(1420);
  more.explanation = "Packets of 1420 bytes never arrive.";
  more.flow_count = 17;
  more.chance = 1e-9;
  EXPECT_THAT(update(3, {more}), IsEmpty());
}

TEST_F(FindingLogTest, TellsWhatHasChangedInIt) {
  update(1, {black_hole(1420)});
  EXPECT_THAT(update(2, {black_hole(1420, Confidence::kConfirmed)}), ElementsAre("changed"));
  EXPECT_THAT(update(3, {black_hole(1380, Confidence::kConfirmed)}), ElementsAre("changed"));
  Finding recovered = black_hole(1380, Confidence::kConfirmed);
  recovered.recovered = Recovery{.size = IpSize{1024}, .time = at(4), .after = {}};
  EXPECT_THAT(update(4, {recovered}), ElementsAre("changed"));
}

TEST_F(FindingLogTest, IsOverOnlyWhenItIsNotFoundForAWhile) {
  update(1, {black_hole(1420, Confidence::kConfirmed)});
  EXPECT_THAT(update(2, {}), IsEmpty());
  EXPECT_THAT(update(5, {black_hole(1420, Confidence::kConfirmed)}), IsEmpty()) << "it wavered";
  EXPECT_THAT(update(6, {}), IsEmpty());
  EXPECT_TRUE(log_.holds(&group_));
  EXPECT_THAT(update(17, {}), ElementsAre("over"));
  EXPECT_FALSE(log_.holds(&group_));
  EXPECT_THAT(update(18, {black_hole(1420)}), ElementsAre("found"));
}

TEST_F(FindingLogTest, KeepsConfirmedProblemsThatAreOver) {
  update(1, {black_hole(1420, Confidence::kConfirmed)});
  update(2, {});
  update(17, {});
  ASSERT_EQ(log_.past().size(), 1u);
  EXPECT_THAT(log_.past()[0].evidence_against, testing::SizeIs(1));
  update(20, {black_hole(1420)});
  update(21, {});
  update(40, {});
  EXPECT_EQ(log_.past().size(), 1u) << "a suspicion that is over was none";
}

TEST_F(FindingLogTest, RandomLossIsToldWhenNothingElseExplainedItForAWhile) {
  EXPECT_THAT(update(1, {random_loss()}), IsEmpty());
  EXPECT_THAT(update(3, {black_hole(1420)}), ElementsAre("found"));
  EXPECT_THAT(update(4, {random_loss()}), IsEmpty());
  EXPECT_THAT(update(13, {random_loss()}), IsEmpty());
  EXPECT_THAT(update(15, {random_loss()}), ElementsAre("found", "over"));
}

TEST_F(FindingLogTest, AClockThatIsSetBackEndsNothingAndRepeatsNothing) {
  update(10'000, {black_hole(1420, Confidence::kConfirmed)});
  EXPECT_THAT(update(10, {}), IsEmpty());
  EXPECT_THAT(update(11, {black_hole(1420, Confidence::kConfirmed)}), IsEmpty());
}

TEST_F(FindingLogTest, GroupsKnowNothingOfEachOther) {
  update(1, {black_hole(1420)});
  std::vector<FindingNews> news;
  const int other = 0;
  log_.update(&other, {}, std::nullopt, at(60), news);
  EXPECT_THAT(news, IsEmpty());
  log_.close(&group_);
  EXPECT_FALSE(log_.holds(&group_));
}

}  // namespace
}  // namespace mtuscope
