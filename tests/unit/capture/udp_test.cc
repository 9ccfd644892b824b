#include "capture/udp.h"

#include <gtest/gtest.h>

#include "capture/link_layer.h"
#include "tests/support/decode_text.h"

namespace mtuscope {
namespace {

using build::Bytes;

std::string udp_text(const build::Udp& udp, const build::Ip& ip = {}) {
  const std::string text = decode_text(build::udp(ip, udp), link_type::kRaw);
  const size_t at = text.find(" udp");
  return at == std::string::npos ? text : text.substr(at + 1);
}

TEST(Udp, PayloadIsWhatTheLengthSays) {
  struct Case {
    const char* description;
    build::Udp udp;
    const char* expected;
  };
  const Case cases[] = {
      {"as usual", {.payload = Bytes(100)}, "udp len 100/100"},
      {"empty", {}, "udp len 0/0"},
      {"bytes behind it are options (RFC 9868)",
       {.payload = Bytes(100), .length_field = 8 + 60},
       "udp len 60/60"},
      {"0 means to the end (RFC 2675 4)",
       {.payload = Bytes(100), .length_field = 0},
       "udp len 100/100"},
      {"below 8", {.payload = Bytes(100), .length_field = 7}, "malformed transport header"},
      {"more than the IP packet",
       {.payload = Bytes(100), .length_field = 109},
       "malformed transport header"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(udp_text(c.udp), c.expected);
  }
}

TEST(Udp, WireGuardIsKnownByTypeAndLength) {
  struct Case {
    const char* description;
    uint8_t type;
    uint8_t reserved;
    size_t length;
    bool expected;
  };
  const Case cases[] = {
      {"initiation", 1, 0, 148, true},
      {"response", 2, 0, 92, true},
      {"cookie", 3, 0, 64, true},
      {"keepalive", 4, 0, 32, true},
      {"padded data", 4, 0, 32 + 1392, true},
      {"full-size data: the MTU 1420 stops the padding", 4, 0, 32 + 1420, true},
      {"small data is always padded", 4, 0, 32 + 100, false},
      {"too short data", 4, 0, 16, false},
      {"initiation of another length", 1, 0, 147, false},
      {"reserved bits set", 4, 1, 32, false},
      {"type 5", 5, 0, 32, false},
      {"type 0", 0, 0, 32, false},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    Bytes payload(c.length);
    payload[0] = c.type;
    payload[3] = c.reserved;
    EXPECT_EQ(udp_text({.payload = payload}).find("wireguard") != std::string::npos, c.expected);
  }
  EXPECT_EQ(udp_text({.payload = {4, 0, 0}}), "udp len 3/3");
}

TEST(Udp, WireGuardIsKnownWhenTheSnaplenLeftFourBytes) {
  const Bytes bytes = build::udp({}, {.payload = build::wireguard_data(1420)});
  const Bytes cut(bytes.begin(), bytes.begin() + 32);
  EXPECT_EQ(decode_text(cut, link_type::kRaw, {.original_bytes = 1480}),
            "10.9.0.2:51820 > 10.9.0.1:51820 size 1480 ttl 64 ecn 0 id 1 DF udp wireguard len "
            "1452/4");
}

TEST(Udp, WireGuardNeverCountsAsFarAsTheTopBytesOfItsCounter) {
  Bytes payload = build::wireguard_data(64);
  payload[15] = 1;
  EXPECT_EQ(udp_text({.payload = payload}), "udp len 96/96");
}

}  // namespace
}  // namespace mtuscope
