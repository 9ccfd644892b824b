#include "analysis/evidence/overtaken_losses.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

constexpr IpSize kAny{UINT32_MAX};

Timestamp at_second(int64_t s) { return Timestamp{s * 1'000'000'000}; }

struct Direction {
  DeliveryFront deliveries;
  OvertakenLosses losses;

  void arrived(uint32_t size, int64_t sent) {
    deliveries.add({.size = IpSize{size}, .sent = at_second(sent), .frame = {}, .proof = {}});
    losses.arrived(IpSize{size}, at_second(sent));
  }
  void lost(uint32_t size, int64_t sent, bool came_by = true) {
    losses.lost({IpSize{size}, at_second(sent), came_by},
                deliveries.latest_of_at_least(IpSize{size}));
  }
  size_t events(IpSize below = kAny) const { return losses.events(below, false); }
};

TEST(OvertakenLosses, CountLossesThatSomethingAsLargeGotPast) {
  Direction d;
  for (int64_t t = 0; t < 50; t += 10) {
    d.lost(1420, t);
    d.arrived(1420, t + 1);
  }
  EXPECT_EQ(d.events(), 5u);
}

// A black hole: smaller packets arrive between the large ones that do not.
TEST(OvertakenLosses, WhatOnlySmallerPacketsGotPastMayBeLostForItsSize) {
  Direction d;
  for (int64_t t = 0; t < 50; t += 10) {
    d.lost(1420, t);
    d.arrived(435, t + 1);
  }
  EXPECT_EQ(d.events(), 0u);
}

TEST(OvertakenLosses, WhatIsLostInOneOutageCountsOnce) {
  Direction d;
  d.arrived(500, 1);
  for (int64_t t = 2; t < 12; ++t) d.lost(500, t);
  EXPECT_EQ(d.events(), 0u);
  d.arrived(500, 20);
  EXPECT_EQ(d.events(), 1u);
}

// The loss is known only when the packet is sent again, and later ones have arrived by then.
TEST(OvertakenLosses, WhatArrivedBeforeTheLossIsKnownOvertookItToo) {
  Direction d;
  d.arrived(500, 3);
  d.lost(500, 1);
  d.lost(500, 2);  // the same burst, as far as anybody knows
  EXPECT_EQ(d.events(), 1u);
}

// Without SACK, losses are known a timeout later.
TEST(OvertakenLosses, AreToldApartByWhatArrivedBetweenThemHoweverLateTheyAreKnown) {
  Direction d;
  for (int64_t t = 1; t < 10; ++t) d.arrived(500, 2 * t);
  for (const int64_t t : {3, 7, 11}) d.lost(500, t);
  EXPECT_EQ(d.events(), 3u);
}

TEST(OvertakenLosses, CountThoseBelowASizeAlone) {
  Direction d;
  d.lost(1420, 1);
  d.arrived(1500, 2);
  d.lost(300, 3);
  d.arrived(1500, 4);
  EXPECT_EQ(d.events(IpSize{1400}), 1u);
}

TEST(OvertakenLosses, CountThoseThatNeverCameByAlone) {
  Direction d;
  for (const int64_t t : {1, 5, 9}) {
    d.lost(500, t, t != 5);
    d.arrived(500, t + 2);
  }
  EXPECT_EQ(d.losses.events(kAny, true), 1u);
  EXPECT_EQ(d.events(), 3u);
}

TEST(OvertakenLosses, AreBounded) {
  Direction d;
  for (int64_t t = 0; t < 10'000; t += 2) {
    d.lost(100, t);
    d.arrived(100, t + 1);
  }
  EXPECT_EQ(d.events(), OvertakenLosses::kMaxEvents);
}

}  // namespace
}  // namespace mtuscope
