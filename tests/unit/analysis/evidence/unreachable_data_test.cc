#include "analysis/evidence/unreachable_data.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr uint8_t kHostUnreachable = 1, kProhibited = 13;

// One millisecond after each of these packets of a, a router says this about it.
Packets said_about(const Packets& packets, uint8_t code, const std::vector<size_t>& which,
                   const std::string& reporter = "10.9.0.254") {
  Packets said;
  for (const size_t i : which) {
    CapturedPacket& out = said.emplace_back();
    out.time = packets[i].time + Duration::milliseconds(1);
    out.bytes = icmp({.src = reporter, .dst = "10.9.0.2", .id = static_cast<uint16_t>(7000 + i)}, 3,
                     code, 0, packets[i].bytes);
    out.original_bytes = static_cast<uint32_t>(out.bytes.size());
  }
  return said;
}

std::string outages(const Report& report) { return found(report, FindingKind::kPathOutage); }
std::string refusals(const Report& report) { return found(report, FindingKind::kDataUndelivered); }

// Packet 5 is 114 bytes, 6 the large one, 7 is 232; 10 to 15 repeat the large one.
const Packets& incident() {
  static const Packets packets = script({}, kIncident);
  return packets;
}
const std::vector<size_t> kLargeOnes{6, 10, 11, 12, 13, 14, 15};

// Then an answer as large as what arrived before, which is all that is tried.
const std::string kStopsHalfway = kOpened + R"(
  0.1000 > .  1:1369 ack 79
  0.1500 < .  ack 1369
  0.2000 > .  1369:2737 ack 79
  0.4500 > .  1369:2737 ack 79
  0.9500 > .  1369:2737 ack 79
  1.9500 > .  1369:2737 ack 79
  3.9500 > .  1369:2737 ack 79
)";

TEST(UnreachableData, AFilterThatRefusesLargePacketsIsNamedBesideTheBlackHole) {
  const Report report =
      analyze(merged({incident(), said_about(incident(), kProhibited, kLargeOnes)}));
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
  const Finding& f = *find(report, FindingKind::kPmtuBlackhole);
  EXPECT_THAT(f.explanation, HasSubstr("10.9.0.254 says administratively prohibited"));
  EXPECT_THAT(
      f.evidence_for,
      Contains("10.9.0.254 says administratively prohibited (ICMP type 3 code 13), 7 times, "
               "about packets of 1420 bytes (frame 9): a filter refuses them"));
  EXPECT_THAT(f.frames, Contains(FrameNumber{9}));
}

