#include "analysis/evidence/failed_range.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

constexpr Duration kRtt = Duration::milliseconds(50);

Transmission sending(int64_t milliseconds, uint32_t size = 1420, bool beyond_window = false) {
  return {Timestamp{milliseconds * 1'000'000},
          FrameRef(0, FrameNumber{static_cast<uint64_t>(milliseconds + 1)}), IpSize{size},
          beyond_window};
}

History history(std::initializer_list<Transmission> sendings) {
  History h;
  for (const Transmission& t : sendings) h.add(t);
  return h;
}

TEST(FailedRange, ThreeSendingsWithATimeoutFail) {
  const auto failures = failures_of(history({sending(0), sending(65), sending(315)}), kRtt, {});
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].size, IpSize{1420});
  EXPECT_TRUE(failures[0].backed_off);
  EXPECT_EQ(failures[0].first, sending(0).time);
  EXPECT_EQ(failures[0].last, sending(315).time);
}

TEST(FailedRange, TwoSendingsDoNot) {
  EXPECT_TRUE(failures_of(history({sending(0), sending(300)}), kRtt, {}).empty());
}

TEST(FailedRange, SendingsWithoutATimeoutDoNot) {
  // Loss recovery alone: RACK (RFC 8985) sends again after about 1.25 RTT.
  EXPECT_TRUE(failures_of(history({sending(0), sending(62), sending(124), sending(186)}), kRtt, {})
                  .empty());
}

TEST(FailedRange, SendingsWithinOneRoundTripAreOneLoss) {
  EXPECT_TRUE(
      failures_of(history({sending(0), sending(10), sending(20), sending(400)}), kRtt, {}).empty());
}

TEST(FailedRange, ShortMinimumTimeoutsAreKnownByTheirBackoff) {
  // BSD and Windows go down to 30 ms beyond the RTT; every wait is twice the one before (RFC 6298
  // 5.5).
  EXPECT_EQ(
      failures_of(history({sending(0), sending(80), sending(240), sending(560)}), kRtt, {}).size(),
      1u);
}

TEST(FailedRange, WindowProbesDoNotCount) {
  EXPECT_TRUE(failures_of(history({sending(0, 1420, true), sending(300, 1420, true),
                                   sending(900, 1420, true), sending(2100, 1420, true)}),
                          kRtt, {})
                  .empty());
}

TEST(FailedRange, EachSizeFailsOnItsOwn) {
  const auto failures =
      failures_of(history({sending(0, 1420), sending(300, 1420), sending(900, 1420),
                           sending(2100, 1024), sending(4500, 1024), sending(9300, 1024)}),
                  kRtt, {});
  ASSERT_EQ(failures.size(), 2u);
  EXPECT_EQ(failures[0].size, IpSize{1420});
  EXPECT_EQ(failures[1].size, IpSize{1024});
}

TEST(FailedRange, WhatArrivedAtASizeDidNotFailAtItNorBelow) {
  const History h = history({sending(0, 1420), sending(300, 1420), sending(900, 1420),
                             sending(2100, 1024), sending(4500, 1024), sending(9300, 1024)});
  const auto failures = failures_of(h, kRtt, IpSize{1024});
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].size, IpSize{1420});
  EXPECT_TRUE(failures_of(h, kRtt, IpSize{1420}).empty());
}

TEST(FailedRange, AnEndlessRetransmissionKeepsItsBeginningAndItsEnd) {
  History h;
  for (int64_t i = 0; i < 100; ++i) h.add(sending(i * 1000));
  const auto failures = failures_of(h, kRtt, {});
  ASSERT_EQ(failures.size(), 1u);
  EXPECT_EQ(failures[0].first, sending(0).time);
  EXPECT_EQ(failures[0].last, sending(99'000).time);
}

TEST(FailedRange, EventsAreCountedOneRoundTripApartWhateverTheOrder) {
  EXPECT_EQ(
      separate_events({Timestamp{300}, Timestamp{0}, Timestamp{20}, Timestamp{110}}, Duration{100}),
      3u);
  EXPECT_EQ(separate_events({}, Duration{100}), 0u);
}

TEST(FailedRange, ImpliedTransmissionsFollowTheBackoff) {
  // RFC 6298 5.5, from RTT + 200 ms: 0, 0.25, 0.75, 1.75, 3.75, 7.75 s.
  const Duration rtt = Duration::milliseconds(50);
  EXPECT_EQ(implied_transmissions(Duration::milliseconds(100), rtt), 1u);
  EXPECT_EQ(implied_transmissions(Duration::milliseconds(300), rtt), 2u);
  EXPECT_EQ(implied_transmissions(Duration::milliseconds(2000), rtt), 4u);
  EXPECT_EQ(implied_transmissions(Duration::milliseconds(10'000), rtt), 6u);
  EXPECT_LE(implied_transmissions(Duration::milliseconds(1'000'000'000), rtt), 16u);
  EXPECT_EQ(implied_transmissions(Duration::milliseconds(-5), rtt), 1u) << "times jump";
}

}  // namespace
}  // namespace mtuscope
