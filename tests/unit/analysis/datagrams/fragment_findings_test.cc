#include "analysis/datagrams/fragment_findings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/unit/analysis/datagrams.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

const Cut kV6{.src = "fd09::2", .dst = "fd09::1"};

std::string losses(const Report& report) { return found(report, FindingKind::kFragmentLoss); }
std::string lost(const Packets& packets) { return losses(analyze(packets)); }

Packets with_time_exceeded(const Packets& fragments, const Cut& cut, double late = 30) {
  Packets all = fragments;
  for (const CapturedPacket& p : fragments) {
    // Only first fragments make a receiver say it.
    const bool v6 = p.bytes[0] >> 4 == 6;
    const uint16_t offset = v6 ? static_cast<uint16_t>((p.bytes[42] << 8 | p.bytes[43]) & 0xfff8)
                               : static_cast<uint16_t>((p.bytes[6] << 8 | p.bytes[7]) & 0x1fff);
    if (offset != 0) continue;
    all.push_back(time_exceeded(p, cut, (p.time - kScriptStart).seconds() + late));
  }
  return merged({all});
}

// ---- fragment-loss, seen at the receiver

TEST(FragmentLoss, LaterFragmentsThatNeverArriveAfterTheyDid) {
  const Report report = analyze(merged(
      {datagrams({}, 3, Fate::kWhole), datagrams({}, 12, Fate::kFirstOnly, 10), {ping(60)}}));
  EXPECT_EQ(losses(report), "confirmed 10.9.0.2 -> 10.9.0.1 [?, ?) at the unknown");
  const Finding& f = *find(report, FindingKind::kFragmentLoss);
  EXPECT_EQ(f.severity, Severity::kCritical);
  EXPECT_LT(*f.chance, 0.001);
  EXPECT_THAT(f.explanation, HasSubstr("only the first fragment arrives"));
  EXPECT_EQ(f.frames.front(), FrameNumber{10});
}

TEST(FragmentLoss, BeginningsThatNeverArriveAreTheLargePackets) {
  const Report report =
      analyze(merged({datagrams({.bytes = 1800}, 8, Fate::kFirstMissing), {later(60)}}));
  EXPECT_EQ(losses(report), "confirmed 10.9.0.2 -> 10.9.0.1 [?, ?) at the unknown");
  EXPECT_THAT(find(report, FindingKind::kFragmentLoss)->explanation,
              HasSubstr("1500 bytes as one packet"));
}

TEST(FragmentLoss, WithoutAnyLaterFragmentItIsSuspected) {
  EXPECT_EQ(lost(merged({datagrams({}, 12, Fate::kFirstOnly), {ping(60)}})),
            "suspected 10.9.0.2 -> 10.9.0.1 [?, ?) at the unknown");
  EXPECT_EQ(lost(merged({datagrams(kV6, 12, Fate::kFirstOnly), {ping(60)}})),
            "suspected fd09::2 -> fd09::1 [?, ?) at the unknown");
}

// ---- fragment-loss, told by ICMP

TEST(FragmentLoss, AReceiverThatGivesUpIsProof) {
  for (const Cut& cut : {Cut{}, kV6}) {
    const Packets fragments = datagrams(cut, 4, Fate::kFirstOnly);
    EXPECT_THAT(lost(with_time_exceeded(fragments, cut)), HasSubstr("confirmed"));
  }
}

TEST(FragmentLoss, AtTheSenderAllFragmentsAreSeenAndTheReceiverTells) {
  Cut cut;
  cut.ttl = 64;
  const Report report = analyze(with_time_exceeded(datagrams(cut, 4, Fate::kWhole), cut));
  EXPECT_THAT(losses(report), HasSubstr("confirmed"));
  EXPECT_THAT(find(report, FindingKind::kFragmentLoss)->explanation,
              HasSubstr("10.9.0.1 cannot put together what 10.9.0.2 sends in fragments"));
}

TEST(FragmentLoss, ARecordingThatEndsBeforeTheLastMessagesIsEnough) {
  // 60 datagrams, one a second; the messages come 30 s late, for the first 30.
  const Packets sent = datagrams({}, 60, Fate::kWhole, 0, 1);
  Packets all = with_time_exceeded(sent, {});
  std::erase_if(all, [](const CapturedPacket& p) { return p.time > at(60); });
  EXPECT_THAT(lost(all), HasSubstr("confirmed"));
}

TEST(FragmentLoss, OneMessageIsASuspicion) {
  const Packets fragments = datagrams({}, 1, Fate::kFirstOnly);
  EXPECT_THAT(lost(with_time_exceeded(fragments, {})), HasSubstr("suspected"));
}

// ---- what only looks like it

TEST(FragmentLoss, WholeDatagramsAreFine) {
  EXPECT_EQ(lost(merged({datagrams({}, 20, Fate::kWhole), {ping(60)}})), "");
}

TEST(FragmentLoss, ACaptureFilterOnAPortShowsFirstFragmentsOnly) {
  EXPECT_EQ(lost(merged({datagrams({}, 20, Fate::kFirstOnly), {later(60)}})), "");
}

