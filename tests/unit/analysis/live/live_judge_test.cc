// Judging while packets still come, beyond what the recorded cases show (live_replay_test.cc):
// little memory, and an incident in the midst of it.

#include "analysis/live/live_judge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <utility>

#include "analysis/analyzer.h"
#include "capture/decode.h"
#include "capture/dns.h"
#include "capture/ip.h"
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
  // Calls `make` for `count` packets, `gap` apart, each from an address that never comes again.
  void flood_of(uint32_t count, Duration gap, const std::function<void(Packet&)>& make) {
    for (uint32_t i = 0; i < count; ++i) {
      Packet p;
      p.time = now_ + gap;
      p.src = address(0x20000000 + flooded_++);
      p.dst = address(0x0a090002);
      make(p);
      p.frame = FrameNumber{1'000'000 + flooded_};
      pass(p);
    }
  }
  static IpAddress address(uint32_t number) {
    const uint8_t bytes[4] = {static_cast<uint8_t>(number >> 24),
                              static_cast<uint8_t>(number >> 16), static_cast<uint8_t>(number >> 8),
                              static_cast<uint8_t>(number)};
    return IpAddress::from_v4(bytes);
  }
  // One that nobody answers, for the address of this name.
  static void make_query(Packet& p, const Bytes& message) {
    p.transport = Transport::kUdp;
    p.protocol = ip_protocol::kUdp;
    p.src_port = 40'000;
    p.dst_port = kDnsPort;
    p.payload = message;
    p.payload_bytes = static_cast<uint32_t>(message.size());
    p.size = IpSize{28 + p.payload_bytes};
  }
  static Bytes query_for(const std::string& name) {
    Bytes m{0, 1, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, static_cast<uint8_t>(name.size())};
    m.insert(m.end(), name.begin(), name.end());
    for (const uint8_t byte : std::initializer_list<uint8_t>{0, 0, 1, 0, 1}) m.push_back(byte);
    return m;
  }
  Packet query(const Bytes& message, Timestamp time) const {
    Packet p;
    p.time = time;
    p.src = address(0x0a090001);
    p.dst = address(0x0a090003);
    make_query(p, message);
    return p;
  }
  void ask(const Bytes& message, Timestamp time) { pass(query(message, time)); }
  void ask_and_answer(const Bytes& message, Timestamp time) {
    Packet p = query(message, time);
    pass(p);
    std::swap(p.src, p.dst);
    std::swap(p.src_port, p.dst_port);
    Bytes answer = message;
    answer[2] = 0x81;
    p.payload = answer;
    p.time = p.time + Duration::milliseconds(10);
    pass(p);
  }
  // The first fragment of a datagram of which nothing more comes.
  static void make_fragment(Packet& p, uint32_t id) {
    p.transport = Transport::kUdp;
    p.protocol = ip_protocol::kUdp;
    p.src_port = p.dst_port = 4000;
    p.is_fragment = p.more_fragments = true;
    p.ip_id = id;
    p.payload_bytes = 1472;
    p.size = IpSize{1500};
  }
  bool has(const Report& report, FindingKind kind) const {
    return std::ranges::any_of(report.findings, [&](const Finding& f) { return f.kind == kind; });
  }

  // SYNs from addresses that never come again.
  void flood(uint32_t count) {
    flood_of(count, Duration{1000}, [](Packet& p) {
      p.size = IpSize{40};
      p.protocol = 6;
      p.transport = Transport::kTcp;
      p.src_port = 1024;
      p.dst_port = 443;
      p.tcp.flags = tcp_flag::kSyn;
      p.tcp.header_bytes = 20;
    });
  }

  Analyzer analyzer_;
  std::vector<SourceInfo> sources_{{.path = "wg0", .format = "live"}};
  std::vector<FindingNews> news_;
  Timestamp now_, looked_;
  uint32_t flooded_ = 0;
};

