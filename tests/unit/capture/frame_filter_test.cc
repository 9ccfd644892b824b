#include "capture/frame_filter.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(FrameFilter, AnExpressionThatALinkTypeCannotHaveNamesIt) {
  const Bytes file = mixed();
  try {
    open_capture_bytes(file, {.filter = "ether host 02:02:02:02:02:02"});
    FAIL() << "accepted";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_THAT(error.what(), HasSubstr("link type RAW"));
  }
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