TEST(FragmentLoss, OneLostDatagramIsNone) {
  EXPECT_EQ(lost(merged({datagrams({}, 1, Fate::kFirstMissing), {ping(60)}})), "");
}

TEST(FragmentLoss, ABurstIsNone) {
  EXPECT_EQ(lost(merged({datagrams({}, 20, Fate::kFirstMissing, 0, 0.001), {ping(60)}})), "");
}

TEST(FragmentLoss, SomeIncompleteBetweenOthersThatAreWholeIsChance) {
  EXPECT_EQ(lost(merged({datagrams({}, 5, Fate::kWhole),
                         datagrams({}, 9, Fate::kFirstOnly, 10),
                         datagrams({}, 1, Fate::kWhole, 20),
                         {ping(60)}})),
            "");
}

TEST(FragmentLoss, AReceiverThatGivesUpOnSomeIsChance) {
  const Packets sent = datagrams({}, 60, Fate::kWhole, 0, 0.1);
  Packets all = sent;
  for (int i = 0; i < 9; ++i) {
    all.push_back(time_exceeded(sent[0], {}, 30 + i * 0.7));
  }
  EXPECT_EQ(lost(merged({all})), "");
}

TEST(FragmentLoss, ACaptureThatEndsAtOnceDecidesNothing) {
  EXPECT_EQ(lost(datagrams({}, 4, Fate::kFirstMissing, 0, 0.15)), "");
}

TEST(FragmentLoss, ATimeToLiveThatRanOutIsAnotherMessage) {
  // Traceroute makes routers say "time to live exceeded", code 0.
  Packets all;
  for (const CapturedPacket& p : datagrams({}, 4, Fate::kWhole)) {
    all.push_back(p);
    CapturedPacket exceeded = time_exceeded(p, {}, (p.time - kScriptStart).seconds() + 0.01);
    exceeded.bytes[21] = 0;
    all.push_back(exceeded);
  }
  EXPECT_EQ(lost(merged({all, {ping(60)}})), "");
}

// ---- fragmentation

TEST(Fragmentation, TheLargestFragmentBoundsTheLinkThatItWasCutFor) {
  // 1396 bytes is what fits into any MTU from 1396 to 1403.
  for (const uint32_t mtu : {1396u, 1400u, 1403u}) {
    const Report report = analyze(datagrams({.mtu = mtu}, 3, Fate::kWhole));
    const Finding* const f = find(report, FindingKind::kFragmentation);
    ASSERT_NE(f, nullptr);
    EXPECT_EQ(f->severity, Severity::kInfo);
    EXPECT_EQ(f->bracket.upper, IpSize{1404});
    EXPECT_THAT(f->explanation, HasSubstr("3 datagrams from 10.9.0.2 to 10.9.0.1"));
    EXPECT_THAT(f->explanation, HasSubstr("a link of 1396 to 1403 bytes"));
  }
}

TEST(Fragmentation, OverIPv6TheSenderChoseAndNothingIsBounded) {
  // DNS servers cut at 1280 whatever the path carries.
  const Report report =
      analyze(datagrams({.src = "fd09::2", .dst = "fd09::1", .mtu = 1280}, 3, Fate::kWhole));
  const Finding* const f = find(report, FindingKind::kFragmentation);
  ASSERT_NE(f, nullptr);
  EXPECT_FALSE(f->bracket.upper);
  EXPECT_THAT(f->explanation, HasSubstr("fd09::2 cut them itself"));
}

TEST(Fragmentation, FragmentsThatNoLinkAsksForBoundNothing) {
  const Report report = analyze(datagrams({.bytes = 100, .mtu = 28}, 1, Fate::kWhole));
  EXPECT_FALSE(find(report, FindingKind::kFragmentation)->bracket.upper);
}

TEST(Fragmentation, WireGuardInFragmentsHasTooLargeAnMtu) {
  const Bytes message = wireguard_data(1420);
  const Report report = analyze(datagrams(
      {.bytes = static_cast<uint32_t>(message.size()) + 8, .mtu = 1400, .payload = message}, 3,
      Fate::kWhole));
  EXPECT_THAT(find(report, FindingKind::kFragmentation)->explanation, HasSubstr("1336 would fit"));
}

TEST(Fragmentation, WhatAFilterHidesIsSaid) {
  const Report report = analyze(merged({datagrams({}, 3, Fate::kFirstOnly), {later(60)}}));
  EXPECT_THAT(find(report, FindingKind::kFragmentation)->explanation,
              HasSubstr("a filter on ports"));
}

TEST(Fragmentation, AnAtomicFragmentIsAWholePacket) {
  // RFC 6946: a fragment header, and nothing else to come.
  Bytes header{17, 0, 0, 0, 0, 0, 0, 9};
  const Bytes data = udp({.src = "fd09::2", .dst = "fd09::1"}, {.payload = {1, 2, 3}});
  header.insert(header.end(), data.begin() + 40, data.end());
  CapturedPacket p{.time = at(0), .bytes = ip({.src = "fd09::2", .dst = "fd09::1"}, 44, header)};
  p.original_bytes = static_cast<uint32_t>(p.bytes.size());
  EXPECT_EQ(find(analyze({p}), FindingKind::kFragmentation), nullptr);
}

}  // namespace
}  // namespace mtuscope
