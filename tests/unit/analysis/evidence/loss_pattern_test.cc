#include "analysis/evidence/loss_pattern.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

constexpr Duration kRtt = Duration::milliseconds(50);

// What the first packet says that this flow sends again.
Loss first_loss(uint16_t port, uint64_t frame) {
  return {.size = IpSize{1420},
          .sent = Timestamp{1},
          .frame = {},
          .repeated_at = Timestamp{2},
          .repeated = FrameRef(0, FrameNumber{frame}),
          .flow = {{IpAddress{}, port}, {IpAddress{}, 443}},
          .first_of_flow = true};
}

TEST(LossPattern, CountsAFlowOnceThoughItsFirstRepetitionCarriesSeveralPackets) {
  LossPattern losses;
  for (uint16_t port = 1; port <= kMaxListedFlows; ++port) {
    losses.lost(first_loss(port, port), kRtt);
  }
  for (int packets = 0; packets < 3; ++packets) losses.lost(first_loss(100, 100), kRtt);
  losses.lost(first_loss(101, 101), kRtt);
  EXPECT_EQ(losses.flows().size(), kMaxListedFlows);
  EXPECT_EQ(losses.flow_count(), kMaxListedFlows + 2);
  EXPECT_EQ(losses.count(), kMaxListedFlows + 4);
}

}  // namespace
}  // namespace mtuscope
