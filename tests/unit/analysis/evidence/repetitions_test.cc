#include "analysis/evidence/repetitions.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/support/tcp_script.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope::build {
namespace {

// How many packets had to be sent again (the SYN-ACK is one of all), as the finding says; "" when
// none.
std::string lost(const std::string& lines) {
  const Report report = analyze(script({}, lines));
  const Finding* f = find(report, FindingKind::kRandomLoss);
  return f == nullptr ? "" : f->explanation.substr(0, f->explanation.find(" from"));
}

// ---- Captured at the sender. The first packet is overtaken by the others, and repeated.

const std::string kRepeated = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1010 > .  1369:2737 ack 79
  0.1020 > .  2737:4105 ack 79
  0.1510 < .  ack 1 sack 1369:2737
  0.1520 < .  ack 1 sack 1369:4105
  0.1530 > .  1:1369 ack 79
)";

TEST(Repetitions, AreLossesWhereNothingSaysOtherwise) {
  EXPECT_EQ(lost(kRepeated + "0.2030 < .  ack 4105 echo 0.153"), "1 of 5 packets");
}

TEST(Repetitions, ADuplicateSackTakesTheLossBack) {
  EXPECT_EQ(lost(kRepeated + R"(
    0.2030 < .  ack 4105 echo 0.153
    0.2040 < .  ack 4105 sack 1:1369
  )"),
            "");
}

TEST(Repetitions, EachOfSeveralIsTakenBackByItsOwnDuplicateSack) {
  const std::string three = kOpened + R"(
    0.1000 > P. 1:401 ack 79
    0.1100 > P. 401:801 ack 79
    0.1200 > P. 801:1201 ack 79
    0.1300 > P. 1201:1601 ack 79
    0.1800 < .  ack 1 sack 1201:1601
    0.1810 > P. 1:401 ack 79
    0.1820 > P. 401:801 ack 79
    0.1830 > P. 801:1201 ack 79
    0.2310 < .  ack 1601 echo 0.181
    0.2320 < .  ack 1601 sack 401:801
    0.2330 < .  ack 1601 sack 801:1201
  )";
  EXPECT_EQ(lost(three), "1 of 8 packets");
  EXPECT_EQ(lost(three + "0.2340 < .  ack 1601 sack 1:401"), "");
}

TEST(Repetitions, OfSeveralOnePacketLessWasLostForEachDuplicateSack) {
  EXPECT_EQ(lost(kOpened + R"(
    0.1000 > P. 1:401 ack 79
    0.4000 > P. 1:401 ack 79
    1.0000 > P. 1:401 ack 79
    1.0510 < .  ack 401 echo 0.4 sack 1:401
  )"),
            "1 of 4 packets");
}

// RFC 3522: the echoed timestamp is the one of the first sending.
TEST(Repetitions, AnEchoOfTheFirstSendingTakesTheLossBack) {
  EXPECT_EQ(lost(kRepeated + "0.2030 < .  ack 4105 echo 0.1"), "");
}

TEST(Repetitions, AnEchoThatIsOfNoSendingSaysNothing) {
  EXPECT_EQ(lost(kRepeated + "0.2030 < .  ack 4105 echo 0.09"), "1 of 5 packets");
}

// ---- Captured behind the loss: the packet comes later than its successors.

const std::string kMissing = kOpened + R"(
  0.1010 > .  1369:2737 ack 79
  0.1011 < .  ack 1 sack 1369:2737
)";

TEST(Repetitions, APacketThatIsOlderThanWhatOvertookItWasNotLost) {
  EXPECT_EQ(lost(kMissing + R"(
    0.2030 > .  1:1369 ack 79 stamp 0.1
    0.2031 < .  ack 2737
  )"),
            "");
}

TEST(Repetitions, APacketThatIsNewerThanWhatCameBeforeItWasSentAgain) {
  EXPECT_EQ(lost(kMissing + R"(
    0.2030 > .  1:1369 ack 79 stamp 0.153
    0.2031 < .  ack 2737
  )"),
            "1 of 4 packets");
}

TEST(Repetitions, AnOriginalThatComesAfterItsRepetitionWasNotLost) {
  EXPECT_EQ(lost(kMissing + R"(
    0.2030 > .  1:1369 ack 79 stamp 0.153
    0.2031 < .  ack 2737
    0.2060 > .  1:1369 ack 79 stamp 0.1
    0.2061 < .  ack 2737 sack 1:1369
  )"),
            "");
}

}  // namespace
}  // namespace mtuscope::build
