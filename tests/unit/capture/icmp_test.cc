#include "capture/icmp.h"

#include <gtest/gtest.h>

#include "capture/ip.h"
#include "capture/link_layer.h"
#include "tests/support/decode_text.h"

namespace mtuscope {
namespace {

using build::Bytes;

const build::Ip kRouterV4{.src = "192.0.2.1", .dst = "10.9.0.2"};
const build::Ip kRouterV6{.src = "2001:db8::1", .dst = "fd09::2"};
const build::Ip kV6{.src = "fd09::2", .dst = "fd09::1"};

std::string icmp_text(const Bytes& bytes) {
  const std::string text = decode_text(bytes, link_type::kRaw);
  const size_t at = text.find(" icmp");
  return at == std::string::npos ? text : text.substr(at + 1);
}

struct Case {
  const char* description;
  Bytes bytes;
  const char* expected;
};

void expect_decoded(const std::vector<Case>& cases) {
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(icmp_text(c.bytes), c.expected);
  }
}

TEST(Icmp, Echo) {
  expect_decoded({
      {"request", build::echo_request({}, 7, 300, 56), "icmp 8/0 echo 7 300 len 56/56"},
      {"reply", build::echo_reply({}, 7, 300, 0), "icmp 0/0 echo 7 300 len 0/0"},
      {"IPv6 request", build::echo_request(kV6, 65535, 1, 8), "icmp 128/0 echo 65535 1 len 8/8"},
      {"IPv6 reply", build::echo_reply(kV6, 65535, 1, 8), "icmp 129/0 echo 65535 1 len 8/8"},
      {"timestamp is no echo", build::icmp({}, 13, 0, 0x00070001, Bytes(12)),
       "icmp 13/0 len 12/12"},
      {"neighbour solicitation", build::icmp(kV6, 135, 0, 0, Bytes(16)), "icmp 135/0 len 16/16"},
      {"ICMPv6 inside IPv4 is not ICMP", build::ip({}, ip_protocol::kIcmpV6, Bytes(8)),
       "10.9.0.2 > 10.9.0.1 size 28 ttl 64 ecn 0 id 1 DF proto 58 len 8/8"},
  });
}

TEST(Icmp, PtbOfIPv4) {
  const Bytes segment = build::tcp({.id = 9}, {.seq = 1000, .payload_bytes = 1380});
  Bytes not_ip = segment;
  not_ip[0] = 0x25;
  const Bytes later_fragment =
      build::ip({.dont_fragment = false, .fragment_offset = 8}, 6, Bytes(100));
  const Bytes with_options =
      build::udp({.options = {0x94, 4, 0, 0}}, {.src_port = 5, .dst_port = 6});
  expect_decoded({
      {"as Linux quotes", build::ptb(kRouterV4, 1400, segment),
       "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 1420 id 9 proto 6 ports 4096 50498 "
       "seq 1000 len 548/548"},
      {"header and 8 bytes (RFC 792)", build::ptb(kRouterV4, 1400, segment, 28),
       "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 1420 id 9 proto 6 ports 4096 50498 "
       "seq 1000 len 28/28"},
      {"header and 7 bytes", build::ptb(kRouterV4, 1400, segment, 27),
       "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 1420 id 9 proto 6 len 27/27"},
      {"19 bytes are no header", build::ptb(kRouterV4, 1400, segment, 19),
       "icmp 3/4 error ptb 1400 len 19/19"},
      {"MTU 0 is what old routers say", build::ptb(kRouterV4, 0, segment, 28),
       "icmp 3/4 error ptb 0 quote 10.9.0.2 > 10.9.0.1 size 1420 id 9 proto 6 ports 4096 50498 "
       "seq 1000 len 28/28"},
      {"the upper half of the word is not the MTU", build::icmp(kRouterV4, 3, 4, 0xabcd0578, {}),
       "icmp 3/4 error ptb 1400 len 0/0"},
      {"the quote is not IP", build::ptb(kRouterV4, 1400, not_ip, 28),
       "icmp 3/4 error ptb 1400 len 28/28"},
      {"a later fragment has no ports", build::ptb(kRouterV4, 1400, later_fragment, 48),
       "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 120 id 1 proto 6 len 48/48"},
      {"IP options", build::ptb(kRouterV4, 1400, with_options),
       "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 32 id 1 proto 17 ports 5 6 len "
       "32/32"},
      {"a tunnelled packet is quoted as its outer one",
       build::ptb(kRouterV4, 1400, build::ip({}, ip_protocol::kIPv4, segment)),
       "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 1440 id 1 proto 4 len 548/548"},
  });
}

TEST(Icmp, PtbOfIPv6) {
  const Bytes segment = build::tcp(kV6, {.seq = 1000, .payload_bytes = 1360});
  const Bytes extended =
      build::ip(kV6, ip_protocol::kDestination,
                build::join({{17, 0, 1, 4, 0, 0, 0, 0}, {0, 5, 0, 6, 0, 8, 0, 0}, Bytes(1300)}));
  const Bytes fragment = build::udp({.src = "fd09::2", .dst = "fd09::1", .more_fragments = true},
                                    {.src_port = 5, .dst_port = 6, .payload = Bytes(1300)});
  expect_decoded({
      {"as Linux quotes", build::ptb(kRouterV6, 1280, segment),
       "icmp 2/0 error ptb 1280 quote fd09::2 > fd09::1 size 1420 id 0 proto 6 ports 4096 50498 "
       "seq 1000 len 1232/1232"},
      {"32 bits of MTU", build::icmp(kRouterV6, 2, 0, 0x00012345, {}),
       "icmp 2/0 error ptb 74565 len 0/0"},
      {"39 bytes are no header", build::ptb(kRouterV6, 1280, segment, 39),
       "icmp 2/0 error ptb 1280 len 39/39"},
      {"extension headers", build::ptb(kRouterV6, 1280, extended),
       "icmp 2/0 error ptb 1280 quote fd09::2 > fd09::1 size 1356 id 0 proto 17 ports 5 6 len "
       "1232/1232"},
      {"a cut extension header", build::ptb(kRouterV6, 1280, extended, 44),
       "icmp 2/0 error ptb 1280 quote fd09::2 > fd09::1 size 1356 id 0 proto 60 len 44/44"},
      {"a first fragment", build::ptb(kRouterV6, 1280, fragment),
       "icmp 2/0 error ptb 1280 quote fd09::2 > fd09::1 size 1356 id 0 proto 17 ports 5 6 len "
       "1232/1232"},
  });
}

TEST(Icmp, OtherErrors) {
  const Bytes datagram = build::udp({}, {.src_port = 5, .dst_port = 33434});
  const Bytes datagram6 = build::udp(kV6, {.src_port = 5, .dst_port = 33434});
  constexpr const char* kQuote4 =
      " error quote 10.9.0.2 > 10.9.0.1 size 28 id 1 proto 17 ports 5 33434 len 28/28";
  constexpr const char* kQuote6 =
      " error quote fd09::2 > fd09::1 size 48 id 0 proto 17 ports 5 33434 len 48/48";
  for (const uint8_t type : Bytes{3, 4, 5, 11, 12}) {
    EXPECT_EQ(icmp_text(build::icmp(kRouterV4, type, 1, 0x00000578, datagram)),
              "icmp " + std::to_string(type) + "/1" + kQuote4);
  }
  for (const uint8_t type : Bytes{1, 3, 4}) {
    EXPECT_EQ(icmp_text(build::icmp(kRouterV6, type, 1, 0x00000578, datagram6)),
              "icmp " + std::to_string(type) + "/1" + kQuote6);
  }
}

TEST(Icmp, QuotesCutBySnaplen) {
  const Bytes bytes = build::ptb(kRouterV4, 1400, build::tcp({}, {.payload_bytes = 1400}));
  const auto cut = [&bytes](ptrdiff_t kept) {
    const std::string text =
        decode_text(Bytes(bytes.begin(), bytes.begin() + kept), link_type::kRaw,
                    {.original_bytes = static_cast<uint32_t>(bytes.size())});
    const size_t at = text.find(" icmp");
    return at == std::string::npos ? text : text.substr(at + 1);
  };
  EXPECT_EQ(cut(23), "transport header cut by the snaplen");
  EXPECT_EQ(cut(27), "transport header cut by the snaplen");
  EXPECT_EQ(cut(28), "icmp 3/4 error ptb 1400 len 548/0");
  EXPECT_EQ(cut(48),
            "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 1440 id 1 proto 6 len 548/20");
  EXPECT_EQ(cut(56),
            "icmp 3/4 error ptb 1400 quote 10.9.0.2 > 10.9.0.1 size 1440 id 1 proto 6 ports 4096 "
            "50498 seq 1 len 548/28");
}

TEST(Icmp, Malformed) {
  expect_decoded({
      {"3 bytes", build::ip({}, ip_protocol::kIcmp, {8, 0, 0}), "malformed transport header"},
      {"a PTB without its MTU", build::ip({}, ip_protocol::kIcmp, {3, 4, 0, 0}),
       "malformed transport header"},
      {"4 bytes are enough for other types", build::ip({}, ip_protocol::kIcmp, {10, 0, 0, 0}),
       "icmp 10/0 len 0/0"},
  });
}

}  // namespace
}  // namespace mtuscope
