#include "capture/frame_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <utility>

#include "capture/error.h"
#include "capture/open_captures.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::Bytes;
using ::testing::HasSubstr;
using testing::PcapBytes;
using testing::PcapngBytes;
using testing::read_all;

// IPv4 10.0.0.1 -> 10.0.0.2, TCP from `port` to 80, no payload.
std::string ip_tcp(uint16_t port) {
  std::string p("\x45\0\0\x28\0\0\x40\0\x40\x06\0\0\x0a\0\0\x01\x0a\0\0\x02", 20);
  p += static_cast<char>(port >> 8);
  p += static_cast<char>(port & 0xff);
  p += std::string("\0\x50\0\0\0\0\0\0\0\0\x50\x10\xff\xff\0\0\0\0", 18);
  return p;
}
std::string ethernet(const std::string& ip) {
  return std::string(12, '\x02') + "\x08" + std::string(1, '\0') + ip;
}

// Ethernet, raw IP, Linux cooked v1 in one file, ports 1000 and 2000 on each.
Bytes mixed() {
  PcapngBytes file;
  file.interface(1).interface(101).interface(113);
  const std::string cooked = std::string(14, '\0') + "\x08" + std::string(1, '\0');
  uint64_t time = 0;
  for (const uint16_t port : {uint16_t{1000}, uint16_t{2000}}) {
    file.packet(0, ++time, ethernet(ip_tcp(port)));
    file.packet(1, ++time, ip_tcp(port));
    file.packet(2, ++time, cooked + ip_tcp(port));
  }
  return file.bytes();
}

TEST(FrameFilter, WorksOnEveryLinkTypeOfAFileAndKeepsTheNumbers) {
  const Bytes file = mixed();
  auto source = open_capture_bytes(file, {.filter = "tcp src port 2000"});
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 3u);
  EXPECT_EQ(frames[0].number, 4u);
  EXPECT_EQ(frames[1].number, 5u);
  EXPECT_EQ(frames[2].number, 6u);
  const SourceInfo info = source->info()[0];
  EXPECT_EQ(info.packets, 6u);
  EXPECT_EQ(info.filtered_out, 3u);
}

TEST(FrameFilter, SeesTheLengthOnTheWire) {
  const Bytes file =
      PcapBytes().packet(1, 0, ethernet(ip_tcp(1)), 1514).packet(2, 0, ethernet(ip_tcp(1))).bytes();
  auto source = open_capture_bytes(file, {.filter = "greater 1000"});
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 1u);
  EXPECT_EQ(frames[0].number, 1u);
}

TEST(FrameFilter, ABadExpressionIsAUsageErrorThatQuotesLibpcap) {
  const Bytes file = PcapBytes().bytes();
  try {
    open_capture_bytes(file, {.filter = "tcp prot 80"});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("tcp prot 80"));
    EXPECT_THAT(error.what(), HasSubstr("syntax error"));
  }
}

TEST(FrameFilter, IsUsedOnTheInterfacesWhereItMakesSenseAndSaysWhyNotOnTheOthers) {
  const Bytes file = mixed();
  auto source = open_capture_bytes(file, {.filter = "ether host 02:02:02:02:02:02"});
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 2u);
  EXPECT_EQ(frames[0].number, 1u);
  EXPECT_EQ(frames[1].number, 4u);
  const SourceInfo info = source->info()[0];
  EXPECT_EQ(info.filtered_out, 4u);
  EXPECT_EQ(info.interfaces[0].filter_problem, "");
  EXPECT_THAT(info.interfaces[1].filter_problem, HasSubstr("ethernet addresses"));
  EXPECT_THAT(info.interfaces[2].filter_problem, HasSubstr("ethernet addresses"));
}

TEST(FrameFilter, AnInterfaceThatLibpcapHasNoFiltersForDoesNotStopTheOthers) {
  constexpr uint16_t kUser0 = 147;
  PcapngBytes file;
  file.interface(101).interface(kUser0);
  file.packet(0, 1, ip_tcp(7)).packet(1, 2, "whatever it is").packet(0, 3, ip_tcp(8));
  auto source = open_capture_bytes(file.bytes(), {.filter = "tcp port 7"});
  ASSERT_EQ(read_all(*source).size(), 1u);
  EXPECT_THAT(source->info()[0].interfaces[1].filter_problem, HasSubstr("147"));
}

TEST(FrameFilter, AnExpressionThatNoLinkTypeOfTheCaptureCanHaveNamesTheFirst) {
  PcapngBytes file;
  file.interface(101).interface(113);
  try {
    open_capture_bytes(file.bytes(), {.filter = "ether host 02:02:02:02:02:02"});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("link type RAW"));
  }
}

TEST(FrameFilter, WhereInterfacesAreAnnouncedLateAndNoneFitsThatIsSaidAtTheEnd) {
  PcapngBytes file;
  file.block(0x0bad, file.body());
  file.interface(101).packet(0, 1, ip_tcp(7));
  auto source = open_capture_bytes(file.bytes(), {.filter = "tcp prot 80"});
  Frame frame;
  EXPECT_THROW(source->next(frame), Error);
}

