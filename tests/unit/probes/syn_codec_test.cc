#include "probes/syn_codec.h"

#include <gtest/gtest.h>

#include <vector>

#include "capture/decode.h"
#include "capture/tcp.h"
#include "capture/wire_bytes.h"

namespace mtuscope {
namespace {

using Bytes = std::vector<uint8_t>;

constexpr uint16_t kSourcePort = 40001, kTargetPort = 443;
constexpr uint8_t kSyn = 0x02, kRst = 0x04, kAck = 0x10;

IpAddress source(IpFamily family) {
  return IpAddress::parse(family == IpFamily::kIPv4 ? "192.0.2.2" : "2001:db8::2").value();
}
Endpoint target(IpFamily family) {
  return {IpAddress::parse(family == IpFamily::kIPv4 ? "198.51.100.2" : "2001:db8:1::2").value(),
          kTargetPort};
}

void store_be32(uint8_t* at, uint32_t value) {
  for (int i = 0; i < 4; ++i) at[i] = static_cast<uint8_t>(value >> (24 - 8 * i));
}

// What the other end answers to `syn` (RFC 9293 3.10.7): a segment with these flags and this
// acknowledgement number.
Bytes answer(const Bytes& syn, uint8_t flags, uint32_t ack) {
  Bytes segment(kTcpHeaderBytes, 0);
  std::copy_n(&syn[2], 2, &segment[0]);
  std::copy_n(&syn[0], 2, &segment[2]);
  store_be32(&segment[8], ack);
  segment[12] = 5 << 4;
  segment[13] = flags;
  return segment;
}
uint32_t isn(const Bytes& syn) { return load_be32(&syn[4]); }
Bytes rst(const Bytes& syn) {
  const auto data = static_cast<uint32_t>(syn.size() - kSynHeaderBytes);
  return answer(syn, kRst | kAck, isn(syn) + 1 + data);
}
Bytes syn_ack(const Bytes& syn) { return answer(syn, kSyn | kAck, isn(syn) + 1); }

class SynCodecTest : public testing::TestWithParam<IpFamily> {
 protected:
  Bytes syn(ProbeId id, uint32_t size) {
    const auto bytes = codec.segment(id, IpSize{size});
    return {bytes.begin(), bytes.end()};
  }
  SynCodec codec{source(GetParam()), {kSourcePort, 40002, 40003}, target(GetParam())};
};

TEST_P(SynCodecTest, TheSegmentFillsAPacketOfExactlyThisSizeWithTheSamePorts) {
  ProbeId id = 0;
  for (const uint32_t size : {64u, 80u, 81u, 1392u, 1500u, 9000u}) {
    const Bytes segment = syn(id++, size);
    EXPECT_EQ(segment.size() + ip_header_bytes(GetParam()), size);
    Packet packet;
    ASSERT_EQ(decode_tcp({segment, static_cast<uint32_t>(segment.size())}, packet),
              Undecoded::kNone);
    EXPECT_EQ(packet.src_port, kSourcePort);
    EXPECT_EQ(packet.dst_port, kTargetPort);
    EXPECT_EQ(segment[13], kSyn);
  }
}

// RFC 9293 3.1: the sum over the pseudo header and the segment, checksum included, is all ones.
TEST_P(SynCodecTest, TheChecksumIsRight) {
  const Bytes segment = syn(0, 1393);
  Bytes bytes;
  for (const IpAddress& address : {source(GetParam()), target(GetParam()).address}) {
    const size_t length = GetParam() == IpFamily::kIPv4 ? 4 : 16;
    bytes.insert(bytes.end(), address.bytes.begin(), address.bytes.begin() + length);
  }
  bytes.insert(bytes.end(), segment.begin(), segment.end());
  uint64_t sum = 6 + segment.size();
  for (size_t i = 0; i < bytes.size(); ++i) sum += uint64_t{bytes[i]} << (i % 2 == 0 ? 8 : 0);
  while (sum >> 16 != 0) sum = (sum & 0xffff) + (sum >> 16);
  EXPECT_EQ(sum, 0xffffu);
}

TEST_P(SynCodecTest, AClosedPortsResetNamesTheProbe) {
  const Bytes small = syn(0, 100), large = syn(1, 1400), same = syn(2, 1400);
  EXPECT_EQ(codec.match_reply(rst(same)), ProbeId{2});
  EXPECT_EQ(codec.match_reply(rst(small)), ProbeId{0});
  EXPECT_EQ(codec.match_reply(rst(large)), ProbeId{1});
}

TEST_P(SynCodecTest, AnOpenPortNamesItWithOrWithoutTakingTheData) {
  const Bytes first = syn(0, 1400), second = syn(1, 1400);
  EXPECT_EQ(codec.match_reply(syn_ack(second)), ProbeId{1});
  EXPECT_EQ(codec.match_reply(answer(first, kSyn | kAck, load_be32(&rst(first)[8]))), ProbeId{0});
}

// Sizes that grow as fast as sequence numbers would otherwise share acknowledgement numbers.
TEST_P(SynCodecTest, NoTwoProbesShareAnAnswer) {
  std::vector<Bytes> sent;
  for (ProbeId id = 0; id < 400; ++id) sent.push_back(syn(id, 80 + (id * 7) % 30));
  for (ProbeId id = 0; id < 400; ++id) {
    EXPECT_EQ(codec.match_reply(rst(sent[id])), id);
    EXPECT_EQ(codec.match_reply(syn_ack(sent[id])), id);
  }
}

TEST_P(SynCodecTest, ForgedAnswersAreNone) {
  const Bytes sent = syn(0, 1400);
  EXPECT_EQ(codec.match_reply(answer(sent, kRst, isn(sent) + 1)), std::nullopt) << "no ACK";
  EXPECT_EQ(codec.match_reply(answer(sent, kRst | kAck, 0)), std::nullopt);
  EXPECT_EQ(codec.match_reply(answer(sent, kSyn | kAck, isn(sent))), std::nullopt);
  for (const size_t byte : {0u, 1u, 2u, 3u, 8u, 9u, 10u, 11u}) {
    Bytes forged = rst(sent);
    forged[byte] ^= 0x40;
    EXPECT_EQ(codec.match_reply(forged), std::nullopt) << byte;
  }
  Bytes cut = rst(sent);
  cut.pop_back();
  EXPECT_EQ(codec.match_reply(cut), std::nullopt);
}

// Hosts that count differently are not understood, rather than misunderstood.
TEST_P(SynCodecTest, AnAnswerThatIsAFewBytesOffNamesNoOtherProbe) {
  std::vector<Bytes> sent;
  for (ProbeId id = 0; id < 50; ++id) sent.push_back(syn(id, 80));
  for (const Bytes& one : sent) {
    for (const uint32_t off : {0u, 2u, 20u, 200u}) {
      EXPECT_EQ(codec.match_reply(answer(one, kSyn | kAck, isn(one) + off)), std::nullopt);
    }
  }
}

TEST_P(SynCodecTest, OurOwnSynIsNoAnswer) {
  EXPECT_EQ(codec.match_reply(syn(0, 100)), std::nullopt);
}

TEST_P(SynCodecTest, AQuoteOf8BytesIsEnough) {
  syn(0, 1400);
  Bytes quote = syn(1, 1400);
  for (const size_t length : {1200u, 60u, 24u, 20u, 8u}) {
    quote.resize(length);
    EXPECT_EQ(codec.match_quote(quote), ProbeId{1}) << length;
  }
  quote.resize(7);
  EXPECT_EQ(codec.match_quote(quote), std::nullopt);
}

TEST_P(SynCodecTest, ForgedQuotesAreNot) {
  const Bytes quote = syn(0, 1400);
  for (const size_t byte : {0u, 1u, 2u, 3u, 4u, 5u, 6u, 7u, 24u, 30u, 39u}) {
    Bytes forged = quote;
    forged[byte] ^= 0x40;
    EXPECT_EQ(codec.match_quote(forged), std::nullopt) << byte;
  }
}

// RFC 5961 4: a challenge ACK says where the server's connection is, not what has just arrived.
TEST_P(SynCodecTest, AServerThatHoldsOnToTheFirstSynGetsOtherPorts) {
  const Bytes first = syn(0, 1400);
  EXPECT_EQ(codec.match_reply(syn_ack(first)), ProbeId{0});
  for (ProbeId id = 1; id < 4; ++id) {
    EXPECT_EQ(load_be16(&syn(id, 1400)[0]), kSourcePort);
    EXPECT_FALSE(codec.spreads());
    codec.match_reply(answer(first, kAck, isn(first) + 1));
  }
  EXPECT_TRUE(codec.spreads());
  const Bytes next = syn(4, 1400), other = syn(5, 1400);
  EXPECT_NE(load_be16(&next[0]), load_be16(&other[0]));
  EXPECT_EQ(codec.match_reply(syn_ack(next)), ProbeId{4});
  EXPECT_EQ(codec.match_reply(syn_ack(other)), ProbeId{5});
}

INSTANTIATE_TEST_SUITE_P(Families, SynCodecTest, testing::Values(IpFamily::kIPv4, IpFamily::kIPv6),
                         [](const auto& family) {
                           return family.param == IpFamily::kIPv4 ? "IPv4" : "IPv6";
                         });

}  // namespace
}  // namespace mtuscope
