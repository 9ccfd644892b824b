#include "capture/tcp.h"

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

TEST(Tcp, AsTcpdumpPrintsIt) {
  const Case cases[] = {
      // IP 10.9.0.1.52176 > 10.9.0.2.4096: Flags [.], seq 1975302837, ack 4037142887, win 64,
      //   options [nop,nop,TS val 3603562392 ecr 1815641025,nop,nop,
      //   sack 1 {4037144255:4037144639}], length 0
      {"a duplicate ACK with SACK",
       {0x45, 0x00, 0x00, 0x40, 0x51, 0x78, 0x40, 0x00, 0x40, 0x06, 0xd5, 0x2b, 0x0a,
        0x09, 0x00, 0x01, 0x0a, 0x09, 0x00, 0x02, 0xcb, 0xd0, 0x10, 0x00, 0x75, 0xbc,
        0xba, 0xb5, 0xf0, 0xa1, 0xe9, 0x67, 0xb0, 0x10, 0x00, 0x40, 0xc7, 0x64, 0x00,
        0x00, 0x01, 0x01, 0x08, 0x0a, 0xd6, 0xc9, 0xff, 0x98, 0x6c, 0x38, 0x7b, 0xc1,
        0x01, 0x01, 0x05, 0x0a, 0xf0, 0xa1, 0xee, 0xbf, 0xf0, 0xa1, 0xf0, 0x3f},
       "10.9.0.1:52176 > 10.9.0.2:4096 size 64 ttl 64 ecn 0 id 20856 DF tcp . seq 1975302837 ack "
       "4037142887 win 64 hdr 44 TS 3603562392 1815641025 sack 4037144255:4037144639 len 0/0"},
      // IP6 fd09::1.50498 > fd09::2.4096: Flags [SEW], seq 0, win 64800, options [mss 1360,sackOK,
      //   TS val 7 ecr 0,nop,wscale 10], length 0
      {"an IPv6 SYN with ECN",
       {0x60, 0x00, 0x00, 0x00, 0x00, 0x28, 0x06, 0x40, 0xfd, 0x09, 0x00, 0x00, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x01, 0xfd, 0x09, 0x00, 0x00,
        0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x02, 0xc5, 0x42,
        0x10, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0xa0, 0xc2, 0xfd, 0x20,
        0x00, 0x00, 0x00, 0x00, 0x02, 0x04, 0x05, 0x50, 0x04, 0x02, 0x08, 0x0a, 0x00, 0x00,
        0x00, 0x07, 0x00, 0x00, 0x00, 0x00, 0x01, 0x03, 0x03, 0x0a},
       "[fd09::1]:50498 > [fd09::2]:4096 size 80 ttl 64 ecn 0 id 0 DF tcp SEW seq 0 ack 0 win "
       "64800 hdr 40 mss 1360 wscale 10 sackOK TS 7 0 len 0/0"},
      {"data",
       build::tcp({}, {.seq = 0xfffffff0,
                       .flags = tcp_flag::kAck | tcp_flag::kPsh,
                       .options = build::aligned_timestamps(5, 6),
                       .payload_bytes = 1368}),
       "10.9.0.2:4096 > 10.9.0.1:50498 size 1420 ttl 64 ecn 0 id 1 DF tcp P. seq 4294967280 ack 1 "
       "win 64 hdr 32 TS 5 6 len 1368/1368"},
      {"RST without options", build::tcp({}, {.flags = tcp_flag::kRst, .window = 0}),
       "10.9.0.2:4096 > 10.9.0.1:50498 size 40 ttl 64 ecn 0 id 1 DF tcp R seq 1 ack 1 win 0 hdr 20 "
       "len 0/0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(decode_text(c.bytes, link_type::kRaw), c.expected);
  }
}

// What decode_tcp_options() makes of `options`, of which only the first `captured` are there.
std::string options_text(const Bytes& options, uint8_t flags, size_t captured) {
  Bytes bytes = build::tcp({}, {.flags = flags, .options = options});
  const auto original = static_cast<uint32_t>(bytes.size());
  if (captured < options.size()) bytes.resize(40 + captured);
  const std::string text = decode_text(bytes, link_type::kRaw, {.original_bytes = original});
  const size_t begin = text.find(" hdr ");
  return text.substr(begin + 7, text.rfind(" len ") - begin - 7);
}

TEST(TcpOptions, AreReadInAnyOrder) {
  using namespace build;
  const Case cases[] = {
      {"Linux SYN", syn_options(1460, 10, 7, 0), " mss 1460 wscale 10 sackOK TS 7 0"},
      {"Windows SYN", join({mss(1460), {1}, window_scale(8), {1, 1}, sack_permitted()}),
       " mss 1460 wscale 8 sackOK"},
      {"macOS SYN",
       join({mss(1460), {1}, window_scale(6), {1, 1}, timestamps(9, 0), sack_permitted(), {0, 0}}),
       " mss 1460 wscale 6 sackOK TS 9 0"},
      {"window scale above 14 counts as 14 (RFC 7323 2.3)", window_scale(200), " wscale 14"},
      {"unknown kinds are passed over", join({{254, 4, 1, 2}, {30, 2}, mss(536)}), " mss 536"},
      {"an end-of-list option ends", join({{0}, mss(1460), {0, 0, 0}}), ""},
      {"MSS 0", join({mss(1460), mss(0)}), ""},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(options_text(c.bytes, tcp_flag::kSyn, SIZE_MAX), c.expected);
  }
}

TEST(TcpOptions, OutsideSyn) {
  using namespace build;
  const Case cases[] = {
      {"none", {}, ""},
      {"timestamps, not aligned", join({timestamps(1, 2), {1, 1}}), " TS 1 2"},
      {"timestamps and three blocks",
       join({aligned_timestamps(1, 2), aligned_sack({{10, 20}, {30, 40}, {50, 60}})}),
       " TS 1 2 sack 10:20 sack 30:40 sack 50:60"},
      {"four blocks", aligned_sack({{10, 20}, {30, 40}, {50, 60}, {70, 80}}),
       " sack 10:20 sack 30:40 sack 50:60 sack 70:80"},
      {"what belongs into a SYN is ignored elsewhere", syn_options(1460), " TS 1 0"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(options_text(c.bytes, tcp_flag::kAck, SIZE_MAX), c.expected);
  }
}

TEST(TcpOptions, Malformed) {
  using namespace build;
  const Case cases[] = {
      {"length 0", {5, 0, 1, 1}, " options-cut"},
      {"length 1", {8, 1, 1, 1}, " options-cut"},
      {"length beyond the header", join({mss(1460), {8, 40, 0, 0}}), " mss 1460 options-cut"},
      {"no room for the length", {1, 1, 1, 8}, " options-cut"},
      {"SACK of 9 bytes; what follows is read", join({{5, 9, 0, 0, 0, 0, 0, 0, 0}, mss(1460)}),
       " mss 1460 options-cut"},
      {"empty SACK", {5, 2, 1, 1}, " options-cut"},
      {"MSS of 6 bytes", {2, 6, 5, 0xb4, 0, 0, 1, 1}, " options-cut"},
      {"timestamps of 8 bytes", {8, 8, 0, 0, 0, 1, 0, 0}, " options-cut"},
      {"window scale of 4 bytes", {3, 4, 7, 7}, " options-cut"},
      {"SACK permitted of 3 bytes", {4, 3, 0, 1}, " options-cut"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(options_text(c.bytes, tcp_flag::kSyn, SIZE_MAX), c.expected);
  }
}

TEST(TcpOptions, CutBySnaplen) {
  const Bytes options =
      build::join({build::aligned_timestamps(1, 2), build::aligned_sack({{10, 20}, {30, 40}})});
  struct CutCase {
    size_t captured;
    const char* expected;
  };
  const CutCase cases[] = {
      {0, " options-cut"},
      {1, " options-cut"},
      {11, " options-cut"},
      {12, " TS 1 2 options-cut"},
      {15, " TS 1 2 options-cut"},
      {23, " TS 1 2 options-cut"},
      // Complete blocks count.
      {24, " TS 1 2 sack 10:20 options-cut"},
      {31, " TS 1 2 sack 10:20 options-cut"},
      {32, " TS 1 2 sack 10:20 sack 30:40"},
  };
  for (const CutCase& c : cases) {
    SCOPED_TRACE(c.captured);
    EXPECT_EQ(options_text(options, tcp_flag::kAck, c.captured), c.expected);
  }
}

TEST(Tcp, Malformed) {
  const auto with_offset = [](uint8_t words) {
    Bytes bytes = build::tcp({}, {.payload_bytes = 8});
    bytes[32] = static_cast<uint8_t>(words << 4);
    return bytes;
  };
  const Case cases[] = {
      {"data offset below 5", with_offset(4), "malformed transport header"},
      {"data offset beyond the packet", with_offset(8), "malformed transport header"},
      {"an IP packet too small for TCP", build::ip({}, 6, Bytes(19)), "malformed transport header"},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    EXPECT_EQ(decode_text(c.bytes, link_type::kRaw), c.expected);
  }
}

TEST(Tcp, CutBySnaplenKeepsWhatTheHeadersClaim) {
  const Bytes whole = build::tcp({}, {.payload_bytes = 1000});
  const auto cut = [&whole](ptrdiff_t kept) {
    return decode_text(Bytes(whole.begin(), whole.begin() + kept), link_type::kRaw,
                       {.original_bytes = static_cast<uint32_t>(whole.size())});
  };
  EXPECT_EQ(cut(39), "transport header cut by the snaplen");
  EXPECT_EQ(cut(40),
            "10.9.0.2:4096 > 10.9.0.1:50498 size 1040 ttl 64 ecn 0 id 1 DF tcp . seq 1 ack 1 win "
            "64 hdr 20 len 1000/0");
  EXPECT_EQ(cut(50),
            "10.9.0.2:4096 > 10.9.0.1:50498 size 1040 ttl 64 ecn 0 id 1 DF tcp . seq 1 ack 1 win "
            "64 hdr 20 len 1000/10");
}

}  // namespace
}  // namespace mtuscope
