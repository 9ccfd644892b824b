#include "probes/icmp_transport.h"

#include <gtest/gtest.h>

#include <vector>

#include "capture/icmp.h"

namespace mtuscope {
namespace {

constexpr uint16_t kIdentifier = 0xabcd;

std::vector<uint8_t> request(EchoCodec& codec, ProbeId id, uint32_t size) {
  const auto bytes = codec.request(id, IpSize{size});
  return {bytes.begin(), bytes.end()};
}

// What the other end makes of it (RFC 792, RFC 4443 4.2): the same with another type.
std::vector<uint8_t> reply_to(std::vector<uint8_t> message, IpFamily family) {
  message[0] = family == IpFamily::kIPv4 ? 0 : 129;
  return message;
}

uint32_t ones_complement_sum(const std::vector<uint8_t>& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) sum += uint32_t{bytes[i]} << (i % 2 == 0 ? 8 : 0);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  return sum;
}

class EchoCodecTest : public testing::TestWithParam<IpFamily> {};

TEST_P(EchoCodecTest, TheRequestFillsAPacketOfExactlyThisSize) {
  EchoCodec codec(GetParam(), kIdentifier);
  for (const uint32_t size : {80u, 81u, 1392u, 1500u, 9000u}) {
    const std::vector<uint8_t> message = request(codec, 1, size);
    EXPECT_EQ(message.size() + ip_header_bytes(GetParam()), size);
    Packet packet;
    ASSERT_EQ(decode_icmp({message, static_cast<uint32_t>(message.size())}, GetParam(), packet),
              Undecoded::kNone);
    EXPECT_EQ(packet.icmp.type, GetParam() == IpFamily::kIPv4 ? 8 : 128);
    EXPECT_EQ(packet.icmp.echo_id, kIdentifier);
    // The kernel fills in the checksum of ICMPv6, which covers addresses too.
    if (GetParam() == IpFamily::kIPv4) {
      EXPECT_EQ(ones_complement_sum(message), 0xffffu);
    }
  }
}

// Routers that share the load by the first bytes of ICMP send all sizes the same way.
TEST_P(EchoCodecTest, AllRequestsHaveTheSameChecksum) {
  EchoCodec codec(GetParam(), kIdentifier);
  const bool v4 = GetParam() == IpFamily::kIPv4;
  for (ProbeId id = 0; id < 50; ++id) {
    std::vector<uint8_t> message = request(codec, id, codec.least().bytes + 29 * id);
    const auto length = static_cast<uint32_t>(message.size());
    message[2] = message[3] = 0;
    // What differs in the pseudo header of ICMPv6 is the length (RFC 4443 2.3).
    EXPECT_EQ((ones_complement_sum(message) + (v4 ? 0 : length)) % 0xffff, kIdentifier % 0xffff);
  }
}

TEST_P(EchoCodecTest, RepliesAreMatchedByEverythingThatWasSent) {
  EchoCodec codec(GetParam(), kIdentifier);
  request(codec, 0, 100);
  const std::vector<uint8_t> reply = reply_to(request(codec, 7, 1400), GetParam());
  EXPECT_EQ(codec.match_reply(reply), ProbeId{7});
  for (const size_t byte : {0u, 1u, 4u, 5u, 6u, 7u, 8u, 15u, 23u}) {
    std::vector<uint8_t> forged = reply;
    forged[byte] ^= 0x40;
    EXPECT_EQ(codec.match_reply(forged), std::nullopt) << byte;
  }
}

TEST_P(EchoCodecTest, OurOwnRequestIsNoReply) {
  EchoCodec codec(GetParam(), kIdentifier);
  EXPECT_EQ(codec.match_reply(request(codec, 0, 100)), std::nullopt);
}

TEST_P(EchoCodecTest, AQuoteOf8BytesIsEnough) {
  EchoCodec codec(GetParam(), kIdentifier);
  std::vector<uint8_t> quote = request(codec, 2, 1400);
  quote.resize(28);
  EXPECT_EQ(codec.match_quote(quote), ProbeId{2});
  quote.resize(8);
  EXPECT_EQ(codec.match_quote(quote), ProbeId{2});
  quote.resize(7);
  EXPECT_EQ(codec.match_quote(quote), std::nullopt);
}

TEST_P(EchoCodecTest, ForgedQuotesAreNot) {
  EchoCodec codec(GetParam(), kIdentifier);
  std::vector<uint8_t> quote = request(codec, 2, 1400);
  quote.resize(28);
  for (size_t byte = 0; byte < 24; ++byte) {
    if (byte == 2 || byte == 3) continue;  // the checksum, which a router may have changed
    std::vector<uint8_t> forged = quote;
    forged[byte] ^= 0x40;
    EXPECT_EQ(codec.match_quote(forged), std::nullopt) << byte;
  }
}

INSTANTIATE_TEST_SUITE_P(Families, EchoCodecTest, testing::Values(IpFamily::kIPv4, IpFamily::kIPv6),
                         [](const auto& family) {
                           return family.param == IpFamily::kIPv4 ? "IPv4" : "IPv6";
                         });

}  // namespace
}  // namespace mtuscope
