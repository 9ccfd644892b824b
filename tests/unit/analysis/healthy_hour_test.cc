// An hour of ordinary traffic of a busy host, watched in its own time: losses, reordering, a full
// queue, flows that are idle for long and go on, DNS. Nothing is wrong, and nothing is told.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "analysis/analyzer.h"
#include "capture/decode.h"
#include "capture/dns.h"
#include "capture/link_layer.h"
#include "tests/support/dice.h"
#include "tests/support/packet_builder.h"
#include "tests/support/tcp_simulation.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation

constexpr double kHour = 3600;

const std::vector<SimulatedPath> kPaths = {
    {.one_way = 0.002},
    {.one_way = 0.015, .loss_there = 0.005, .loss_back = 0.005},
    {.one_way = 0.06, .loss_there = 0.003, .reordered = 0.005, .duplicated = 0.001},
    {.one_way = 0.02, .link_rate = 400'000, .queue_bytes = 60'000},
};

TcpEnds ends_of(uint32_t peer, uint32_t flow) {
  return {.b = "10.9." + std::to_string(peer + 1) + ".1",
          .b_port = static_cast<uint16_t>(20'000 + flow),
          .a_isn = 1000 + flow * 7919,
          .b_isn = 9000 + flow * 104'729};
}

// Pages of all sizes, half a minute apart.
SimulatedFlow page(uint32_t peer, uint32_t number, Dice& dice) {
  SimulatedFlow flow{.ends = ends_of(peer, number)};
  flow.start = number * 30.0 + dice.between(0.0, 10.0);
  flow.exchanges.clear();
  for (uint32_t i = dice.between(1u, 4u); i > 0; --i) {
    flow.exchanges.push_back({.request = dice.between(60u, 900u),
                              .writes = {dice.between(100u, 400u), dice.between(1u, 40'000u)},
                              .think = dice.between(0.0, 0.5)});
  }
  flow.give_up = dice.between(20.0, 60.0);
  return flow;
}

// A few words now and then, for all of the hour.
SimulatedFlow session(uint32_t peer, Dice& dice) {
  SimulatedFlow flow{.ends = ends_of(peer, 10'000)};
  flow.exchanges.clear();
  for (double time = 0; time < kHour;) {
    const double idle = dice.happens(0.2) ? dice.between(60.0, 600.0) : dice.between(1.0, 20.0);
    flow.exchanges.push_back(
        {.request = dice.between(30u, 100u), .writes = {dice.between(30u, 1368u)}, .think = idle});
    time += idle;
  }
  return flow;
}

SimulatedFlow download(uint32_t peer) {
  SimulatedFlow flow{.ends = ends_of(peer, 11'000), .exchanges = {{.writes = {8'000'000}}}};
  flow.start = 600;
  return flow;
}

CapturedPacket dns(double seconds, uint16_t id, bool response) {
  Bytes message{static_cast<uint8_t>(id >> 8), static_cast<uint8_t>(id)};
  const uint8_t flags = response ? 0x81 : 0x01;
  for (const uint8_t byte : std::initializer_list<uint8_t>{flags, 0, 0, 1, 0, 0, 0, 0, 0, 0, 2})
    message.push_back(byte);
  message.push_back(static_cast<uint8_t>('a' + id % 26));
  message.push_back(static_cast<uint8_t>('a' + id / 26 % 26));
  for (const uint8_t byte : std::initializer_list<uint8_t>{0, 0, 1, 0, 1}) message.push_back(byte);
  const uint16_t port = static_cast<uint16_t>(30'000 + id % 20'000);
  CapturedPacket p{.time = kScriptStart + Duration::from_seconds(seconds)};
  p.bytes = udp({.src = response ? "10.9.0.53" : "10.9.0.2",
                 .dst = response ? "10.9.0.2" : "10.9.0.53",
                 .id = id},
                {.src_port = response ? kDnsPort : port,
                 .dst_port = response ? port : kDnsPort,
                 .payload = message});
  p.original_bytes = static_cast<uint32_t>(p.bytes.size());
  return p;
}

// A question every three seconds; one in two hundred is lost, and asked again five seconds later.
Packets resolving(Dice& dice) {
  Packets all;
  uint16_t id = 0;
  for (int second = 1; second < kHour - 20; second += 3) {
    const double time = second;
    ++id;
    all.push_back(dns(time, id, false));
    const bool lost = dice.happens(0.005);
    if (lost) all.push_back(dns(time + 5, id, false));
    all.push_back(dns(time + (lost ? 5 : 0) + 0.02, id, true));
  }
  return all;
}

Packets an_hour(CapturePoint point) {
  Dice dice(7);
  std::vector<Packets> parts{resolving(dice)};
  for (uint32_t peer = 0; peer < kPaths.size(); ++peer) {
    std::vector<SimulatedFlow> flows{session(peer, dice), download(peer)};
    for (uint32_t i = 0; i < 110; ++i) flows.push_back(page(peer, i, dice));
    parts.push_back(simulate(flows, kPaths[peer], point, kHour, 100 + peer));
  }
  return merged(std::move(parts));
}

class HealthyHour : public testing::TestWithParam<CapturePoint> {};

TEST_P(HealthyHour, IsSilent) {
  Analyzer analyzer;
  analyzer.watch();
  analyzer.limit_memory(size_t{64} << 20);
  const std::vector<SourceInfo> sources{{.path = "wg0", .format = "live"}};
  const Packets packets = an_hour(GetParam());
  ASSERT_GT(packets.size(), 50'000u);
  Timestamp looked = packets.front().time;
  uint64_t number = 0;
  // As the loop of `watch` does it, many times a second; where nothing comes, a little less often.
  const auto look_until = [&](Timestamp time) {
    while (looked < time) {
      const Duration gap = time - looked;
      looked = looked + std::min(gap, Duration::milliseconds(gap.seconds() > 1 ? 200 : 20));
      for (const FindingNews& n : analyzer.news(looked, sources)) {
        ADD_FAILURE() << "after " << (looked - packets.front().time).seconds()
                      << " s: " << n.finding.explanation;
      }
    }
  };
  for (const CapturedPacket& captured : packets) {
    if (captured.time - looked >= Duration::milliseconds(20)) look_until(captured.time);
    Packet p;
    ASSERT_EQ(decode(frame(captured.bytes, link_type::kRaw,
                           {.time = captured.time,
                            .number = ++number,
                            .original_bytes = captured.original_bytes}),
                     p),
              Undecoded::kNone);
    analyzer.add(p);
  }
  EXPECT_GT((packets.back().time - packets.front().time).seconds(), kHour - 60);
  look_until(packets.back().time + Duration::milliseconds(30'000));
  const Report report = analyzer.finish(sources);
  EXPECT_EQ(report.status, Status::kOk) << report.headline;
}

std::string name_of(const testing::TestParamInfo<CapturePoint>& test) {
  constexpr const char* kNames[] = {"AtTheSender", "InTheMiddle", "AtTheReceiver"};
  return kNames[static_cast<size_t>(test.param)];
}

INSTANTIATE_TEST_SUITE_P(Points, HealthyHour,
                         testing::Values(CapturePoint::kSender, CapturePoint::kMiddle,
                                         CapturePoint::kReceiver),
                         name_of);

}  // namespace
}  // namespace mtuscope
