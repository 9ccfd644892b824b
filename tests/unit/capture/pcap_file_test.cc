#include "capture/pcap_file.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/error.h"
#include "capture/open_captures.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::Bytes;
using testing::data_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PcapBytes;
using testing::read_all;

TEST(PcapFile, ReadsBothByteOrdersAndBothTimeUnits) {
  struct Case {
    const char* description;
    PcapBytes::Options options;
    uint32_t fraction;
    int64_t ns;
  };
  const Case cases[] = {
      {"little-endian, microseconds", {.big_endian = false, .magic = 0xa1b2c3d4}, 7, 7'000},
      {"big-endian, microseconds", {.big_endian = true, .magic = 0xa1b2c3d4}, 7, 7'000},
      {"little-endian, nanoseconds",
       {.big_endian = false, .magic = 0xa1b23c4d},
       123456789,
       123456789},
      {"big-endian, nanoseconds", {.big_endian = true, .magic = 0xa1b23c4d}, 123456789, 123456789},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    const Bytes file = PcapBytes(c.options).packet(1'700'000'000, c.fraction, "abcd", 1514).bytes();
    auto source = open_capture_bytes(file);
    const auto frames = read_all(*source);
    ASSERT_EQ(frames.size(), 1u);
    EXPECT_EQ(frames[0].ns, 1'700'000'000'000'000'000 + c.ns);
    EXPECT_EQ(frames[0].number, 1u);
    EXPECT_EQ(frames[0].original_bytes, 1514u);
    EXPECT_EQ(frames[0].data, "abcd");
    EXPECT_EQ(frames[0].link_type, 1);
  }
}

TEST(PcapFile, TimesGoOnWhereTheClockWasSetBack) {
  const Bytes file = PcapBytes({.network = 101})
                         .packet(7200, 0, "one")
                         .packet(3600, 0, "two")
                         .packet(3601, 0, "three")
                         .packet(3599, 0, "four")  // out of order
                         .bytes();
  auto source = open_capture_bytes(file);
  std::vector<int64_t> seconds;
  for (const auto& frame : read_all(*source)) seconds.push_back(frame.ns / 1'000'000'000);
  EXPECT_THAT(seconds, ::testing::ElementsAre(7200, 7200, 7201, 7199));
  const SourceInfo info = source->info().at(0);
  EXPECT_EQ(info.clock_set_back, Duration::milliseconds(3'600'000));
  EXPECT_EQ(info.set_back_at, FrameNumber{2});
  EXPECT_EQ(info.time_reversals, 2u);
  EXPECT_EQ(info.last_time, Timestamp{7201'000'000'000});
}

TEST(PcapFile, NoClockIsSetBackByDecades) {
  const Bytes file = PcapBytes({.network = 101})
                         .packet(1'700'000'000, 0, "one")
                         .packet(7, 0, "two")
                         .packet(1'700'000'001, 0, "three")
                         .bytes();
  auto source = open_capture_bytes(file);
  std::vector<int64_t> seconds;
  for (const auto& frame : read_all(*source)) seconds.push_back(frame.ns / 1'000'000'000);
  EXPECT_THAT(seconds, ::testing::ElementsAre(1'700'000'000, 7, 1'700'000'001));
  EXPECT_EQ(source->info().at(0).clock_set_back, Duration{0});
}

TEST(PcapFile, ReportsWhatItRead) {
  const Bytes file = PcapBytes({.snaplen = 96, .network = 101})
                         .packet(20, 0, "one", 100)
                         .packet(19, 0, "two", 200)
                         .packet(30, 5, "three")
                         .bytes();
  auto source = open_capture_bytes(file);
  read_all(*source);
  const SourceInfo info = source->info().at(0);
  EXPECT_EQ(info.format, "pcap");
  EXPECT_EQ(info.packets, 3u);
  EXPECT_EQ(info.bytes, 305u);
  EXPECT_EQ(info.first_time, Timestamp{19'000'000'000});
  EXPECT_EQ(info.last_time, Timestamp{30'000'005'000});
  EXPECT_EQ(info.time_reversals, 1u);
  EXPECT_FALSE(info.truncated);
  EXPECT_EQ(info.damage, "");
  EXPECT_EQ(info.dropped, std::nullopt);
  ASSERT_EQ(info.interfaces.size(), 1u);
  EXPECT_EQ(info.interfaces[0].name, std::nullopt);
  EXPECT_EQ(info.interfaces[0].link_type, 101);
  EXPECT_EQ(info.interfaces[0].link_name, "RAW");
  EXPECT_EQ(info.interfaces[0].snaplen, 96u);
}

TEST(PcapFile, IgnoresTheChecksumLengthBesideTheLinkType) {
  const Bytes file = PcapBytes({.network = 0x24000001}).packet(1, 0, "x").bytes();
  auto source = open_capture_bytes(file);
  EXPECT_EQ(read_all(*source).at(0).link_type, 1);
}

TEST(PcapFile, AFileOfOnlyAHeaderIsAnEmptyCapture) {
  const Bytes file = PcapBytes().bytes();
  auto source = open_capture_bytes(file);
  EXPECT_TRUE(read_all(*source).empty());
  EXPECT_FALSE(source->info()[0].truncated);
  EXPECT_EQ(source->info()[0].first_time, std::nullopt);
}

TEST(PcapFile, CutAnywhereItGivesWhatCameBeforeAndSaysWhereItEnds) {
  const Bytes whole = PcapBytes().packet(1, 0, "first").packet(2, 0, "second").bytes();
  const size_t first_end = 24 + 16 + 5;
  for (size_t cut = 1; cut < whole.size(); ++cut) {
    SCOPED_TRACE(cut);
    const Bytes file(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(cut));
    if (cut < 24) {
      EXPECT_THROW(open_capture_bytes(file), Error);
      continue;
    }
    auto source = open_capture_bytes(file);
    EXPECT_EQ(read_all(*source).size(), cut >= first_end ? 1u : 0u);
    const bool at_boundary = cut == 24 || cut == first_end;
    EXPECT_EQ(source->info()[0].truncated, !at_boundary);
    if (at_boundary) continue;
    const size_t record = cut > first_end ? first_end : 24;
    EXPECT_THAT(source->info()[0].damage, HasSubstr("at byte " + std::to_string(record)));
  }
}

TEST(PcapFile, AnAbsurdLengthIsDamageAtItsByte) {
  const Bytes file = PcapBytes().packet(1, 0, "good").raw(std::string(40, '\x7f')).bytes();
  auto source = open_capture_bytes(file);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("good"));
  EXPECT_TRUE(source->info()[0].truncated);
  EXPECT_THAT(source->info()[0].damage, HasSubstr("packet 2 claims 2139062143 captured bytes"));
  EXPECT_THAT(source->info()[0].damage, HasSubstr("at byte 44"));
}

TEST(PcapFile, ZerosAfterACrashAreNotPackets) {
  const Bytes file = PcapBytes().packet(1, 0, "good").raw(std::string(4096, '\0')).bytes();
  auto source = open_capture_bytes(file);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("good"));
  EXPECT_THAT(source->info()[0].damage, HasSubstr("zeros instead of a packet"));
}

TEST(PcapFile, FilesJoinedWithCatAreNotReadAsOne) {
  Bytes file = PcapBytes().packet(1, 0, "good").bytes();
  const Bytes second = PcapBytes().packet(2, 0, "later").bytes();
  file.insert(file.end(), second.begin(), second.end());
  auto source = open_capture_bytes(file);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("good"));
  EXPECT_THAT(source->info()[0].damage, HasSubstr("another pcap header"));
}

TEST(PcapFile, APacketLongerThanTheSnaplenIsStillRead) {
  const std::string large(200'000, 'x');
  const Bytes file = PcapBytes({.snaplen = 96}).packet(1, 0, large).bytes();
  auto source = open_capture_bytes(file);
  EXPECT_EQ(read_all(*source).at(0).data, large);
}

TEST(PcapFile, TheOriginalLengthIsNeverBelowTheCapturedOne) {
  const Bytes file = PcapBytes().packet(1, 0, "abcdef", 2).bytes();
  auto source = open_capture_bytes(file);
  EXPECT_EQ(read_all(*source).at(0).original_bytes, 6u);
}

}  // namespace
}  // namespace mtuscope