// The family before the packet, in either byte order.
std::string loopback(uint8_t family, bool big_endian, const std::string& ip) {
  std::string header(4, '\0');
  header[big_endian ? 3 : 0] = static_cast<char>(family);
  return header + ip;
}
// TCP from fd09::1 to fd09::2, port 7 to 80.
std::string ipv6_tcp() {
  const std::string tcp = ip_tcp(7).substr(20);
  std::string p("\x60\0\0\0\0\x14\x06\x40", 8);
  for (const char last : {'\1', '\2'}) p += "\xfd\x09" + std::string(13, '\0') + last;
  return p + tcp;
}

// libpcap gencode.c: AF_INET6 is 24, 28 or 30 in captures of the BSDs and macOS (10 on Linux),
// and the header is in the byte order of the host that captured.
TEST(FrameFilter, KnowsTheLoopbackHeadersOfOtherSystems) {
  for (const uint8_t family : {uint8_t{24}, uint8_t{28}, uint8_t{30}}) {
    for (const bool big_endian : {false, true}) {
      SCOPED_TRACE(::testing::PrintToString(std::pair(int{family}, big_endian)));
      const auto passed = [&](uint32_t link_type, const std::string& filter) {
        const Bytes file = PcapBytes({.big_endian = big_endian, .network = link_type})
                               .packet(1, 0, loopback(family, big_endian, ipv6_tcp()))
                               .packet(2, 0, loopback(2, big_endian, ip_tcp(9)))
                               .bytes();
        auto source = open_capture_bytes(file, {.filter = filter});
        std::vector<uint64_t> numbers;
        for (const auto& frame : read_all(*source)) numbers.push_back(frame.number);
        return numbers;
      };
      using Numbers = std::vector<uint64_t>;
      EXPECT_EQ(passed(0, "tcp"), (Numbers{1, 2}));
      EXPECT_EQ(passed(0, "tcp port 7"), Numbers{1});
      EXPECT_EQ(passed(0, "ip"), Numbers{2});
      EXPECT_EQ(passed(0, "ip6 host fd09::1"), Numbers{1});
      EXPECT_EQ(passed(0, "greater 64"), Numbers{1});  // 4 bytes of header before 60
      EXPECT_EQ(passed(0, "greater 65"), Numbers{});
      if (big_endian) {
        EXPECT_EQ(passed(108, "tcp"), (Numbers{1, 2}));  // LINKTYPE_LOOP
      }
    }
  }
}

// The file's byte order says nothing of the header's when a tool has written the file anew.
TEST(FrameFilter, ALoopbackHeaderMayBeInAnotherByteOrderThanTheFile) {
  const Bytes file = PcapBytes({.network = 0}).packet(1, 0, loopback(30, true, ipv6_tcp())).bytes();
  auto source = open_capture_bytes(file, {.filter = "tcp port 7"});
  EXPECT_EQ(read_all(*source).size(), 1u);
}

// LINKTYPE_RAW by its OpenBSD number, which libpcap does not compile for, and PPP without address
// and control, for which it always leaves room.
TEST(FrameFilter, WorksWhereLibpcapHasNoFiltersButThePacketsAreRead) {
  const Bytes raw =
      PcapBytes({.network = 14}).packet(1, 0, ip_tcp(7)).packet(2, 0, ip_tcp(8)).bytes();
  auto source = open_capture_bytes(raw, {.filter = "tcp port 7"});
  EXPECT_EQ(read_all(*source).size(), 1u);

  const std::string label("\x00\x06\x41\x40", 4);
  const Bytes mpls = PcapBytes({.network = 219}).packet(1, 0, label + ip_tcp(7)).bytes();
  source = open_capture_bytes(mpls, {.filter = "tcp port 7 and greater 44"});
  EXPECT_EQ(read_all(*source).size(), 1u);

  const std::string ip_protocol("\0\x21", 2);
  const Bytes ppp = PcapBytes({.network = 9})
                        .packet(1, 0, "\xff\x03" + ip_protocol + ip_tcp(7))
                        .packet(2, 0, ip_protocol + ip_tcp(7))
                        .packet(3, 0, ip_protocol + ip_tcp(8))
                        .packet(4, 0, "\xc0")
                        .bytes();
  source = open_capture_bytes(ppp, {.filter = "tcp port 7 and greater 42"});
  EXPECT_EQ(read_all(*source).size(), 2u);
}

TEST(FrameFilter, SaysNowAndThenHowFarItIs) {
  PcapBytes bytes;
  constexpr uint64_t kFrames = 200000;
  for (uint64_t i = 0; i < kFrames; ++i) bytes.packet(1, 0, "");
  uint64_t calls = 0, last = 0;
  auto source = open_capture_bytes(
      bytes.bytes(), {.filter = "tcp", .still_reading = [&](uint64_t, uint64_t, uint64_t left_out) {
                        ++calls;
                        last = left_out;
                      }});
  EXPECT_TRUE(read_all(*source).empty());
  EXPECT_EQ(calls, kFrames >> 16);
  EXPECT_EQ(last, (kFrames >> 16) << 16);
}

TEST(FrameFilter, ALinkTypeThatIsAnnouncedLateIsCompiledThen) {
  PcapngBytes file;
  file.interface(1).packet(0, 1, ethernet(ip_tcp(7)));
  file.interface(101).packet(1, 2, ip_tcp(7)).packet(1, 3, ip_tcp(8));
  auto source = open_capture_bytes(file.bytes(), {.filter = "tcp port 7"});
  EXPECT_EQ(read_all(*source).size(), 2u);
}

}  // namespace
}  // namespace mtuscope
