#include "probes/reflector_peers.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using Standing = PeerTable::Standing;

constexpr Timestamp at(int64_t ms) { return {ms * 1'000'000}; }

Endpoint peer(const std::string& address, uint16_t port = 40'000) {
  return {IpAddress::parse(address).value(), port};
}

PeerLimits small() {
  PeerLimits limits;
  limits.hosts = 2;
  limits.sessions = 2;
  limits.forget = Duration::milliseconds(120'000);
  limits.evictable = Duration::milliseconds(5'000);
  return limits;
}

TEST(PeerTableTest, ASessionIsFoundAgain) {
  PeerTable table(small());
  EXPECT_EQ(table.find(peer("192.0.2.1")).session, nullptr);
  const auto first = table.admit(peer("192.0.2.1"), at(0), at(1));
  ASSERT_EQ(first.standing, Standing::kWelcome);
  first.peer.session->used.accept(7);
  const auto again = table.admit(peer("192.0.2.1"), at(0), at(2));
  ASSERT_EQ(again.standing, Standing::kWelcome);
  EXPECT_FALSE(again.peer.session->used.accept(7));
  EXPECT_EQ(table.hosts_served(), 1u);
}

TEST(PeerTableTest, ANewerCookieBeginsANewSessionAndAnOlderOneIsStale) {
  PeerTable table(small());
  table.admit(peer("192.0.2.1"), at(10), at(11)).peer.session->used.accept(7);
  const auto newer = table.admit(peer("192.0.2.1"), at(20), at(21));
  ASSERT_EQ(newer.standing, Standing::kWelcome);
  EXPECT_TRUE(newer.peer.session->used.accept(7));
  EXPECT_EQ(table.admit(peer("192.0.2.1"), at(10), at(22)).standing, Standing::kStale);
}

TEST(PeerTableTest, AHostIsAnIPv4AddressOrAnIPv6Slash64) {
  PeerTable table(small());
  const auto a = table.admit(peer("2001:db8::1"), at(0), at(1)).peer;
  const auto b = table.admit(peer("2001:db8::2"), at(0), at(1)).peer;
  const auto c = table.admit(peer("2001:db8:0:1::1"), at(0), at(1)).peer;
  EXPECT_EQ(a.bucket, b.bucket);
  EXPECT_NE(a.session, b.session);
  EXPECT_NE(a.bucket, c.bucket);
  EXPECT_EQ(table.hosts(), 2u);
}

TEST(PeerTableTest, NobodyWhoIsActiveIsEvicted) {
  PeerTable table(small());
  table.admit(peer("192.0.2.1"), at(0), at(0));
  table.admit(peer("192.0.2.2"), at(0), at(0));
  EXPECT_EQ(table.admit(peer("192.0.2.3"), at(1), at(4'999)).standing, Standing::kFull);
  EXPECT_EQ(table.hosts(), 2u);
  EXPECT_EQ(table.admit(peer("192.0.2.1"), at(0), at(4'999)).standing, Standing::kWelcome);
}

TEST(PeerTableTest, WhenItIsFullTheLongestIdleHostGoes) {
  PeerTable table(small());
  table.admit(peer("192.0.2.1"), at(0), at(10));
  table.admit(peer("192.0.2.2"), at(0), at(0));
  table.admit(peer("192.0.2.1", 2), at(0), at(3'000));
  EXPECT_EQ(table.admit(peer("192.0.2.3"), at(1), at(6'000)).standing, Standing::kWelcome);
  EXPECT_EQ(table.hosts(), 2u);
  EXPECT_EQ(table.find(peer("192.0.2.2")).session, nullptr);
  EXPECT_NE(table.find(peer("192.0.2.1")).session, nullptr);
}

// Otherwise whoever recorded its messages could have them answered again.
TEST(PeerTableTest, AnEvictedPeerHasToProveItselfAgain) {
  PeerTable table(small());
  table.admit(peer("192.0.2.1"), at(0), at(1));
  table.admit(peer("192.0.2.2"), at(0), at(2));
  ASSERT_EQ(table.admit(peer("192.0.2.3"), at(5'999), at(6'000)).standing, Standing::kWelcome);
  for (const int64_t issued : {0, 5'999, 6'000}) {
    EXPECT_EQ(table.admit(peer("192.0.2.1"), at(issued), at(20'000)).standing, Standing::kStale);
  }
  EXPECT_EQ(table.admit(peer("192.0.2.1"), at(6'001), at(20'000)).standing, Standing::kWelcome);
  EXPECT_EQ(table.admit(peer("192.0.2.3"), at(5'999), at(20'000)).standing, Standing::kWelcome)
      << "who stayed is not asked again";
}

TEST(PeerTableTest, OneHostDoesNotTakeTheRoomOfOthers) {
  PeerTable table(small());
  for (uint16_t port = 1; port <= 100; ++port) {
    table.admit(peer("192.0.2.1", port), at(port * 10'000L), at(port * 10'000L));
  }
  EXPECT_EQ(table.hosts(), 1u);
  EXPECT_EQ(table.admit(peer("192.0.2.2"), at(1'000'001), at(1'000'001)).standing,
            Standing::kWelcome);
  EXPECT_NE(table.find(peer("192.0.2.1", 100)).session, nullptr);
  EXPECT_EQ(table.find(peer("192.0.2.1", 98)).session, nullptr);
}

TEST(PeerTableTest, TheIdleAreForgottenWhenTheirCookiesAreWorthless) {
  PeerTable table(small());
  table.admit(peer("192.0.2.1"), at(0), at(0));
  table.admit(peer("192.0.2.2"), at(130'000), at(130'000));
  EXPECT_EQ(table.find(peer("192.0.2.1")).session, nullptr);
  EXPECT_EQ(table.hosts(), 1u);
  EXPECT_EQ(table.admit(peer("192.0.2.1"), at(129'000), at(131'000)).standing, Standing::kWelcome)
      << "nobody was evicted, so older cookies are as good as ever";
}

TEST(PeerTableTest, IsBoundedWhateverHappens) {
  PeerTable table(small());
  for (int i = 0; i < 5'000; ++i) {
    const auto endpoint = peer(fmt::format("10.0.{}.{}", i % 7, i % 251), static_cast<uint16_t>(i));
    table.admit(endpoint, at(i * 997L), at(i * 997L));
    EXPECT_LE(table.hosts(), 2u);
  }
}

}  // namespace
}  // namespace mtuscope
