#include "analysis/datagrams/fragment_tracker.h"

#include <gtest/gtest.h>

#include "capture/decode.h"
#include "capture/link_layer.h"
#include "tests/unit/analysis/conversations.h"
#include "tests/unit/analysis/datagrams.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation

// Feeds the packets, and gives the sizes of the datagrams that became whole.
std::vector<uint32_t> feed(FragmentTracker& tracker, const Packets& packets) {
  std::vector<uint32_t> whole;
  for (const CapturedPacket& captured : packets) {
    Packet p;
    EXPECT_EQ(decode(frame(captured.bytes, link_type::kRaw,
                           {.time = captured.time, .original_bytes = captured.original_bytes}),
                     p),
              Undecoded::kNone);
    const IpSize size = tracker.add(p).size;
    if (size.bytes > 0) whole.push_back(size.bytes);
  }
  return whole;
}

const FragmentedPath& only_path(const FragmentTracker& tracker) {
  EXPECT_EQ(tracker.paths().size(), 1u);
  return tracker.paths().begin()->second;
}

TEST(FragmentTracker, ADatagramIsWholeWithItsLastPieceInWhateverOrder) {
  const Packets inOrder = datagram({.bytes = 4000}, 7, 0);
  ASSERT_EQ(inOrder.size(), 3u);
  for (const auto& order : {std::vector{0, 1, 2}, {2, 1, 0}, {1, 0, 2}, {0, 2, 1}}) {
    FragmentTracker tracker;
    Packets packets;
    for (const int i : order) packets.push_back(inOrder[static_cast<size_t>(i)]);
    EXPECT_EQ(feed(tracker, packets), std::vector<uint32_t>{4020});
    EXPECT_EQ(only_path(tracker).complete, 1u);
    EXPECT_EQ(only_path(tracker).largest_fragment, IpSize{1500});
  }
}

TEST(FragmentTracker, OverIPv6TheSame) {
  FragmentTracker tracker;
  EXPECT_EQ(feed(tracker, datagram({.src = "fd09::2", .dst = "fd09::1", .bytes = 4000}, 7, 0)),
            std::vector<uint32_t>{4040});
  EXPECT_EQ(only_path(tracker).largest_fragment, IpSize{1496});
}

TEST(FragmentTracker, PiecesThatARouterCutAgainFitTogether) {
  FragmentTracker tracker;
  Packets mixed = datagram({.bytes = 4000, .mtu = 1500}, 7, 0);
  mixed.erase(mixed.begin());
  for (CapturedPacket& p : datagram({.bytes = 4000, .mtu = 1000}, 7, 0)) mixed.push_back(p);
  EXPECT_EQ(feed(tracker, mixed), std::vector<uint32_t>{4020});
}

