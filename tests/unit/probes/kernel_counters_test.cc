#include "probes/kernel_counters.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

TEST(KernelCounters, GroupsHaveALineOfNamesAndOneOfNumbers) {
  const auto counters = parse_counter_groups(
      "Icmp: InMsgs InErrors InDestUnreachs\nIcmp: 7 0 3\n"
      "TcpExt: TCPMTUPFail TCPMTUPSuccess\nTcpExt: 12 -1\n");
  EXPECT_EQ(counted(counters, "Icmp.InDestUnreachs"), 3);
  EXPECT_EQ(counted(counters, "TcpExt.TCPMTUPFail"), 12);
  EXPECT_EQ(counted(counters, "TcpExt.TCPMTUPSuccess"), -1);
  EXPECT_EQ(counted(counters, "Nobody.Knows"), 0);
}

TEST(KernelCounters, WhatDoesNotBelongTogetherIsLeftOut) {
  EXPECT_TRUE(parse_counter_groups("Icmp: InMsgs\nTcp: 7\n").empty());
  EXPECT_TRUE(parse_counter_groups("Icmp:\n").empty());
  EXPECT_EQ(parse_counter_groups("Icmp: A B\nIcmp: 7\n").size(), 1u);
}

TEST(KernelCounters, ListsHaveANameAndANumberALine) {
  const auto counters = parse_counter_list("Icmp6InPktTooBigs   \t4\nnonsense\nIp6InReceives 9\n");
  EXPECT_EQ(counted(counters, "Icmp6InPktTooBigs"), 4);
  EXPECT_EQ(counted(counters, "Ip6InReceives"), 9);
  EXPECT_EQ(counters.size(), 2u);
}

TEST(KernelCounters, WithoutProcThereAreNone) {
  EXPECT_TRUE(read_kernel_counters("/nowhere").empty());
}

}  // namespace
}  // namespace mtuscope