TEST(UnreachableData, WhereNoWayIsFoundTheSizeIsInDoubt) {
  const Report report =
      analyze(merged({incident(), said_about(incident(), kHostUnreachable, kLargeOnes)}));
  EXPECT_EQ(black_holes(report), "suspected 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
  EXPECT_THAT(find(report, FindingKind::kPmtuBlackhole)->evidence_against,
              Contains(HasSubstr("then their size is not the reason")));
}

TEST(UnreachableData, ARuleThatRefusesSmallerOnesTooIsNoLimit) {
  const Report report =
      analyze(merged({incident(), said_about(incident(), kProhibited, {5, 6, 10, 11, 12})}));
  EXPECT_EQ(black_holes(report), "suspected 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
}

TEST(UnreachableData, WhatStopsWithNoWayFoundIsAnOutage) {
  const Packets stops = script({}, kStopsHalfway);
  EXPECT_EQ(outages(analyze(stops)), "") << "alone it may be a path that shrank";
  const Report report =
      analyze(merged({stops, said_about(stops, kHostUnreachable, {7, 8, 9, 10})}));
  EXPECT_THAT(outages(report), HasSubstr("10.9.0.2 -> 10.9.0.1"));
  EXPECT_EQ(report.status, Status::kProblem);
  const Finding& f = *find(report, FindingKind::kPathOutage);
  EXPECT_THAT(f.explanation, HasSubstr("10.9.0.254 says host unreachable"));
  EXPECT_THAT(f.evidence_against, Contains(HasSubstr("had 1420 bytes or more")));
}

TEST(UnreachableData, OneOrTwoMessagesMayBeAFailover) {
  const Packets stops = script({}, kStopsHalfway);
  const Report report = analyze(merged({stops, said_about(stops, kHostUnreachable, {7, 8})}));
  EXPECT_EQ(outages(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
}

TEST(UnreachableData, WhatStopsAtAFilterIsRefused) {
  const Packets stops = script({}, kStopsHalfway);
  const Report report = analyze(merged({stops, said_about(stops, kProhibited, {7, 8, 9})}));
  EXPECT_THAT(refusals(report), HasSubstr("10.9.0.2 -> 10.9.0.1"));
  EXPECT_THAT(find(report, FindingKind::kDataUndelivered)->explanation,
              HasSubstr("is refused on the way: 10.9.0.254 says administratively prohibited"));
}

TEST(UnreachableData, CapturedTwiceItCountsOnce) {
  const Packets all = captured_twice(
      merged({incident(), said_about(incident(), kProhibited, kLargeOnes)}), Duration{20'000});
  EXPECT_THAT(find(analyze(all), FindingKind::kPmtuBlackhole)->explanation, HasSubstr("7 times"));
}

// ---- what says nothing

TEST(UnreachableData, AboutBytesThatHadArrivedItSaysNothing) {
  const Packets fine = script({}, kOpened + R"(
    0.1000 > .  1:1369 ack 79
    0.1500 < .  ack 1369
    0.2000 > .  1369:2737 ack 79
    0.2500 < .  ack 2737
  )");
  Packets late = said_about(fine, kProhibited, {5, 5, 5});
  for (CapturedPacket& p : late) p.time = at(0.3);
  const Report report = analyze(merged({fine, late}));
  EXPECT_EQ(report.status, Status::kOk);
  EXPECT_EQ(refusals(report), "");
}

TEST(UnreachableData, AboutBytesThatWereNeverSentItSaysNothing) {
  const Packets others = script({.a_isn = 777'777}, kIncident);
  const Report report =
      analyze(merged({incident(), said_about(others, kHostUnreachable, kLargeOnes)}));
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
}

TEST(UnreachableData, WhatWasSaidBeforeIsNoReasonForWhatFailsLater) {
  const Packets early = script({}, kOpened + R"(
    0.0600 > P. 1:115 ack 79
    0.1100 < .  ack 115
  )");
  const Packets later =
      shifted(script({.b_port = 50499}, kIncident), Duration::milliseconds(60'000));
  const Report report =
      analyze(merged({early, said_about(early, kHostUnreachable, {5, 5, 5}), later}));
  EXPECT_EQ(black_holes(report), "confirmed 10.9.0.2 -> 10.9.0.1 [284, 1420) at the sender");
  EXPECT_THAT(find(report, FindingKind::kPmtuBlackhole)->evidence_against, IsEmpty());
}

TEST(UnreachableData, APortUnreachableOfADatagramIsNotAboutTheConnection) {
  Packets all = incident();
  CapturedPacket& other = all.emplace_back();
  other.time = at(8);
  other.bytes = icmp({.src = "10.9.0.254", .dst = "10.9.0.2"}, 3, 3, 0,
                     udp({.src = "10.9.0.2", .dst = "10.9.0.1"},
                         {.src_port = 4096, .dst_port = 50498, .payload = Bytes(100)}));
  other.original_bytes = static_cast<uint32_t>(other.bytes.size());
  EXPECT_THAT(find(analyze(all), FindingKind::kPmtuBlackhole)->explanation,
              Not(HasSubstr("unreachable")));
}

const Finding* question_of(const Report& report) {
  const auto at = std::ranges::find_if(report.findings, &Finding::open_question);
  return at == report.findings.end() ? nullptr : &*at;
}

// A moment's failover says it once; but it belongs to what is not known.
TEST(UnreachableData, OneMessageStandsBesideTheQuestionThatItDoesNotDecide) {
  const Packets stops = script({}, kStopsHalfway);
  const Report report = analyze(merged({stops, said_about(stops, kHostUnreachable, {8})}));
  EXPECT_EQ(outages(report), "");
  EXPECT_EQ(report.status, Status::kInconclusive);
  ASSERT_NE(question_of(report), nullptr);
  EXPECT_THAT(question_of(report)->evidence_for,
              Contains(HasSubstr("10.9.0.254 says host unreachable")));
}

TEST(UnreachableData, WhatWasSaidBeforeOtherPacketsArrivedDoesNot) {
  const Packets stops = script({}, kStopsHalfway);
  TcpEnds again;
  again.b_port = 50500;
  const Report report =
      analyze(merged({said_about(stops, kHostUnreachable, {5}),
                      script({}, kOpened + "0.1000 > . 1:1369 ack 79\n0.3000 < . ack 1369"),
                      shifted(script(again, kStopsHalfway), Duration::milliseconds(60'000))}));
  ASSERT_NE(question_of(report), nullptr);
  EXPECT_THAT(question_of(report)->evidence_for, Not(Contains(HasSubstr("host unreachable"))));
}

}  // namespace
}  // namespace mtuscope