TEST(FragmentTracker, CapturedTwiceADatagramCountsOnce) {
  FragmentTracker tracker;
  feed(tracker, captured_twice(datagrams({}, 5, Fate::kWhole), Duration{50'000}));
  tracker.finish(at(60));
  EXPECT_EQ(only_path(tracker).complete, 5u);
  EXPECT_EQ(only_path(tracker).datagrams(), 5u);
}

TEST(FragmentTracker, WhatIsMissingIsToldApart) {
  FragmentTracker tracker;
  Packets gaps = datagram({.bytes = 6000}, 1, 0);
  gaps.erase(gaps.begin() + 1);
  feed(tracker, gaps);
  feed(tracker, datagrams({}, 2, Fate::kFirstOnly, 1));
  feed(tracker, datagrams({}, 3, Fate::kFirstMissing, 5));
  tracker.finish(at(60));
  const FragmentedPath& path = only_path(tracker);
  EXPECT_EQ(path.with_gaps, 1u);
  EXPECT_EQ(path.first_only, 2u);
  EXPECT_EQ(path.first_missing, 3u);
  EXPECT_EQ(path.missing_beginning, IpSize{1500});
}

TEST(FragmentTracker, AtTheEndOfTheCaptureNothingIsDecided) {
  FragmentTracker tracker;
  feed(tracker, datagrams({}, 1, Fate::kFirstOnly, 10));
  tracker.finish(at(10.5));
  EXPECT_EQ(only_path(tracker).incomplete(), 0u);
  EXPECT_EQ(only_path(tracker).undecided, 1u);
}

TEST(FragmentTracker, AnIdentificationThatComesAgainIsAnotherDatagram) {
  FragmentTracker tracker;
  Packets first = datagram({}, 7, 0);
  first.resize(1);
  feed(tracker, first);
  EXPECT_EQ(feed(tracker, datagram({}, 7, 100)).size(), 1u);
  EXPECT_EQ(feed(tracker, datagram({}, 7, 200)).size(), 1u);
  tracker.finish(at(300));
  EXPECT_EQ(only_path(tracker).complete, 2u);
  EXPECT_EQ(only_path(tracker).first_only, 1u);
}

TEST(FragmentTracker, ABurstOfLossesIsOneEvent) {
  FragmentTracker tracker;
  feed(tracker, datagrams({}, 20, Fate::kFirstOnly, 0, 0.001));
  feed(tracker, datagrams({}, 20, Fate::kFirstOnly, 5, 0.001));
  tracker.finish(at(60));
  EXPECT_EQ(only_path(tracker).incomplete(), 40u);
  EXPECT_EQ(only_path(tracker).events, 2u);
}

// ---- TCP in fragments, as a sender without DF leaves it to a router

// Each of a's full segments cut for a link of 1400 bytes; `pieces`: how many of each arrive.
Packets cut_segments(const Packets& packets, size_t pieces) {
  Packets all;
  uint32_t id = 5000;
  for (const CapturedPacket& p : packets) {
    if (!p.from_a || p.original_bytes < 1400) {
      all.push_back(p);
      continue;
    }
    ++id;
    Bytes data(p.bytes.begin() + 20, p.bytes.end());
    data.resize(p.original_bytes - 20);
    for (size_t piece = 0; piece < pieces; ++piece) {
      const size_t begin = piece * 1376, end = std::min<size_t>(begin + 1376, data.size());
      CapturedPacket fragment{.time = p.time, .from_a = true};
      fragment.bytes = ip({.id = id,
                           .dont_fragment = false,
                           .more_fragments = piece == 0,
                           .fragment_offset = static_cast<uint32_t>(begin)},
                          6, Bytes(data.begin() + begin, data.begin() + end));
      fragment.original_bytes = static_cast<uint32_t>(fragment.bytes.size());
      all.push_back(fragment);
    }
  }
  return all;
}

const TcpEnds kEthernet{.a_mss = 1460, .b_mss = 1460};

TEST(FragmentTracker, ATcpSegmentInFragmentsIsFollowedWhole) {
  const Report report = analyze(cut_segments(script(kEthernet, kOpened + R"(
    0.1000 > .  1:1449 ack 79
    0.1001 > .  1449:2897 ack 79
    0.1500 < .  ack 2897
  )"),
                                             2));
  EXPECT_EQ(report.quality.unseen_acked_bytes, 0u);
  EXPECT_EQ(report.quality.offloaded_packets, 0u);
  EXPECT_EQ(found(report, FindingKind::kFragmentation),
            "confirmed 10.9.0.2 -> 10.9.0.1 [?, 1404) at the unknown");
  for (const PathReport& path : report.paths) {
    if (to_string(path.src) == "10.9.0.2") {
      EXPECT_EQ(path.bracket.lower, IpSize{1396});
    }
  }
}

TEST(FragmentTracker, SegmentsWhoseFragmentsAreLostAreNoBlackHoleOfTheFragmentsSize) {
  // Seen behind the router that cuts: all pieces are there, and a firewall further on drops the
  // later ones. That packets of 1396 bytes vanish would be wrong.
  const std::string stuck = kOpened + R"(
    0.1000 > .  1:1449 ack 79
    0.1001 > P. 1449:1649 ack 79
    0.1500 < .  ack 1 sack 1449:1649
    0.3000 > .  1:1449 ack 79
    0.7000 > .  1:1449 ack 79
    1.5000 > .  1:1449 ack 79
    3.1000 > .  1:1449 ack 79
  )";
  EXPECT_EQ(black_holes(analyze(cut_segments(script(kEthernet, stuck), 2))), "");
  // At the receiver, where only first fragments arrive.
  const std::string at_receiver = black_holes(analyze(cut_segments(script(kEthernet, stuck), 1)));
  EXPECT_EQ(at_receiver.find("1396)"), std::string::npos) << at_receiver;
}

TEST(FragmentTracker, WhatIsFollowedIsBoundedAndTheRestIsCounted) {
  FragmentTracker tracker;
  tracker.limit(1024, 500, {});
  for (uint32_t i = 0; i < 20'000; ++i) {
    Packet p;
    p.is_fragment = p.more_fragments = true;
    p.transport = Transport::kFragment;
    p.payload_bytes = 8;
    p.src = *IpAddress::parse("10.9.0.2");
    p.dst = *IpAddress::parse("10.9.0.1");
    p.dst.bytes[2] = static_cast<uint8_t>(i % 40);
    p.dst.bytes[3] = static_cast<uint8_t>(i % 251);
    p.ip_id = i;
    p.time = at(0);
    tracker.add(p);
    EXPECT_LE(tracker.paths().size(), 1024u);
    EXPECT_LE(tracker.open_datagrams(), 500u);
  }
  tracker.finish(at(100));
  EXPECT_GE(tracker.paths().size() + tracker.evicted_paths(), 40u * 251u)
      << "each path is still there, or was gone before it came again";
}

TEST(FragmentTracker, OverlappingNonsenseIsHarmless) {
  FragmentTracker tracker;
  for (uint32_t i = 0; i < 5000; ++i) {
    Packet p;
    p.is_fragment = true;
    p.more_fragments = i % 3 != 0;
    p.transport = Transport::kFragment;
    p.fragment_offset = i * 7919 % 65'536 / 8 * 8;
    p.payload_bytes = i * 104'729 % 3000;
    p.ip_id = i % 5;
    p.time = at(i * 0.001);
    tracker.add(p);
  }
  tracker.finish(at(100));
}

}  // namespace
}  // namespace mtuscope
