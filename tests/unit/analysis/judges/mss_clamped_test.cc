#include "analysis/judges/mss_clamped.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

std::string clamps(const Report& report) { return found(report, FindingKind::kMssClamped); }

// A router's two interfaces: each packet before it and, 50 us later and one hop on, behind it.
// `before` has the MSS of each end as it announces it, `after` as the other end gets it.
Packets both_sides(TcpEnds before, TcpEnds after, const std::string& lines) {
  before.a_ttl = before.b_ttl = 64;
  after.a_ttl = after.b_ttl = 63;
  Packets behind = shifted(script(after, lines), Duration{50'000});
  for (CapturedPacket& p : behind) p.interface = 1;
  return merged({script(before, lines), behind});
}

const TcpEnds kEthernet{.a_mss = 1460, .b_mss = 1460};
TcpEnds with_mss(uint16_t a, uint16_t b) {
  TcpEnds ends = kEthernet;
  ends.a_mss = a;
  ends.b_mss = b;
  return ends;
}

// a's packets are as large as b's MSS allows: 1448 bytes and 52 of headers.
const std::string kFullAnswer = kOpened + R"(
  0.1000 > .  1:1449 ack 79
  0.1001 > .  1449:2897 ack 79
  0.1002 > .  2897:4345 ack 79
  0.1500 < .  ack 4345
)";

TEST(MssClamped, ASynWithTwoValuesIsProof) {
  const Report report = analyze(both_sides(kEthernet, with_mss(1360, 1360), kOpened));
  EXPECT_THAT(clamps(report), HasSubstr("confirmed 10.9.0.1 -> 10.9.0.2"));
  EXPECT_THAT(clamps(report), HasSubstr("confirmed 10.9.0.2 -> 10.9.0.1"));
  const Finding& f = *find(report, FindingKind::kMssClamped);
  EXPECT_EQ(f.severity, Severity::kInfo);
  EXPECT_THAT(f.explanation, HasSubstr("lowered from 1460 to 1360"));
  EXPECT_THAT(f.explanation, HasSubstr("at most 1400 bytes"));
  EXPECT_EQ(f.frames.size(), 2u);
}

TEST(MssClamped, OverIPv6TheSame) {
  TcpEnds before{.a = "fd09::2", .b = "fd09::1", .a_mss = 1440, .b_mss = 1440};
  TcpEnds after = before;
  after.b_mss = 1220;
  const Report report = analyze(both_sides(before, after, kOpened));
  EXPECT_THAT(clamps(report), HasSubstr("confirmed fd09::2 -> fd09::1"));
  EXPECT_THAT(find(report, FindingKind::kMssClamped)->explanation, HasSubstr("at most 1280 bytes"));
}

TEST(MssClamped, InterfacesThatAreNotCapturedInOrderAreToldByTheirTtl) {
  Packets packets = both_sides(kEthernet, with_mss(1460, 1360), kOpened);
  std::swap(packets[0].time, packets[1].time);
  std::swap(packets[0], packets[1]);
  EXPECT_THAT(find(analyze(packets), FindingKind::kMssClamped)->explanation,
              HasSubstr("lowered from 1460 to 1360"));
}

TEST(MssClamped, OneDirectionOnlyIsAWarningWhenTheOtherLosesLargePackets) {
  // Only b's announcement is lowered: a sends 1400 bytes, b sends 1500, which vanish.
  const std::string upload = R"(
    0.0000 < S
    0.0001 > S. ack 1
    0.0501 < .  ack 1
    0.0502 < .  1:1449 ack 1
    0.2600 < .  1:1449 ack 1
    0.6700 < .  1:1449 ack 1
    1.5000 < .  1:1449 ack 1
  )";
  const Report report = analyze(both_sides(kEthernet, with_mss(1460, 1360), upload));
  const Finding* const f = find(report, FindingKind::kMssClamped);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->severity, Severity::kWarning);
  EXPECT_EQ(to_string(*f->src), "10.9.0.1") << "the direction that suffers";
  EXPECT_THAT(f->explanation, HasSubstr("both have to be clamped"));
}

TEST(MssClamped, AHostThatSendsLargerPacketsThanItAnnouncesIsASuspicion) {
  const Report report = analyze(script(with_mss(1360, 1460), kFullAnswer));
  EXPECT_THAT(clamps(report), HasSubstr("suspected 10.9.0.1 -> 10.9.0.2"));
  EXPECT_THAT(find(report, FindingKind::kMssClamped)->explanation,
              HasSubstr("announces an MSS of 1360"));
}

// ---- what only looks like it

TEST(MssClamped, TheSameValueOnBothSidesIsNone) {
  EXPECT_EQ(clamps(analyze(both_sides(kEthernet, kEthernet, kOpened))), "");
}

TEST(MssClamped, ATunnelsOwnMssIsNone) {
  // Both announce 1360, and that is what their interfaces carry.
  EXPECT_EQ(clamps(analyze(script(with_mss(1360, 1360), kFullAnswer))), "");
  EXPECT_EQ(clamps(analyze(script(with_mss(1360, 1460), kIncident))), "")
      << "a narrow host sends nothing larger than it announces";
}

TEST(MssClamped, ASynThatIsSentAgainWithAnotherMssIsNone) {
  const Packets again =
      merged({script(with_mss(1460, 1460), "0.0 < S"), script(with_mss(1460, 1360), "1.0 < S"),
              script(with_mss(1460, 1360), "3.0 < S")});
  EXPECT_EQ(clamps(analyze(again)), "") << "the host itself learnt another MTU";
}

TEST(MssClamped, AnotherConnectionWithAnotherMssIsNone) {
  TcpEnds other = with_mss(1460, 1360);
  other.b_port = 50'499;
  other.b_isn = 77'777;
  EXPECT_EQ(clamps(analyze(merged({script(kEthernet, kOpened), script(other, kOpened)}))), "");
}

TEST(MssClamped, WhatOffloadHasMergedIsNone) {
  // a announces 1360 and sends what it may; the capture behind it shows 1348 and 100 bytes as one.
  const std::string merged_answer = kOpened + R"(
    0.1000 > P. 1:1400 ack 79
    0.1500 < .  ack 1400
    0.2000 > P. 1400:2811 ack 79
    0.2500 < .  ack 2811
    0.3000 > P. 2811:4259 ack 79
    0.3500 < .  ack 4259
  )";
  EXPECT_EQ(clamps(analyze(script(with_mss(1360, 1460), merged_answer))), "");
}

TEST(MssClamped, WithoutHandshakeNothingIsKnown) {
  EXPECT_EQ(clamps(analyze(script(kEthernet, R"(
    0.1000 > .  1:1449 ack 79
    0.1001 > .  1449:2897 ack 79
    0.1002 > .  2897:4345 ack 79
    0.1500 < .  ack 4345
  )"))),
            "");
}

TEST(MssWatch, IsBounded) {
  MssWatch watch;
  for (uint32_t i = 0; i < 100'000; ++i) {
    Packet p;
    p.tcp.flags = tcp_flag::kSyn;
    p.tcp.seq = SeqNumber{i / 2};
    p.tcp.mss = Mss{i % 2 == 0 ? 1460u : 1360u};
    p.src.bytes = {10, 0, static_cast<uint8_t>(i >> 10), static_cast<uint8_t>(i >> 2)};
    watch.add(p);
  }
}

}  // namespace
}  // namespace mtuscope
