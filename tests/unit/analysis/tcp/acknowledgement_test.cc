#include "analysis/tcp/acknowledgement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

// ---- Windows (RFC 7323 2.2). All of them have the field 500 here.

std::string opened_by(const std::string& handshake) {
  return handshake + R"(
    0.0501 < .  1:1 ack 1
    0.0502 < P. 1:79 ack 1
    0.0503 > .  1:1 ack 79
  )";
}
const std::string kIncidentAfterwards = kAnswer + kSelectivelyAcknowledged + kStuck;

TEST(Window, MayBeScaledWhereASynWasNotCaptured) {
  for (const char* handshake : {"0.0000 < S", "0.0001 > S. ack 1", ""}) {
    EXPECT_THAT(judged(opened_by(handshake) + kIncidentAfterwards), HasSubstr("[284, 1420)"))
        << handshake;
  }
}

TEST(Window, IsNotScaledWhereOneOfTheSynsDoesNotOfferIt) {
  for (const char* handshake : {"0.0000 < S noopt", "0.0000 < S noopt\n0.0001 > S. ack 1",
                                "0.0000 < S\n0.0001 > S. ack 1 noopt"}) {
    EXPECT_EQ(judged(opened_by(handshake) + kIncidentAfterwards), "") << handshake;
  }
}

// ---- Which sending arrived, where the capture missed some

const std::string kFirstStuck = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1001 > .  1369:2737 ack 79
  0.3100 > .  1:1369 ack 79
  0.7300 > .  1:1369 ack 79
  1.5700 > .  1:1369 ack 79
  3.2500 > .  1:513 ack 79
)";

TEST(Acknowledgement, OfALargePacketMuchLaterIsThatOfARepetitionThatWasNotCaptured) {
  // 513:1369 went out again too, and was not captured.
  EXPECT_THAT(judged(kFirstStuck + R"(
    3.3000 < .  ack 513
    3.3001 < .  ack 1369
  )"),
              HasSubstr("[564, 1420)"));
}

TEST(Acknowledgement, OfWhatWasNeverNamedBehindAHoleIsThatOfARepetitionToo) {
  // 1369:2737 went out again in smaller packets, which were not captured.
  const std::string lines = kFirstStuck + R"(
    3.2501 > .  513:1369 ack 79
    3.3000 < .  ack 1369
    3.6000 < .  ack 2737
  )";
  EXPECT_THAT(judged(lines), HasSubstr("1420) at the sender"));
  EXPECT_THAT(found(analyze(script({}, lines)), FindingKind::kRandomLoss),
              testing::Not(HasSubstr("confirmed")));
}

TEST(Acknowledgement, SoonAfterARepetitionIsItsOwn) {
  EXPECT_EQ(judged(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.3100 > .  1:1369 ack 79
    0.7300 > .  1:1369 ack 79
    1.5700 > .  1:1369 ack 79
    1.6200 < .  ack 1369
    1.7000 > P. 1369:1401 ack 79
    1.7500 < .  ack 1401
  )"),
            "");
}

}  // namespace
}  // namespace mtuscope
