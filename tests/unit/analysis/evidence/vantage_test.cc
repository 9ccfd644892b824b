#include "analysis/evidence/vantage.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

Path path_with_ttls(uint8_t there, uint8_t back) {
  Path path;
  path.directions[0].ttl = there;
  path.directions[1].ttl = back;
  return path;
}

TEST(Vantage, ATtlThatNoRouterLoweredIsOfThisHost) {
  EXPECT_EQ(vantage_of(path_with_ttls(64, 57), 0), Vantage::kSender);
  EXPECT_EQ(vantage_of(path_with_ttls(64, 57), 1), Vantage::kReceiver);
  EXPECT_EQ(vantage_of(path_with_ttls(120, 64), 0), Vantage::kReceiver);
  EXPECT_EQ(vantage_of(path_with_ttls(63, 57), 0), Vantage::kMiddle);
}

TEST(Vantage, IsNextToTheReceiverWhereOnlyTheWayToItHasRouters) {
  EXPECT_TRUE(is_next_to_receiver(path_with_ttls(62, 64), 0));
  EXPECT_FALSE(is_next_to_receiver(path_with_ttls(62, 64), 1));
  EXPECT_FALSE(is_next_to_receiver(path_with_ttls(62, 63), 0));
  EXPECT_FALSE(is_next_to_receiver(path_with_ttls(64, 64), 0)) << "as inside a tunnel";
}

TEST(Vantage, IsAtTheReceiverWhereItsPacketsLeaveOrAnswerSoonerThanOverAWire) {
  Path path = path_with_ttls(62, 64);
  EXPECT_FALSE(is_at_receiver(path, 0)) << "a router's port towards it sees the same TTLs";
  path.directions[0].answered_within = Duration{30'000};
  EXPECT_TRUE(is_at_receiver(path, 0));
  EXPECT_FALSE(is_at_receiver(path, 1));
  path.directions[0].answered_within = Duration::milliseconds(12);
  EXPECT_FALSE(is_at_receiver(path, 0)) << "as before a tunnel to it";
  path.directions[0].answered_within = Duration{0};
  EXPECT_FALSE(is_at_receiver(path, 0)) << "a clock of milliseconds";

  path.directions[0].incoming = path.directions[1].outgoing = true;
  EXPECT_TRUE(is_at_receiver(path, 0)) << "Linux cooked headers tell";
  path.directions[1].incoming = true;
  EXPECT_FALSE(is_at_receiver(path, 0)) << "what it sends comes in here: forwarded";
}

TEST(Vantage, WithoutARouterTheAnswerTimesTell) {
  Path path = path_with_ttls(64, 64);
  EXPECT_EQ(vantage_of(path, 0), Vantage::kUnknown);
  path.directions[0].answered_within = Duration::milliseconds(50);
  path.directions[1].answered_within = Duration::milliseconds(1);
  EXPECT_EQ(vantage_of(path, 0), Vantage::kSender);
  EXPECT_EQ(vantage_of(path, 1), Vantage::kReceiver);
}

TEST(Vantage, TheDirectionOfLinuxCookedHeadersCountsMost) {
  Path path = path_with_ttls(64, 57);
  path.directions[0].incoming = true;
  EXPECT_EQ(vantage_of(path, 0), Vantage::kReceiver);
  path.directions[0].outgoing = true;
  EXPECT_EQ(vantage_of(path, 0), Vantage::kMiddle) << "in and out again: forwarded";
}

TEST(Vantage, WhatTheLossShowsCorrectsIt) {
  const Path unknown = path_with_ttls(64, 64);
  EXPECT_EQ(vantage_of_loss(unknown, 0, true, false), Vantage::kSender);
  EXPECT_EQ(vantage_of_loss(unknown, 0, false, true), Vantage::kReceiver);
  EXPECT_EQ(vantage_of_loss(unknown, 0, true, true), Vantage::kMiddle);
  // At the receiver nothing vanishes behind the capture, at the sender nothing before it.
  EXPECT_EQ(vantage_of_loss(path_with_ttls(57, 64), 0, true, false), Vantage::kMiddle);
  EXPECT_EQ(vantage_of_loss(path_with_ttls(64, 57), 0, false, true), Vantage::kMiddle);
}

}  // namespace
}  // namespace mtuscope
