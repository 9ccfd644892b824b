#include "analysis/judges/observations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

Path path_between_hosts() {
  Path path;
  path.low = *IpAddress::parse("10.9.0.1");
  path.high = *IpAddress::parse("10.9.0.2");
  path.flows = 1;
  return path;
}

// ---- not-tested

TEST(NotTested, NamesTheLargestSizeThatWasSent) {
  Path path = path_between_hosts();
  EXPECT_FALSE(not_tested(path, 0)) << "nothing was sent";
  path.directions[0].sizes.sent(IpSize{284});
  EXPECT_THAT(not_tested(path, 0)->explanation, HasSubstr("larger than 284 bytes"));
}

TEST(NotTested, TellsWhatWasSentAndNeverArrived) {
  const Report report = analyze(script({}, kOpened + R"(
    0.1000 > P. 1:115 ack 79
    0.1500 < .  ack 115
    0.2000 > P. 115:515 ack 79
  )"));
  for (const Finding& f : report.findings) {
    if (f.kind != FindingKind::kNotTested || to_string(*f.src) != "10.9.0.2") continue;
    EXPECT_THAT(f.explanation, HasSubstr("Nothing larger than 452 bytes was sent"));
    EXPECT_THAT(f.explanation, HasSubstr("nothing larger than 166 is known to have arrived"));
    return;
  }
  FAIL();
}

// ---- unanswered requests

// Captured at the client: the request leaves at once, all else takes an RTT.
const std::string kAskedAtClient = R"(
  0.0000 < S
  0.0500 > S. ack 1
  0.0501 < .  ack 1
  0.0502 < P. 1:79 ack 1
  0.1003 > .  ack 79
)";

TEST(Unanswered, ARequestThatWasAcknowledgedAndNeverAnsweredIsAnOpenQuestion) {
  const Report report = analyze(script({}, kAskedAtClient));
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("slow server"));
}

TEST(Unanswered, AShortRequestIsARequestToo) {
  EXPECT_EQ(analyze(script({.timestamps = false, .sack = false}, kAskedAtClient)).status,
            Status::kInconclusive);
}

TEST(Unanswered, AtTheServerItIsCertainThatNothingWasSent) {
  EXPECT_EQ(analyze(script({}, kOpened)).status, Status::kOk);
}

TEST(Unanswered, AShortAnswerIsAnAnswer) {
  EXPECT_EQ(analyze(script({}, kOpened + R"(
    0.1000 > P. 1:11 ack 79
    0.1500 < .  ack 11
  )"))
                .status,
            Status::kOk);
}

TEST(Unanswered, AGreetingOfTheServerNeedsNoAnswer) {
  // SSH and SMTP speak first, and the client has hung up.
  EXPECT_EQ(analyze(script({}, R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1
    0.0600 > P. 1:201 ack 1
    0.1100 < .  ack 201
    0.2000 < F. 1:1 ack 201
    0.2001 > F. 201:201 ack 2
    0.2501 < .  ack 202
  )"))
                .status,
            Status::kOk);
}

TEST(Unanswered, ALongAnswerToAShortRequestNeedsNoAnswerItself) {
  // A request below the size of headers with options, as a database client sends them.
  EXPECT_EQ(analyze(script({.timestamps = false}, R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < P. 1:31 ack 1
    0.0600 > P. 1:301 ack 31
    0.1100 < .  ack 301
  )"))
                .status,
            Status::kOk);
}

TEST(Unanswered, AnAnswerMergedByOffloadIsAnAnswer) {
  EXPECT_EQ(analyze(script({}, kOpened + R"(
    0.1000 > .  1:5001 ack 79
    0.1500 < .  ack 5001
  )"))
                .status,
            Status::kOk);
}

// ---- capture-quality

TEST(CaptureQuality, SaysNothingAboutACleanCapture) {
  EXPECT_FALSE(capture_quality({}, 0, {SourceInfo{.path = "x.pcap"}}));
}

TEST(CaptureQuality, NamesEveryLimit) {
  CaptureQuality quality;
  quality.duplicates = 3;
  quality.offloaded_packets = 4;
  quality.unseen_acked_bytes = 1368;
  SourceInfo source{.path = "x.pcap"};
  source.truncated = true;
  source.damage = "cut at byte 99";
  source.dropped = 17;
  const auto f = capture_quality(quality, 100, {source});
  ASSERT_TRUE(f);
  for (const char* part : {"cut at byte 99", "17", "1368", "offload", "twice"})
    EXPECT_THAT(f->explanation, HasSubstr(part));
}

std::string limits_of(const CaptureQuality& quality, uint64_t decoded) {
  const auto f = capture_quality(quality, decoded, {SourceInfo{.path = "x.pcap"}});
  if (!f) return "";
  std::string all = f->explanation;
  for (const std::string& e : f->evidence_for) all += "\n" + e;
  return all;
}

TEST(CaptureQuality, NamesALinkTypeThatIsNotKnownWithItsNumberAndWhatToDo) {
  CaptureQuality quality;
  quality.unread_link_types = {{109, 1}, {65000, 40}};
  quality.undecoded[static_cast<size_t>(Undecoded::kLinkType)] = 41;
  const std::string all = limits_of(quality, 100'000);
  EXPECT_THAT(all, HasSubstr("1 packet of link type ENC (109)"));
  EXPECT_THAT(all, HasSubstr("40 packets of link type 65000"));
  EXPECT_THAT(all, HasSubstr("tcpdump -i any"));
}

TEST(CaptureQuality, AFewMalformedPacketsAreNotWorthSaying) {
  CaptureQuality quality;
  quality.undecoded[static_cast<size_t>(Undecoded::kIpBad)] = 16;
  quality.undecoded[static_cast<size_t>(Undecoded::kNotIp)] = 16;
  EXPECT_THAT(limits_of(quality, 32), HasSubstr("16 of 64 packets were not read: malformed IP"));
  EXPECT_EQ(limits_of(quality, 10'000), "");
}

}  // namespace
}  // namespace mtuscope
