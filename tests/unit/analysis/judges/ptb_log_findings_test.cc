#include "analysis/judges/ptb_log_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"
#include "tests/unit/analysis/ptb_messages.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::Contains;
using testing::HasSubstr;

const Finding* suspect(const Report& report) { return find(report, FindingKind::kPtbSuspect); }

// The last finding that is about a reported MTU and has this kind.
const Finding* unfollowed(const Report& report) {
  for (const Finding& f : report.findings) {
    if (f.kind == FindingKind::kNotTested && f.pmtu) return &f;
  }
  return nullptr;
}

// A flow that is fine, with 1:1483 delivered and 1483:2851 in flight at 0.2.
const std::string kFine = kOpened + R"(
  0.1000 > P. 1:115 ack 79
  0.1001 > .  115:1483 ack 79
  0.1500 < .  ack 1483
  0.1990 > .  1483:2851 ack 79
  0.2490 < .  ack 2851
)";

// ---- ptb-suspect: its reasons

struct Bogus {
  const char* name;
  Message message;
  const char* reason;
};

class Suspect : public testing::TestWithParam<Bogus> {};

TEST_P(Suspect, IsNamedWithItsReason) {
  const Report report = with_ptbs(kFine, {GetParam().message});
  const Finding* f = suspect(report);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->severity, Severity::kWarning);
  EXPECT_THAT(f->explanation, HasSubstr(GetParam().reason));
  EXPECT_EQ(to_string(*f->reporter), "10.9.0.254");
  EXPECT_EQ(to_string(*f->src), "10.9.0.2");
  EXPECT_EQ(to_string(*f->dst), "10.9.0.1");
  EXPECT_FALSE(f->pmtu) << "it is not believed";
  EXPECT_EQ(find(report, FindingKind::kPmtudWorking), nullptr);
  EXPECT_EQ(find(report, FindingKind::kPtbIgnored), nullptr);
}

