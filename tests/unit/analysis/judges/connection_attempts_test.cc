// SYNs that open no connection. b (10.9.0.1) is the client, a (10.9.0.2) the server.

#include "analysis/judges/connection_attempts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

std::string refusals(const Report& report) {
  return found(report, FindingKind::kConnectionRefused);
}
std::string unanswered_syns(const Report& report) {
  return found(report, FindingKind::kSynUnanswered);
}

TcpEnds client_port(uint16_t port) { return {.b_port = port}; }

// An ICMP message about the SYN that `packets` begins with.
CapturedPacket icmp_about(const Packets& packets, double seconds, uint8_t type, uint8_t code,
                          const std::string& from = "10.9.0.254") {
  CapturedPacket out{.time = at(seconds)};
  const Bytes& syn = packets.front().bytes;
  const bool v6 = syn[0] >> 4 == 6;
  out.bytes = icmp({.src = from, .dst = v6 ? "fd09::1" : "10.9.0.1"}, type, code, 0, syn);
  out.original_bytes = static_cast<uint32_t>(out.bytes.size());
  return out;
}

constexpr std::string_view kRefused = R"(
  0.000 < S
  0.050 > R. ack 1
)";

TEST(ConnectionRefused, AResetThatAcknowledgesTheSynIsARefusal) {
  const Report report = analyze(script({}, kRefused));
  EXPECT_EQ(refusals(report), "confirmed 10.9.0.1 -> 10.9.0.2 [?, ?) at the unknown");
  const Finding& f = *find(report, FindingKind::kConnectionRefused);
  EXPECT_EQ(f.severity, Severity::kInfo);
  EXPECT_EQ(f.flow_count, 1u);
  EXPECT_EQ(f.frames, (std::vector<FrameNumber>{{1}, {2}}));
  EXPECT_THAT(f.explanation, HasSubstr("port 4096 was refused: by RST from 10.9.0.2"));
  EXPECT_THAT(report.headline, HasSubstr("refused")) << "nothing else is to be said";
  EXPECT_EQ(report.status, Status::kOk);
}

TEST(ConnectionRefused, OverIPv6TheSame) {
  EXPECT_EQ(refusals(analyze(script({.a = "fd09::2", .b = "fd09::1"}, kRefused))),
            "confirmed fd09::1 -> fd09::2 [?, ?) at the unknown");
}

TEST(ConnectionRefused, RepeatedSynsThatAreEachResetAreOneAttempt) {
  const Report report = analyze(script({}, R"(
    0.000 < S
    0.050 > R. ack 1
    0.550 < S
    0.600 > R. ack 1
    1.100 < S
    1.150 > R. ack 1
  )"));
  EXPECT_EQ(find(report, FindingKind::kConnectionRefused)->flow_count, 1u);
  EXPECT_EQ(unanswered_syns(report), "");
}

TEST(ConnectionRefused, AServiceThatWasStartedLaterIsSaidToAccept) {
  const Report report =
      analyze(merged({script(client_port(1001), kRefused),
                      shifted(script(client_port(1002), kRefused), Duration::milliseconds(500)),
                      shifted(script(client_port(1003), kOpened), Duration::milliseconds(2000))}));
  const Finding* const f = find(report, FindingKind::kConnectionRefused);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("2 connection attempts"));
  EXPECT_THAT(f->explanation, HasSubstr("1 other was later accepted"));
}

TEST(ConnectionRefused, ServicesThatWorkAreNotMentioned) {
  TcpEnds other = client_port(1003);
  other.a_port = 80;
  const Report report =
      analyze(merged({script(client_port(1001), kRefused), script(other, kOpened)}));
  EXPECT_EQ(find(report, FindingKind::kConnectionRefused)->explanation,
            "1 connection attempt from 10.9.0.1 to 10.9.0.2 port 4096 was refused: by RST from "
            "10.9.0.2.");
}

