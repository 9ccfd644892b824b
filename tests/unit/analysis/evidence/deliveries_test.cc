#include "analysis/evidence/deliveries.h"

#include <gtest/gtest.h>

#include <vector>

namespace mtuscope {
namespace {

Delivery delivery(uint32_t size, int64_t sent) {
  return {IpSize{size}, Timestamp{sent}, FrameRef(0, FrameNumber{1}), {}};
}

TEST(DeliveryFront, KnowsNothingAtFirst) {
  const DeliveryFront front;
  EXPECT_TRUE(front.empty());
  EXPECT_FALSE(front.largest());
  EXPECT_FALSE(front.latest_of_at_least(IpSize{0}));
  EXPECT_FALSE(front.largest_below(IpSize{9000}, Timestamp{-1}));
}

TEST(DeliveryFront, AnswersAsAListOfAllDeliveriesWould) {
  // Whatever is added in whatever order; few enough different sizes that nothing is merged.
  uint64_t state = 1;
  const auto next = [&](uint64_t bound) {
    state = state * 6364136223846793005u + 1442695040888963407u;
    return (state >> 33) % bound;
  };
  for (int round = 0; round < 200; ++round) {
    DeliveryFront front;
    std::vector<Delivery> all;
    for (int i = 0; i < 60; ++i) {
      all.push_back(
          delivery(static_cast<uint32_t>(40 + 10 * next(40)), static_cast<int64_t>(next(1000))));
      front.add(all.back());
    }
    for (int question = 0; question < 50; ++question) {
      const IpSize size{static_cast<uint32_t>(30 + 5 * next(90))};
      const Timestamp after{static_cast<int64_t>(next(1000))};
      std::optional<Timestamp> latest;
      std::optional<IpSize> below;
      for (const Delivery& d : all) {
        if (d.size >= size) latest = std::max(latest.value_or(d.sent), d.sent);
        if (d.size < size && d.sent > after) below = std::max(below.value_or(d.size), d.size);
      }
      const auto veto = front.latest_of_at_least(size);
      ASSERT_EQ(veto.has_value(), latest.has_value());
      ASSERT_EQ(veto ? veto->sent : Timestamp{}, latest.value_or(Timestamp{}));
      // The control: one exists exactly when one exists; beaten ones of the same time may be left
      // out only in favour of larger packets, which veto.
      const auto control = front.largest_below(size, after);
      if (control) {
        EXPECT_TRUE(below && control->size <= *below);
      } else if (below) {
        EXPECT_TRUE(latest && *latest > after) << "hidden by a larger and later one only";
      }
    }
  }
}

TEST(DeliveryFront, ALargerOneBeforeHidesNoSmallerOneAfter) {
  DeliveryFront front;
  front.add(delivery(1420, 10));
  front.add(delivery(284, 20));
  EXPECT_EQ(front.largest()->size, IpSize{1420});
  EXPECT_EQ(front.latest_of_at_least(IpSize{1000})->sent, Timestamp{10});
  EXPECT_EQ(front.largest_below(IpSize{1420}, Timestamp{10})->size, IpSize{284});
}

TEST(DeliveryFront, SentExactlyThenIsNotSentAfter) {
  DeliveryFront front;
  front.add(delivery(284, 20));
  EXPECT_FALSE(front.largest_below(IpSize{1420}, Timestamp{20}));
  EXPECT_TRUE(front.largest_below(IpSize{1420}, Timestamp{19}));
}

TEST(DeliveryFront, ManyDifferentSizesCanOnlyAddVetoesNeverLoseThem) {
  DeliveryFront front;
  for (int i = 0; i < 1000; ++i) front.add(delivery(static_cast<uint32_t>(1500 - i), 1000 + i));
  for (int i = 0; i < 1000; ++i) {
    const auto veto = front.latest_of_at_least(IpSize{static_cast<uint32_t>(1500 - i)});
    ASSERT_TRUE(veto);
    EXPECT_GE(veto->sent, Timestamp{1000 + i}) << 1500 - i;
  }
}

TEST(SizeHistogram, CountsEachSizeAndSumsBelowAndFrom) {
  SizeHistogram sizes;
  sizes.sent(IpSize{1420});
  sizes.sent(IpSize{52});
  sizes.sent(IpSize{1420});
  sizes.delivered(IpSize{52});
  sizes.lost(IpSize{1420});
  ASSERT_EQ(sizes.entries().size(), 2u);
  EXPECT_EQ(sizes.entries()[0].size, 52u);
  EXPECT_EQ(sizes.entries()[1].sent, 2u);
  EXPECT_EQ(sizes.below(IpSize{1420}).delivered, 1u);
  EXPECT_EQ(sizes.below(IpSize{1420}).lost, 0u);
  EXPECT_EQ(sizes.from(IpSize{1420}).lost, 1u);
  EXPECT_EQ(sizes.largest_sent(), IpSize{1420});
}

TEST(SizeHistogram, ALossThatADsackDisprovesIsTakenBackOnce) {
  SizeHistogram sizes;
  sizes.lost(IpSize{284});
  sizes.not_lost(IpSize{284});
  sizes.not_lost(IpSize{284});
  EXPECT_EQ(sizes.from(IpSize{0}).lost, 0u);
}

TEST(SizeHistogram, APacketAcknowledgedInPiecesIsDeliveredOnce) {
  SizeHistogram sizes;
  sizes.sent(IpSize{1420});
  sizes.delivered(IpSize{1420});
  sizes.delivered(IpSize{1420});
  EXPECT_EQ(sizes.from(IpSize{0}).delivered, 1u);
}

TEST(SizeHistogram, PastItsCapacityNothingIsLostFromTheSums) {
  SizeHistogram sizes;
  for (uint32_t size = 40; size < 1500; ++size) {
    sizes.sent(IpSize{size});
    sizes.delivered(IpSize{size});
  }
  EXPECT_EQ(sizes.from(IpSize{0}).delivered, 1460u);
}

}  // namespace
}  // namespace mtuscope