// Of the last sending nobody knows at once whether it will be answered.
TEST_F(LiveJudgeTest, WhatNobodyAnswersIsConfirmedAsTimePasses) {
  pass(script({}, kOpened + kAnswer + kSelectivelyAcknowledged + R"(
    0.4100 > .  115:1483 ack 79
    0.9100 > .  115:1483 ack 79
    1.9100 > .  115:1483 ack 79
    3.9100 > .  115:1483 ack 79
  )"));
  ASSERT_FALSE(news_.empty());
  EXPECT_EQ(news_.back().finding.confidence, Confidence::kSuspected);
  for (int i = 0; i < 10; ++i) {
    now_ = now_ + Duration::milliseconds(100);
    for (FindingNews& n : analyzer_.news(now_, sources_)) news_.push_back(std::move(n));
  }
  EXPECT_EQ(news_.back().finding.confidence, Confidence::kConfirmed);
}

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

TEST_F(LiveJudgeTest, QueriesWithoutAnswersFromEverywhereMakeRoomForEachOther) {
  analyzer_.limit_memory(4u << 20);
  const Bytes mail = query_for("mail"), other = query_for("other");
  ask_and_answer(other, at(0));
  for (int i = 0; i < 3; ++i) ask(mail, at(5 * i));
  const Bytes name = query_for("flood");
  const auto flood_queries = [&](uint32_t count, Duration gap) {
    flood_of(count, gap, [&](Packet& p) { make_query(p, name); });
  };
  flood_queries(100, Duration::milliseconds(200));  // in the meantime the others were given up
  ASSERT_EQ(news_.size(), 1u);
  EXPECT_EQ(news_[0].finding.kind, FindingKind::kDnsUnanswered);
  flood_queries(5'000, Duration{1000});
  const AnalyzerCounts before = analyzer_.counts();
  flood_queries(50'000, Duration{1000});
  const AnalyzerCounts counts = analyzer_.counts();
  EXPECT_LE(counts.dns_services, before.dns_services + before.dns_services / 7);
  EXPECT_LE(counts.dns_questions, 1000u);
  EXPECT_EQ(counts.dns_services + counts.evicted_dns_services, 55'101u);
  const Report report = analyzer_.finish(sources_);
  EXPECT_TRUE(has(report, FindingKind::kDnsUnanswered)) << "what it proved stays";
  EXPECT_EQ(report.quality.evicted_dns_services, counts.evicted_dns_services);
  EXPECT_TRUE(has(report, FindingKind::kCaptureQuality));
}

TEST_F(LiveJudgeTest, ManyQuestionsOfOneClientAreCountedWhenTheyAreGivenUp) {
  analyzer_.limit_memory(4u << 20);
  for (uint32_t i = 0; i < 50'000; ++i) {
    ask(query_for("n" + std::to_string(i)), now_ + Duration{1000});
  }
  const AnalyzerCounts counts = analyzer_.counts();
  EXPECT_EQ(counts.dns_services, 1u);
  EXPECT_LE(counts.dns_questions, 1000u);
  EXPECT_EQ(analyzer_.finish(sources_).quality.dns_questions_given_up,
            50'000u - counts.dns_questions);
}

TEST_F(LiveJudgeTest, AQuestionThatIsAskedAllTheTimeDoesNotHideThoseThatAreGivenUp) {
  const Bytes mail = query_for("mail"), polled = query_for("polled");
  for (int second = 0; second < 30; ++second) {
    ask_and_answer(polled, at(second));
    if (second == 5 || second == 10 || second == 15) ask(mail, at(second + 0.5));
  }
  ASSERT_EQ(news_.size(), 1u) << "mail, long before the end";
  EXPECT_EQ(news_[0].finding.kind, FindingKind::kDnsUnanswered);
}

TEST_F(LiveJudgeTest, FragmentsThatAreNeverWholeMakeRoomForEachOther) {
  analyzer_.limit_memory(4u << 20);
  const auto flood_fragments = [&](uint32_t count, Duration gap) {
    flood_of(count, gap, [&](Packet& p) { make_fragment(p, flooded_); });
  };
  flood_fragments(5'000, Duration{1000});
  const AnalyzerCounts before = analyzer_.counts();
  flood_fragments(50'000, Duration{1000});
  const AnalyzerCounts counts = analyzer_.counts();
  EXPECT_LE(counts.fragmented_paths, before.fragmented_paths + before.fragmented_paths / 7);
  EXPECT_LE(counts.datagrams, counts.fragmented_paths);
  EXPECT_EQ(counts.fragmented_paths + counts.evicted_fragment_paths, 55'000u);
  EXPECT_EQ(analyzer_.finish(sources_).quality.evicted_fragment_paths,
            counts.evicted_fragment_paths);
}

TEST_F(LiveJudgeTest, DatagramsOfTwoHostsThatAreNeverWholeHaveALimitToo) {
  analyzer_.limit_memory(4u << 20);
  for (uint32_t i = 0; i < 50'000; ++i) {
    Packet p;
    p.time = now_ + Duration{1000};
    p.src = address(0x0a090001);
    p.dst = address(0x0a090002);
    make_fragment(p, i);
    pass(p);
  }
  EXPECT_EQ(analyzer_.counts().fragmented_paths, 1u);
  EXPECT_LE(analyzer_.counts().datagrams, 1000u);
}

}  // namespace
}  // namespace mtuscope