INSTANTIATE_TEST_SUITE_P(
    Ptb, Suspect,
    testing::Values(
        Bogus{"no_mtu", {.at = 0.2, .mtu = 0, .seq = 1483}, "an MTU of 0, as routers older than"},
        Bogus{"too_small", {.at = 0.2, .mtu = 67, .seq = 1483}, "below the 68 bytes"},
        Bogus{"not_smaller", {.at = 0.2, .mtu = 1420, .seq = 1483}, "not smaller than the packet"},
        Bogus{"never_sent", {.at = 0.2, .seq = 900'000}, "quotes bytes that the flow never sent"},
        Bogus{"elsewhere", {.at = 0.2, .seq = 1483, .to = "10.9.0.77"}, "was sent to 10.9.0.77"}),
    [](const auto& bogus) { return bogus.param.name; });

TEST(Suspect, AnIPv6MtuBelow1280IsDiscardedByTheSender) {
  TcpEnds ends;
  ends.a = "fd09::2";
  ends.b = "fd09::1";
  const Report report = with_ptbs(kFine,
                                  {{.at = 0.2,
                                    .mtu = 1279,
                                    .seq = 1483,
                                    .quoted = 1440,
                                    .reporter = "fd09::fe",
                                    .quote = ends}},
                                  ends);
  ASSERT_NE(suspect(report), nullptr);
  EXPECT_THAT(suspect(report)->explanation, HasSubstr("below the 1280 bytes"));
  EXPECT_THAT(suspect(report)->evidence_for, Contains(HasSubstr("RFC 8201")));
}

// ---- What only looks like one

TEST(NoSuspect, AboutPacketsThatWereSentBeforeTheCaptureBegan) {
  // Joined in the middle: what lies behind and before is not known.
  const Report report = with_ptbs(R"(
    0.1000 > .  115:1483 ack 79
    0.1500 < .  ack 1483
    0.1990 > .  1483:2851 ack 79
    0.2490 < .  ack 2851
  )",
                                  {{.at = 0.1001, .seq = 1}, {.at = 0.2, .seq = 900'000}});
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
}

TEST(NoSuspect, AboutBytesThatTheCaptureMissed) {
  // 1483:2851 is acknowledged and was never captured, so the capture may have missed more.
  const Report report = with_ptbs(kOpened + R"(
    0.1001 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    0.2490 < .  ack 2737
  )",
                                  {{.at = 0.2, .seq = 2737}});
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
}

TEST(NoSuspect, AboutBytesThatAreCapturedOnlyLater) {
  // Two interfaces, not quite in order.
  const Report report = with_ptbs(kFine, {{.at = 0.1985, .seq = 1483}});
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
}

TEST(NoSuspect, AboutOneOfThePacketsThatOffloadMerged) {
  // The capture shows 2736 bytes of data in one; the wire carried two packets of 1420.
  const Report report = with_ptbs(kOpened + R"(
    0.1001 > .  1:2737 ack 79
    0.1100 > .  1:1349 ack 79
    0.1101 > .  1349:2697 ack 79
    0.1102 > .  2697:2737 ack 79
    0.1600 < .  ack 2737
  )",
                                  {{.at = 0.1050, .seq = 1369}});
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
}

TEST(NoSuspect, OneThatComesAfterTheBytesArrivedIsMerelyLate) {
  const Report report = with_ptbs(kFine, {{.at = 0.2, .seq = 115}});
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
  EXPECT_EQ(found(report, FindingKind::kPtbIgnored), "");
  EXPECT_EQ(found(report, FindingKind::kPmtudWorking), "");
}

TEST(NoSuspect, APacketThatTheRouterMergedIsQuotedAsOne) {
  // GRO in the router: the quote is of 2788 bytes, all of them in flight.
  const Report report = with_ptbs(kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1001 > .  1369:2737 ack 79
    0.1100 > .  1:1349 ack 79
    0.1101 > .  1349:2697 ack 79
    0.1102 > .  2697:2737 ack 79
    0.1600 < .  ack 2737
  )",
                                  {{.at = 0.1050, .seq = 1, .quoted = 2788}});
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
  EXPECT_NE(found(report, FindingKind::kPmtudWorking), "");
}

TEST(NoSuspect, AboutTheLastFlowOfTheSamePorts) {
  const TcpEnds again{.a_isn = 3'000'000, .b_isn = 4'000'000};
  const Report report = analyze(merged({script({}, kFine + "0.2500 < R. 79:79 ack 2851"),
                                        shifted(script(again, kFine), Duration::milliseconds(300)),
                                        {ptb_message({.at = 0.42, .seq = 1483})}}));
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
}

TEST(NoSuspect, AQuoteThatWasCutShortIsStillNamed) {
  const Report report =
      with_ptbs(kFine, {{.at = 0.26, .seq = 1483, .quoted_bytes = 24}});  // half of the 8 bytes
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
  ASSERT_NE(unfollowed(report), nullptr);
  EXPECT_THAT(unfollowed(report)->explanation, HasSubstr("quoted TCP 10.9.0.2 -> 10.9.0.1"));
}

TEST(NoSuspect, EightBytesOfTransportAreEnoughToMatch) {
  // RFC 792 asks for no more.
  const Report report = with_ptbs(kIncident, {{.quoted_bytes = 28}});
  EXPECT_NE(found(report, FindingKind::kPtbIgnored), "");
}

// ---- NAT: the quote names other ports or addresses, the bytes are the flow's

TEST(Nat, TheFlowIsFoundByTheBytesInFlight) {
  TcpEnds outside;  // as the quote has it: the NAT's own address and port
  outside.a = "203.0.113.9";
  outside.a_port = 61000;
  Message m{.at = 0.2, .seq = 1483, .to = "10.9.0.2", .quote = outside};
  const Report report = with_ptbs(kFine, {m});
  ASSERT_NE(suspect(report), nullptr);
  EXPECT_THAT(suspect(report)->explanation, HasSubstr("came from 203.0.113.9"));
  EXPECT_THAT(suspect(report)->evidence_for,
              Contains(HasSubstr("those of 10.9.0.2:4096 -> 10.9.0.1:50498: a NAT changed")));
  EXPECT_EQ(suspect(report)->flow_count, 1u);
}

TEST(Nat, ChangedPortsAloneAreNotSuspect) {
  TcpEnds outside;
  outside.a_port = 61000;
  const Report report = with_ptbs(kFine, {{.at = 0.2, .seq = 1483, .quote = outside}});
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
  ASSERT_NE(unfollowed(report), nullptr);
  EXPECT_THAT(unfollowed(report)->evidence_for, Contains(HasSubstr("a NAT changed the quote")));
}

TEST(Nat, AnUnrelatedFlowIsNotTakenForIt) {
  TcpEnds other;
  other.a = "203.0.113.9";
  other.b = "203.0.113.1";
  const Report report = with_ptbs(kFine, {{.at = 0.2, .seq = 1483, .quote = other}});
  ASSERT_NE(unfollowed(report), nullptr);
  EXPECT_EQ(unfollowed(report)->flow_count, 0u);
}

// ---- Quotes that are no TCP segments

std::string named(const Bytes& about, uint32_t mtu = 1400, const std::string& to = "10.9.0.2") {
  const Report report = analyze(merged({script({}, kFine), {ptb_message(0.2, mtu, to, about)}}));
  EXPECT_EQ(found(report, FindingKind::kPtbSuspect), "");
  EXPECT_EQ(report.status, Status::kOk);
  return unfollowed(report) == nullptr ? "" : unfollowed(report)->explanation;
}

const Ip kFromServer{.src = "10.9.0.2", .dst = "10.9.0.1"};

TEST(Unfollowed, UdpIsNamedWithItsPorts) {
  EXPECT_THAT(named(udp(kFromServer, {.src_port = 40000, .dst_port = 443, .payload = Bytes(1440)})),
              HasSubstr("quoted UDP 10.9.0.2:40000 -> 10.9.0.1:443"));
}

TEST(Unfollowed, AnEchoRequestIsNamed) {
  EXPECT_THAT(named(echo_request(kFromServer, 7, 1, 1472)),
              HasSubstr("quoted ICMP 10.9.0.2 -> 10.9.0.1"));
}

TEST(Unfollowed, ATunnelPacketConcernsThePathBelowTheTunnel) {
  const Bytes outer =
      gre(kFromServer, 0x0800, ip({.src = "10.8.0.1", .dst = "10.8.0.2"}, 6, Bytes(1456)));
  const Report report =
      analyze(merged({script({}, kFine), {ptb_message(0.2, 1400, "10.9.0.2", outer)}}));
  ASSERT_NE(unfollowed(report), nullptr);
  EXPECT_THAT(unfollowed(report)->explanation, HasSubstr("quoted GRE 10.9.0.2 -> 10.9.0.1"));
  EXPECT_THAT(unfollowed(report)->evidence_for, Contains(HasSubstr("below the tunnel")));
}

TEST(Unfollowed, ACaptureOfIcmpAloneSaysWhatWasReported) {
  const Report report =
      analyze({ptb_message(0.2, 1400, "10.9.0.2", udp(kFromServer, {.payload = Bytes(1440)}))});
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_THAT(report.headline, HasSubstr("may have 1400 bytes"));
}

}  // namespace
}  // namespace mtuscope
