#include "capture/ip.h"

#include <gtest/gtest.h>

#include "capture/link_layer.h"
#include "tests/support/decode_text.h"

namespace mtuscope {
namespace {

using build::Bytes;

struct Case {
  const char* description;
  Bytes bytes;
  const char* expected;
};

void expect_decoded(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(decode_text(c.bytes, link_type::kRaw), c.expected);
  }
}

Bytes changed(Bytes bytes, size_t at, uint8_t value) {
  bytes.at(at) = value;
  return bytes;
}

constexpr const char* kBad = "malformed IP header";

TEST(Ip, FieldsOfIPv4) {
  expect_decoded({
      {"all of them",
       build::ip({.ttl = 7, .ecn = 3, .id = 0xbeef, .dont_fragment = false}, 132, Bytes(12)),
       "10.9.0.2 > 10.9.0.1 size 32 ttl 7 ecn 3 id 48879 proto 132 len 12/12"},
      {"options are skipped",
       build::udp({.options = {0x94, 4, 0, 0}}, {.src_port = 1, .dst_port = 2, .payload = {9}}),
       "10.9.0.2:1 > 10.9.0.1:2 size 33 ttl 64 ecn 0 id 1 DF udp len 1/1"},
      {"no payload", build::ip({}, 132, {}),
       "10.9.0.2 > 10.9.0.1 size 20 ttl 64 ecn 0 id 1 DF proto 132 len 0/0"},
      {"AH (RFC 4302) is walked through",
       build::ip({}, ip_protocol::kAh, {132, 1, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 'x', 'x', 'x'}),
       "10.9.0.2 > 10.9.0.1 size 35 ttl 64 ecn 0 id 1 DF proto 132 len 3/3"},
  });
}

TEST(Ip, FieldsOfIPv6) {
  const build::Ip v6{.src = "fd09::2", .dst = "fd09::1", .ttl = 7, .ecn = 1};
  const Bytes hop{ip_protocol::kRouting, 0, 1, 4, 0, 0, 0, 0};
  const Bytes routing{ip_protocol::kDestination, 0, 253, 0, 0, 0, 0, 0};
  const Bytes destination{132, 1, 1, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  Bytes chain;
  for (int i = 0; i <= kMaxExtensionHeaders; ++i) {
    chain = build::join({chain, {ip_protocol::kDestination, 0, 1, 4, 0, 0, 0, 0}});
  }
  expect_decoded({
      {"all of them", build::ip(v6, 132, Bytes(12)),
       "fd09::2 > fd09::1 size 52 ttl 7 ecn 1 id 0 DF proto 132 len 12/12"},
      {"extension headers",
       build::ip(v6, ip_protocol::kHopByHop, build::join({hop, routing, destination, Bytes(5)})),
       "fd09::2 > fd09::1 size 77 ttl 7 ecn 1 id 0 DF proto 132 len 5/5"},
      {"ESP ends the chain", build::ip(v6, ip_protocol::kEsp, Bytes(40)),
       "fd09::2 > fd09::1 size 80 ttl 7 ecn 1 id 0 DF proto 50 len 40/40"},
      {"no next header", build::ip(v6, ip_protocol::kNoNext, {}),
       "fd09::2 > fd09::1 size 40 ttl 7 ecn 1 id 0 DF proto 59 len 0/0"},
      {"an endless chain ends where patience does", build::ip(v6, ip_protocol::kDestination, chain),
       "fd09::2 > fd09::1 size 112 ttl 7 ecn 1 id 0 DF proto 60 len 8/8"},
      {"a header longer than the packet", build::ip(v6, ip_protocol::kHopByHop, {6, 200, 0, 0}),
       kBad},
  });
}

TEST(Ip, Fragments) {
  const build::Ip first_v4{.id = 77, .dont_fragment = false, .more_fragments = true};
  const build::Ip first_v6{
      .src = "fd09::2", .dst = "fd09::1", .id = 0xdeadbeef, .more_fragments = true};
  expect_decoded({
      {"first, UDP header inside; the size is this fragment's",
       build::udp(first_v4,
                  {.src_port = 1, .dst_port = 2, .payload = Bytes(16), .length_field = 2008}),
       "10.9.0.2:1 > 10.9.0.1:2 size 44 ttl 64 ecn 0 id 77 MF frag 0 udp len 16/16"},
      {"first, WireGuard: the shape follows from the whole datagram's length",
       build::udp(first_v4, {.src_port = 1,
                             .dst_port = 2,
                             .payload = build::join({{4, 0, 0, 0}, Bytes(12)}),
                             .length_field = 8 + 1472}),
       "10.9.0.2:1 > 10.9.0.1:2 size 44 ttl 64 ecn 0 id 77 MF frag 0 udp wireguard len 16/16"},
      {"first, header not whole", build::ip(first_v4, ip_protocol::kTcp, Bytes(8, 0x40)),
       "10.9.0.2 > 10.9.0.1 size 28 ttl 64 ecn 0 id 77 MF frag 0 fragment of proto 6 len 8/8"},
      {"middle",
       build::ip({.dont_fragment = false, .more_fragments = true, .fragment_offset = 1480},
                 ip_protocol::kUdp, Bytes(24)),
       "10.9.0.2 > 10.9.0.1 size 44 ttl 64 ecn 0 id 1 MF frag 1480 fragment of proto 17 len 24/24"},
      {"last", build::ip({.dont_fragment = false, .fragment_offset = 65528}, 17, Bytes(3)),
       "10.9.0.2 > 10.9.0.1 size 23 ttl 64 ecn 0 id 1 frag 65528 fragment of proto 17 len 3/3"},
      {"of IPIP: not looked into", build::ip(first_v4, ip_protocol::kIPv4, build::tcp({}, {})),
       "10.9.0.2 > 10.9.0.1 size 60 ttl 64 ecn 0 id 77 MF frag 0 proto 4 len 40/40"},
      {"IPv6 first",
       build::udp(first_v6,
                  {.src_port = 1, .dst_port = 2, .payload = Bytes(16), .length_field = 2008}),
       "[fd09::2]:1 > [fd09::1]:2 size 72 ttl 64 ecn 0 id 3735928559 DF MF frag 0 udp len 16/16"},
      {"IPv6 later",
       build::ip({.src = "fd09::2", .dst = "fd09::1", .fragment_offset = 1448}, 17, Bytes(24)),
       "fd09::2 > fd09::1 size 72 ttl 64 ecn 0 id 1 DF frag 1448 fragment of proto 17 len 24/24"},
      {"IPv6 atomic fragment (RFC 6946): a whole packet",
       build::ip({.src = "fd09::2", .dst = "fd09::1"}, ip_protocol::kFragment,
                 build::join({{132, 0, 0, 0, 0, 0, 0, 5}, Bytes(4)})),
       "fd09::2 > fd09::1 size 52 ttl 64 ecn 0 id 5 DF proto 132 len 4/4"},
  });
}

TEST(Ip, LengthZeroMeansTheFrame) {
  expect_decoded({
      {"IPv4 (BIG TCP, or TSO before the length is known)",
       build::tcp({.length_field = 0}, {.payload_bytes = 1000}),
       "10.9.0.2:4096 > 10.9.0.1:50498 size 1040 ttl 64 ecn 0 id 1 DF tcp . seq 1 ack 1 win 64 "
       "hdr 20 len 1000/1000"},
  });
  const build::Ip big{.src = "fd09::2", .dst = "fd09::1", .length_field = 0};
  Packet packet;
  const Bytes bytes = build::ethernet(build::tcp(big, {.payload_bytes = 100}));
  // 200 kB on the wire, of which the snaplen left 100 bytes of payload.
  const Frame frame = build::frame(bytes, link_type::kEthernet, {.original_bytes = 200'014});
  ASSERT_EQ(decode(frame, packet), Undecoded::kNone);
  EXPECT_EQ(packet.size, IpSize{200'000});
  EXPECT_EQ(packet.payload_bytes, 199'940u);
  EXPECT_EQ(packet.payload.size(), 100u);
}

TEST(Ip, JumboPayloadOption) {
  const auto jumbo = [](const Bytes& option) {
    return build::ip({.src = "fd09::2", .dst = "fd09::1", .length_field = 0},
                     ip_protocol::kHopByHop, build::join({{132, 0}, option, Bytes(100)}));
  };
  expect_decoded({
      {"RFC 2675 2: its length is the payload's", jumbo({0xc2, 4, 0, 1, 0, 0}),
       "fd09::2 > fd09::1 size 65576 ttl 64 ecn 0 id 0 DF proto 132 len 65528/100"},
      {"below 65536 is an error", jumbo({0xc2, 4, 0, 0, 0xff, 0xff}), kBad},
      {"the size would overflow", jumbo({0xc2, 4, 0xff, 0xff, 0xff, 0xff}), kBad},
      {"wrong option length", jumbo({0xc2, 3, 0, 1, 0, 0}), kBad},
      {"none: the frame", jumbo({1, 4, 0, 0, 0, 0}),
       "fd09::2 > fd09::1 size 148 ttl 64 ecn 0 id 0 DF proto 132 len 100/100"},
  });
}

TEST(Ip, ClaimsMoreThanTheFrameHolds) {
  const Bytes bytes =
      build::udp({.length_field = 1500}, {.payload = Bytes(8), .length_field = 1480});
  Packet packet;
  ASSERT_EQ(decode(build::frame(bytes, link_type::kRaw), packet), Undecoded::kNone);
  EXPECT_EQ(packet.size, IpSize{1500});
  EXPECT_EQ(packet.payload_bytes, 1472u);
  EXPECT_EQ(packet.payload.size(), 8u);
}

TEST(Ip, Malformed) {
  const Bytes v4 = build::tcp({}, {});
  const Bytes v6 = build::tcp({.src = "fd09::2", .dst = "fd09::1"}, {});
  expect_decoded({
      {"version 5", changed(v4, 0, 0x55), kBad},
      {"IPv4 header of 16 bytes", changed(v4, 0, 0x44), kBad},
      {"IPv4 header longer than the total length", changed(v4, 0, 0x4b), kBad},
      {"total length below the header", build::tcp({.length_field = 19}, {}), kBad},
      {"a whole frame too short for IPv4", {0x45, 0, 0, 40}, kBad},
      {"a whole frame too short for IPv6", Bytes(v6.begin(), v6.begin() + 39), kBad},
  });
}

TEST(Ip, CutBySnaplen) {
  const Bytes v6 = build::ip({.src = "fd09::2", .dst = "fd09::1"}, ip_protocol::kHopByHop,
                             build::join({{17, 0, 1, 4, 0, 0, 0, 0}, Bytes(100)}));
  const Bytes v4 = build::udp({.options = {0x94, 4, 0, 0}}, {.payload = Bytes(100)});
  const auto cut = [](const Bytes& bytes, ptrdiff_t kept) {
    return decode_text(Bytes(bytes.begin(), bytes.begin() + kept), link_type::kRaw,
                       {.original_bytes = static_cast<uint32_t>(bytes.size())});
  };
  EXPECT_EQ(cut(v4, 19), "IP header cut by the snaplen");
  EXPECT_EQ(cut(v4, 23), "IP header cut by the snaplen");
  EXPECT_EQ(cut(v4, 31), "transport header cut by the snaplen");
  EXPECT_EQ(cut(v6, 39), "IP header cut by the snaplen");
  EXPECT_EQ(cut(v6, 47), "IP header cut by the snaplen");
  EXPECT_EQ(cut(v6, 55), "transport header cut by the snaplen");
}

}  // namespace
}  // namespace mtuscope
