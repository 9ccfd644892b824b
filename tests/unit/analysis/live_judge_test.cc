// Judging while packets still come, beyond what the recorded cases show (live_replay_test.cc):
// little memory, and an incident in the midst of it.

#include "analysis/live_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/analyzer.h"
#include "capture/decode.h"
#include "capture/link_layer.h"
#include "tests/support/packet_builder.h"
#include "tests/unit/analysis/conversations.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation

class LiveJudgeTest : public testing::Test {
 protected:
  LiveJudgeTest() { analyzer_.watch(); }

  void pass(const Packet& packet) {
    analyzer_.add(packet);
    now_ = packet.time;
    if (now_ - looked_ < Duration::milliseconds(20)) return;
    looked_ = now_;
    for (FindingNews& n : analyzer_.news(now_, sources_)) news_.push_back(std::move(n));
  }
  void pass(const Packets& packets) {
    uint64_t number = 0;
    for (const CapturedPacket& p : packets) {
      Packet decoded;
      const Undecoded reason =
          decode(frame(p.bytes, link_type::kRaw,
                       {.time = p.time, .number = ++number, .original_bytes = p.original_bytes}),
                 decoded);
      ASSERT_EQ(reason, Undecoded::kNone);
      pass(decoded);
    }
  }
  // SYNs from addresses that never come again.
  void flood(uint32_t count) {
    for (uint32_t i = 0; i < count; ++i) {
      Packet p;
      p.time = now_ + Duration{1000};
      const uint32_t number = 0x20000000 + flooded_++;
      const uint8_t bytes[4] = {static_cast<uint8_t>(number >> 24),
                                static_cast<uint8_t>(number >> 16),
                                static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
      p.src = IpAddress::from_v4(bytes);
      const uint8_t server[4] = {10, 9, 0, 2};
      p.dst = IpAddress::from_v4(server);
      p.size = IpSize{40};
      p.protocol = 6;
      p.transport = Transport::kTcp;
      p.src_port = 1024;
      p.dst_port = 443;
      p.tcp.flags = tcp_flag::kSyn;
      p.tcp.header_bytes = 20;
      p.frame = FrameNumber{1'000'000 + flooded_};
      pass(p);
    }
  }

  Analyzer analyzer_;
  std::vector<SourceInfo> sources_{{.path = "wg0", .format = "live"}};
  std::vector<FindingNews> news_;
  Timestamp now_, looked_;
  uint32_t flooded_ = 0;
};

TEST_F(LiveJudgeTest, TheIncidentIsToldWithTheThirdTransmission) {
  const Packets packets = script({}, kIncident);
  pass(packets);
  ASSERT_FALSE(news_.empty());
  const Finding& f = news_.front().finding;
  EXPECT_EQ(f.kind, FindingKind::kPmtuBlackhole);
  // Sent at 0.1, 0.165 and 0.41 s; the first two are one RTT apart, and the third came after a
  // timeout.
  EXPECT_LE((news_.front().time - packets.front().time).seconds(), 0.95);
  ASSERT_TRUE(news_.front().advice.has_value());
}

TEST_F(LiveJudgeTest, WhatAFloodPushesOutIsCountedAndWhatItProvedStays) {
  analyzer_.limit_memory(4u << 20);
  pass(script({}, kIncident));
  const auto found = news_.size();
  ASSERT_GT(found, 0u);
  flood(60'000);
  EXPECT_EQ(news_.size(), found) << "nothing is told again, and a flood is no finding";
  const AnalyzerCounts counts = analyzer_.counts();
  EXPECT_GT(counts.evicted_flows, 40'000u);
  EXPECT_LT(counts.open_flows, 10'000u);
  EXPECT_LT(counts.paths, 10'000u);
  const Report report = analyzer_.finish(sources_);
  EXPECT_TRUE(std::ranges::any_of(report.findings, [](const Finding& f) {
    return f.kind == FindingKind::kPmtuBlackhole && f.confidence == Confidence::kConfirmed;
  }));
  EXPECT_EQ(report.quality.evicted_flows, counts.evicted_flows);
  EXPECT_EQ(report.tcp_flows, 60'001u);
}

}  // namespace
}  // namespace mtuscope