TEST(ConnectionRefused, AScanOfManyPortsIsOneFinding) {
  std::vector<Packets> attempts;
  for (uint16_t port = 1; port <= 100; ++port) {
    TcpEnds ends = client_port(static_cast<uint16_t>(20'000 + port));
    ends.a_port = port;
    attempts.push_back(shifted(script(ends, kRefused), Duration::milliseconds(int64_t{port} * 10)));
  }
  const Report report = analyze(merged(std::move(attempts)));
  const Finding* const f = find(report, FindingKind::kConnectionRefused);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("100 connection attempts"));
  EXPECT_THAT(f->explanation, HasSubstr("on 100 ports"));
  EXPECT_EQ(f->evidence_for.back(), "... and 92 more ports");
}

TEST(ConnectionRefused, IcmpSaysWhoAndWhy) {
  const Packets syn = script({}, "0.0 < S");
  const auto explained = [&](uint8_t code) {
    const Report report = analyze(merged({syn, {icmp_about(syn, 0.01, 3, code)}}));
    const Finding* const f = find(report, FindingKind::kConnectionRefused);
    return f == nullptr ? "nothing" : f->explanation;
  };
  EXPECT_THAT(explained(3), HasSubstr("10.9.0.254 says port unreachable (ICMP type 3 code 3)"));
  EXPECT_THAT(explained(13), HasSubstr("administratively prohibited"));
  EXPECT_THAT(explained(1), HasSubstr("host unreachable")) << "one message is no dead host yet";
  EXPECT_EQ(explained(4), "nothing") << "a PTB";
}

TEST(ConnectionRefused, Icmpv6SaysWhoAndWhy) {
  const Packets syn = script({.a = "fd09::2", .b = "fd09::1"}, "0.0 < S");
  const Report report = analyze(merged({syn, {icmp_about(syn, 0.01, 1, 1, "fd09::fe")}}));
  EXPECT_THAT(find(report, FindingKind::kConnectionRefused)->explanation,
              HasSubstr("fd09::fe says administratively prohibited (ICMPv6 type 1 code 1)"));
}

// ---- what only looks like it

TEST(ConnectionRefused, AResetAfterTheSynWasAnsweredIsNone) {
  EXPECT_EQ(refusals(analyze(script({}, R"(
    0.000 < S
    0.050 > S. ack 1
    0.100 < R
  )"))),
            "")
      << "a scanner asks who is there, and hangs up";
  EXPECT_EQ(refusals(analyze(script({}, kOpened + "0.2000 > R. ack 79"))), "");
}

TEST(ConnectionRefused, AResetToDataIsNoneEvenWhereTheSynAckWasNotCaptured) {
  EXPECT_EQ(refusals(analyze(script({}, R"(
    0.000 < S
    0.100 < .  ack 1
    0.101 < P. 1:79 ack 1
    0.200 > R. ack 79
  )"))),
            "");
  EXPECT_EQ(refusals(analyze(script({}, R"(
    0.000 < S
    0.100 < .  ack 1
    9.200 > R. ack 1
  )"))),
            "")
      << "the client has acknowledged a SYN-ACK, so there was one";
}

TEST(ConnectionRefused, AResetWithoutItsSynProvesNothing) {
  EXPECT_EQ(refusals(analyze(script({}, "0.0 > R. ack 1"))), "");
}

TEST(ConnectionRefused, AResetThatAcknowledgesSomethingElseIsNone) {
  // RFC 9293 3.10.7.3: the client drops it, or it is of an older connection.
  EXPECT_EQ(refusals(analyze(script({}, R"(
    0.000 < S
    0.050 > R. ack 5000
  )"))),
            "");
  EXPECT_EQ(refusals(analyze(script({}, R"(
    0.000 < S
    0.050 > R
  )"))),
            "");
}

TEST(ConnectionRefused, AChallengeAckIsNone) {
  // RFC 5961 4: the server still knows an older connection of these ports; the client resets that,
  // and its next SYN is accepted.
  EXPECT_EQ(refusals(analyze(script({}, R"(
    0.000 < S
    0.050 > .  ack 7000
    0.051 < R
    1.000 < S
    1.050 > S. ack 1
    1.100 < .  ack 1
  )"))),
            "");
}

TEST(ConnectionRefused, AnIcmpMessageAboutAnEstablishedConnectionIsNone) {
  const Packets open = script({}, kOpened);
  EXPECT_EQ(refusals(analyze(merged({open, {icmp_about(open, 0.2, 3, 13)}}))), "");
}

TEST(ConnectionRefused, AnIcmpMessageAboutBytesNeverSentIsNone) {
  const Packets syn = script({}, "0.0 < S");
  const Packets other = script({.b_isn = 777'777}, "0.0 < S");
  EXPECT_EQ(refusals(analyze(merged({syn, {icmp_about(other, 0.2, 3, 3)}}))), "");
}

TEST(ConnectionRefused, CapturedTwiceItCountsOnce) {
  const Report report = analyze(captured_twice(script({}, kRefused), Duration{20'000}));
  EXPECT_EQ(find(report, FindingKind::kConnectionRefused)->flow_count, 1u);
}

// ---- syn-unanswered

constexpr std::string_view kSilence = R"(
  0.000 < S
  1.000 < S
  3.000 < S
)";

// The SYNs came another way: whoever sends SYN-ACKs answers, and opens nothing.
TEST(SynUnanswered, SynAcksAloneAreNoAttempt) {
  const Report report = analyze(script({}, R"(
    0.000 > S. ack 1
    1.000 > S. ack 1
    3.000 > S. ack 1
    7.000 > S. ack 1
  )"));
  EXPECT_EQ(unanswered_syns(report), "");
  EXPECT_EQ(report.quality.one_way_flows, 1u);
}

// Where others are answered, three SYNs may be lost by luck, or be answered by what was not
// captured.
TEST(SynUnanswered, OfAServerThatAnswersOthersItMayBeLuck) {
  const Packets answered = script(client_port(2000), R"(
    0.000 < S
    1.000 < S
    1.001 > S. ack 1
    1.050 < .  ack 1
  )");
  const Report report = analyze(merged({script(client_port(3000), kSilence), answered}));
  const Finding* f = find(report, FindingKind::kSynUnanswered);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kSuspected);
  EXPECT_TRUE(f->chance);
}

TEST(SynUnanswered, ThreeSynsWithoutAnswerAreSilence) {
  const Report report = analyze(script({}, kSilence));
  EXPECT_THAT(find(report, FindingKind::kSynUnanswered)->explanation,
              HasSubstr("got no answer to up to 3 SYNs"));
  EXPECT_EQ(find(report, FindingKind::kRandomLoss), nullptr) << "one cause, one finding";
  EXPECT_EQ(report.quality.one_way_flows, 0u) << "the capture is not to blame";
}

TEST(SynUnanswered, WhereTheNetworkSaidWhyItIsNoSilence) {
  const Packets syns = script({}, kSilence);
  const Report report =
      analyze(merged({syns, {icmp_about(syns, 0.1, 3, 1), icmp_about(syns, 1.1, 3, 1)}}));
  const Finding* const f = find(report, FindingKind::kSynUnanswered);
  ASSERT_NE(f, nullptr);
  EXPECT_THAT(f->explanation, HasSubstr("10.9.0.254 says host unreachable"));
  EXPECT_THAT(f->explanation, Not(HasSubstr("no answer")));
}

TEST(SynUnanswered, ThreeMessagesToClientsThatGiveUpAtOnceAreEnough) {
  std::vector<Packets> parts;
  for (uint16_t i = 0; i < 3; ++i) {
    const Packets syn = script(client_port(static_cast<uint16_t>(1000 + i)), "0.0 < S");
    parts.push_back(shifted(syn, Duration::milliseconds(int64_t{i} * 100)));
    parts.push_back({icmp_about(syn, 0.05 + i * 0.1, 3, 0)});
  }
  const Report report = analyze(merged(std::move(parts)));
  EXPECT_THAT(find(report, FindingKind::kSynUnanswered)->explanation,
              HasSubstr("3 connection attempts"));
  EXPECT_EQ(refusals(report), "") << "one cause, one finding";
}

TEST(SynUnanswered, ARefusalThatTheClientDoesNotHeedIsNoSilence) {
  // Windows goes on after "port unreachable".
  const Packets syns = script({}, kSilence);
  const Report report = analyze(merged(
      {syns,
       {icmp_about(syns, 0.1, 3, 3), icmp_about(syns, 1.1, 3, 3), icmp_about(syns, 3.1, 3, 3)}}));
  EXPECT_EQ(unanswered_syns(report), "");
  EXPECT_EQ(find(report, FindingKind::kConnectionRefused)->flow_count, 1u);
}

}  // namespace
}  // namespace mtuscope
