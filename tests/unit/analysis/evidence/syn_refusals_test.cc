#include "analysis/evidence/syn_refusals.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

Packet reset_from(uint16_t port, uint64_t frame = 1) {
  Packet p;
  p.src = *IpAddress::parse("10.9.0.2");
  p.dst = *IpAddress::parse("10.9.0.1");
  p.src_port = port;
  p.dst_port = 40'000;
  p.frame = FrameNumber{frame};
  return p;
}

TEST(SynRefusals, AFlowThatIsResetAgainAndAgainIsOneAttempt) {
  // Windows sends its SYN three times although each is reset.
  SynRefusals refusals;
  refusals.add_reset(reset_from(80), {}, false);
  refusals.add_reset(reset_from(80), {}, true);
  refusals.add_reset(reset_from(80), {}, true);
  ASSERT_EQ(refusals.services().size(), 1u);
  EXPECT_EQ(refusals.services().begin()->second.attempts, 1u);
}

TEST(SynRefusals, ServicesAreBoundedAndTheRestIsCounted) {
  SynRefusals refusals;
  for (uint32_t port = 1; port <= 60'000; ++port) {
    refusals.add_reset(reset_from(static_cast<uint16_t>(port), port), {}, false);
  }
  EXPECT_EQ(refusals.services().size() + refusals.not_listed(), 60'000u);
  EXPECT_LE(refusals.services().size(), 4096u);
}

TEST(SynRefusals, FramesAndFlowsOfOneServiceAreBounded) {
  SynRefusals refusals;
  for (uint64_t i = 1; i <= 1000; ++i) {
    Packet p = reset_from(80, 2 * i);
    p.dst_port = static_cast<uint16_t>(i);
    refusals.add_reset(p, FrameRef(0, FrameNumber{2 * i - 1}), false);
  }
  const RefusedService& service = refusals.services().begin()->second;
  EXPECT_EQ(service.attempts, 1000u);
  EXPECT_LE(service.flows.size(), kMaxListedFlows);
  EXPECT_LE(service.frames.size(), kMaxListedFrames);
}

}  // namespace
}  // namespace mtuscope
