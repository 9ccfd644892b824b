#include "capture/libpcap_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/open_captures.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::Bytes;
using testing::ByteWriter;
using testing::data_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PcapBytes;
using testing::read_all;

// The "modified" pcap of Alexey Kuznetzov's libpcap: 8 more bytes in each record header.
Bytes modified_pcap() {
  ByteWriter out(false);
  out.u32(0xa1b2cd34).u16(2).u16(4).u32(0).u32(0).u32(65535).u32(101);
  for (const std::string_view data : {"abcd", "efgh"}) {
    out.u32(7).u32(8).u32(data.size()).u32(1400).u32(0).u16(0).u16(0).raw(data);
  }
  return out.bytes();
}

TEST(LibpcapSource, ReadsPcapVariantsThatOurReaderLeavesToIt) {
  const Bytes file = modified_pcap();
  auto source = open_capture_bytes(file);
  const auto frames = read_all(*source);
  ASSERT_THAT(data_of(frames), ElementsAre("abcd", "efgh"));
  EXPECT_EQ(frames[1].number, 2u);
  EXPECT_EQ(frames[1].ns, 7'000'008'000);
  EXPECT_EQ(frames[1].original_bytes, 1400u);
  EXPECT_EQ(frames[1].link_type, 101);  // as in the file, not DLT_RAW
  const SourceInfo info = source->info()[0];
  EXPECT_THAT(info.format, HasSubstr("libpcap"));
  EXPECT_EQ(info.interfaces.at(0).link_name, "RAW");
  EXPECT_EQ(info.packets, 2u);
  EXPECT_FALSE(info.truncated);
}

TEST(LibpcapSource, ReadsOldVersions) {
  const Bytes file = PcapBytes({.minor_version = 3}).packet(1, 0, "old").bytes();
  auto source = open_capture_bytes(file);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("old"));
}

TEST(LibpcapSource, CutInAPacketItGivesWhatCameBeforeAndSaysWhere) {
  Bytes file = modified_pcap();
  file.resize(file.size() - 2);
  auto source = open_capture_bytes(file);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("abcd"));
  EXPECT_TRUE(source->info()[0].truncated);
  EXPECT_THAT(source->info()[0].damage, HasSubstr("packet 2: truncated dump file"));
  EXPECT_THAT(source->info()[0].damage, HasSubstr("at byte 52"));
}

}  // namespace
}  // namespace mtuscope
