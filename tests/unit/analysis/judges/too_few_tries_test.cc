#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/judges/observations.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// ---- Recorded from the midst of a hang, at its sender. Another connection goes on with little.

const std::string kGoesOn = R"(
  0.0000 < P. 1:79 ack 1
  0.0001 > P. 1:61 ack 79
  0.0500 < .  ack 61
  4.0000 < P. 79:157 ack 61
  4.0001 > P. 61:121 ack 157
  4.0500 < .  ack 121
  8.0000 < P. 157:235 ack 121
  8.0001 > P. 121:181 ack 235
  8.0500 < .  ack 181
)";
TcpEnds other_flow() {
  TcpEnds ends;
  ends.b_port = 50499;
  return ends;
}
Report beside_others(const std::string& lines) {
  return analyze(merged({script({}, lines), script(other_flow(), kGoesOn)}));
}

TEST(TooFewTries, OfALargePacketAreAQuestion) {
  const Report report = beside_others(R"(
    0.5000 > .  1:1369 ack 1
    6.9000 > .  1:1369 ack 1
  )");
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline,
              AllOf(HasSubstr("Packets of 1420 bytes from 10.9.0.2 to 10.9.0.1"),
                    HasSubstr("others of up to 112 arrived"), HasSubstr("too few tries")));
}

TEST(TooFewTries, OfSeveralConnectionsAreNoRandomLoss) {
  std::vector<Packets> all{script(other_flow(), kGoesOn)};
  TcpEnds ends;
  for (int64_t k = 0; k < 8; ++k) {
    ++ends.a_port;
    all.push_back(shifted(script(ends, R"(
      0.5000 > .  1:1369 ack 1
      0.9000 > .  1:1369 ack 1
      1.0000 < R. 1:1 ack 1
    )"),
                          Duration::milliseconds(100 * k)));
  }
  const Report report = analyze(merged(all));
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("sent again on 8 connections"));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr);
}

TEST(TooFewTries, AreNoneOnceSuchASizeArrived) {
  const std::string arrived = R"(
    0.0000 > .  1:1369 ack 1
    0.0500 < .  ack 1369
  )";
  EXPECT_EQ(beside_others(arrived + R"(
    0.5000 > .  1369:2737 ack 1
    6.9000 > .  1369:2737 ack 1
  )")
                .status,
            Status::kOk);
  EXPECT_EQ(beside_others(R"(
    0.5000 > .  1:1369 ack 1
    6.9000 > .  1:1369 ack 1
    6.9500 < .  ack 1369
  )")
                .status,
            Status::kOk);
}

TEST(TooFewTries, AreNoneOfASmallPacketNorWithoutATimeout) {
  EXPECT_EQ(beside_others(R"(
    0.5000 > .  1:501 ack 1
    6.9000 > .  1:501 ack 1
  )")
                .status,
            Status::kOk);
  EXPECT_EQ(beside_others(R"(
    8.0000 > .  1:1369 ack 1
    8.0600 > .  1:1369 ack 1
  )")
                .status,
            Status::kOk);
}

TEST(TooFewTries, AreNoneWhereTheOtherDirectionWasNotCaptured) {
  const Report report = analyze(one_direction(script({}, R"(
    0.5000 > .  1:1369 ack 1
    6.9000 > .  1:1369 ack 1
  )"),
                                              true));
  EXPECT_THAT(report.headline, Not(HasSubstr("too few tries")));
}

}  // namespace
}  // namespace mtuscope
