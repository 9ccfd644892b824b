#include "capture/pcapng_file.h"

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
using testing::PcapngBytes;
using testing::read_all;

constexpr uint16_t kIfName = 2, kIfTsresol = 9, kIfTsoffset = 14;
constexpr uint16_t kIsbIfrecv = 4, kIsbIfdrop = 5, kIsbOsdrop = 7;
constexpr uint16_t kEthernet = 1, kRaw = 101;

Bytes text(std::string_view s) { return Bytes(s.begin(), s.end()); }
Bytes number(const PcapngBytes& file, uint64_t v) { return file.body().u64(v).bytes(); }

TEST(PcapngFile, InterfacesOfDifferentLinkTypesAreOneSource) {
  for (const bool big_endian : {false, true}) {
    SCOPED_TRACE(big_endian);
    PcapngBytes file(big_endian);
    file.interface(kEthernet, 262144, file.option(kIfName, text("eth0")));
    file.interface(kRaw, 96, file.option(kIfName, text("wg0")));
    file.packet(0, 1'700'000'000'000'001, "wire", 1514).packet(1, 1'700'000'000'000'002, "tunnel");
    auto source = open_capture_bytes(file.bytes());
    const auto frames = read_all(*source);
    EXPECT_THAT(data_of(frames), ElementsAre("wire", "tunnel"));
    EXPECT_EQ(frames[0].link_type, kEthernet);
    EXPECT_EQ(frames[0].interface, 0u);
    EXPECT_EQ(frames[0].original_bytes, 1514u);
    EXPECT_EQ(frames[0].ns, 1'700'000'000'000'001'000);
    EXPECT_EQ(frames[1].link_type, kRaw);
    EXPECT_EQ(frames[1].interface, 1u);
    EXPECT_EQ(frames[1].number, 2u);
    const SourceInfo info = source->info().at(0);
    EXPECT_EQ(info.format, "pcapng");
    EXPECT_EQ(info.packets, 2u);
    EXPECT_EQ(info.bytes, 1520u);
    EXPECT_FALSE(info.truncated) << info.damage;
    ASSERT_EQ(info.interfaces.size(), 2u);
    EXPECT_EQ(info.interfaces[0].name, "eth0");
    EXPECT_EQ(info.interfaces[0].link_name, "EN10MB");
    EXPECT_EQ(info.interfaces[1].name, "wg0");
    EXPECT_EQ(info.interfaces[1].link_name, "RAW");
    EXPECT_EQ(info.interfaces[1].snaplen, 96u);
  }
}

TEST(PcapngFile, SectionsHaveTheirOwnByteOrderAndInterfacesAreNumberedAcrossTheFile) {
  PcapngBytes file(false);
  file.interface(kEthernet).packet(0, 1, "a");
  file.section(true).interface(kRaw).interface(kEthernet).packet(1, 2, "b").packet(0, 3, "c");
  auto source = open_capture_bytes(file.bytes());
  const auto frames = read_all(*source);
  ASSERT_THAT(data_of(frames), ElementsAre("a", "b", "c"));
  EXPECT_EQ(frames[1].interface, 2u);
  EXPECT_EQ(frames[2].interface, 1u);
  EXPECT_EQ(frames[2].link_type, kRaw);
  EXPECT_EQ(frames[2].number, 3u);
  EXPECT_EQ(source->info()[0].interfaces.size(), 3u);
}

TEST(PcapngFile, TimesFollowResolutionAndOffset) {
  struct Case {
    const char* description;
    uint8_t resolution;
    int64_t offset;
    uint64_t ticks;
    int64_t ns;
  };
  const Case cases[] = {
      {"10^-6", 6, 0, 1'500'000, 1'500'000'000},
      {"10^-9", 9, 0, 1'500'000'007, 1'500'000'007},
      {"10^-3", 3, 0, 1'500, 1'500'000'000},
      {"seconds", 0, 0, 7, 7'000'000'000},
      {"10^-12 loses picoseconds", 12, 0, 1'500'000'000'999, 1'500'000'000},
      {"2^-10", 0x80 | 10, 0, 1024 + 512, 1'500'000'000},
      {"2^-32", 0x80 | 32, 0, (uint64_t{3} << 32) | 0x80000000, 3'500'000'000},
      {"2^-63", 0x80 | 63, 0, (uint64_t{1} << 63) | (uint64_t{1} << 62), 1'500'000'000},
      {"offset forward", 6, 1'700'000'000, 1, 1'700'000'000'000'001'000},
      {"offset backward", 6, -10, 11'000'000, 1'000'000'000},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    PcapngBytes file;
    Bytes options = file.option(kIfTsresol, {c.resolution});
    const Bytes offset = file.option(kIfTsoffset, number(file, static_cast<uint64_t>(c.offset)));
    options.insert(options.end(), offset.begin(), offset.end());
    file.interface(kEthernet, 0, options).packet(0, c.ticks, "x");
    auto source = open_capture_bytes(file.bytes());
    EXPECT_EQ(read_all(*source).at(0).ns, c.ns);
  }
}

TEST(PcapngFile, ASimplePacketHasTheTimeOfThePacketBefore) {
  PcapngBytes file;
  file.interface(kEthernet, 4);
  file.simple_packet("abcd", 60).packet(0, 5'000'000, "efgh").simple_packet("ijkl", 4);
  auto source = open_capture_bytes(file.bytes());
  const auto frames = read_all(*source);
  ASSERT_THAT(data_of(frames), ElementsAre("abcd", "efgh", "ijkl"));
  EXPECT_EQ(frames[0].ns, 0);
  EXPECT_EQ(frames[0].original_bytes, 60u);
  EXPECT_EQ(frames[2].ns, 5'000'000'000);
  EXPECT_EQ(source->info()[0].first_time, Timestamp{5'000'000'000});
  EXPECT_EQ(source->info()[0].time_reversals, 0u);
}

TEST(PcapngFile, ObsoletePacketBlocksAreRead) {
  PcapngBytes file;
  file.interface(kRaw).obsolete_packet(0, 3, 2'000'000, "old").obsolete_packet(0, 0xffff, 1, "er");
  auto source = open_capture_bytes(file.bytes());
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("old", "er"));
  EXPECT_EQ(source->info()[0].dropped, 3u);
  EXPECT_EQ(source->info()[0].time_reversals, 1u);
}

TEST(PcapngFile, DropsAreThoseOfTheLatestStatisticsOfEachInterface) {
  PcapngBytes file;
  file.interface(kEthernet).interface(kRaw);
  const auto statistics = [&](uint64_t if_drops, uint64_t os_drops) {
    Bytes options = file.option(kIsbIfrecv, number(file, 1000));
    const Bytes a = file.option(kIsbIfdrop, number(file, if_drops));
    const Bytes b = file.option(kIsbOsdrop, number(file, os_drops));
    options.insert(options.end(), a.begin(), a.end());
    options.insert(options.end(), b.begin(), b.end());
    return options;
  };
  file.statistics(0, statistics(1, 2)).packet(0, 1, "x");
  file.statistics(0, statistics(5, 2)).statistics(1, statistics(0, 10));
  auto source = open_capture_bytes(file.bytes());
  read_all(*source);
  EXPECT_EQ(source->info()[0].dropped, 17u);
}

// epb_dropcount (draft 4.3): what was lost since the packet before.
TEST(PcapngFile, DropsThatPacketsTellAreAddedUp) {
  for (const bool big_endian : {false, true}) {
    PcapngBytes file(big_endian);
    const auto drops = [&](uint64_t count) {
      Bytes options = file.option(2, Bytes(4, 0));  // epb_flags
      const Bytes dropped = file.option(4, number(file, count));
      options.insert(options.end(), dropped.begin(), dropped.end());
      return options;
    };
    file.interface(kEthernet).interface(kEthernet);
    file.packet(0, 1, "x", 0, drops(5)).packet(0, 2, "padded", 0, drops(7)).packet(0, 3, "none");
    file.packet(1, 4, "1234", 0, drops(100));
    // The statistics of interface 0 are older than its last packets, those of interface 1 know more
    // than the packets that were kept.
    file.statistics(0, file.option(kIsbIfdrop, number(file, 6)));
    file.statistics(1, file.option(kIsbIfdrop, number(file, 130)));
    auto source = open_capture_bytes(file.bytes());
    EXPECT_THAT(data_of(read_all(*source)), ElementsAre("x", "padded", "none", "1234"));
    EXPECT_EQ(source->info()[0].dropped, 12u + 130u);
  }
}

TEST(PcapngFile, NoStatisticsMeansDropsAreUnknown) {
  PcapngBytes file;
  file.interface(kEthernet).packet(0, 1, "x").statistics(0, {});
  auto source = open_capture_bytes(file.bytes());
  read_all(*source);
  EXPECT_EQ(source->info()[0].dropped, std::nullopt);
}

TEST(PcapngFile, UnknownBlocksAreSkipped) {
  PcapngBytes file;
  file.block(0x0bad, file.body().raw("12345678")).interface(kEthernet);
  file.block(0xa, file.body().raw("keys")).packet(0, 1, "x").block(4, file.body());
  auto source = open_capture_bytes(file.bytes());
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("x"));
  EXPECT_FALSE(source->info()[0].truncated) << source->info()[0].damage;
}

TEST(PcapngFile, CutAnywhereItGivesWhatCameBefore) {
  PcapngBytes file;
  file.interface(kEthernet);
  const size_t described = file.bytes().size();
  file.packet(0, 1, "first");
  const size_t first_end = file.bytes().size();
  file.packet(0, 2, "second");
  for (size_t cut = 1; cut < file.bytes().size(); ++cut) {
    SCOPED_TRACE(cut);
    const Bytes bytes(file.bytes().begin(),
                      file.bytes().begin() + static_cast<std::ptrdiff_t>(cut));
    if (cut < 28) {
      EXPECT_THROW(open_capture_bytes(bytes), Error);
      continue;
    }
    auto source = open_capture_bytes(bytes);
    EXPECT_EQ(read_all(*source).size(), cut >= first_end ? 1u : 0u);
    const bool at_boundary = cut == 28 || cut == described || cut == first_end;
    EXPECT_EQ(source->info()[0].truncated, !at_boundary);
  }
}

TEST(PcapngFile, DamageIsNamedWithItsByte) {
  struct Case {
    const char* says;
    void (*damage)(PcapngBytes&);
  };
  const Case cases[] = {
      {"names interface 7", [](PcapngBytes& f) { f.packet(7, 1, "x"); }},
      {"more than its block has",
       [](PcapngBytes& f) {
         f.block(6, f.body().u32(0).u32(0).u32(0).u32(500).u32(500).raw("1234"));
       }},
      {"too short", [](PcapngBytes& f) { f.block(6, f.body().u32(0)); }},
      {"without its byte-order magic",
       [](PcapngBytes& f) { f.block(0x0a0d0d0a, f.body().u32(1).u64(1).u64(1)); }},
      {"ends inside a block", [](PcapngBytes& f) { f.block(99, f.body().raw("1234")); }},
  };
  for (const Case& c : cases) {
    SCOPED_TRACE(c.says);
    PcapngBytes file;
    file.interface(kEthernet).packet(0, 1, "good");
    const size_t start = file.bytes().size();
    c.damage(file);
    Bytes bytes = file.bytes();
    if (std::string_view(c.says) == "ends inside a block") bytes.pop_back();
    auto source = open_capture_bytes(bytes);
    EXPECT_THAT(data_of(read_all(*source)), ElementsAre("good"));
    EXPECT_TRUE(source->info()[0].truncated);
    EXPECT_THAT(source->info()[0].damage, HasSubstr(c.says));
    EXPECT_THAT(source->info()[0].damage, HasSubstr("byte " + std::to_string(start)));
  }
}

TEST(PcapngFile, TheTwoLengthsOfABlockMustAgree) {
  PcapngBytes file;
  file.interface(kEthernet).packet(0, 1, "good").packet(0, 2, "bad");
  Bytes bytes = file.bytes();
  bytes[bytes.size() - 4] ^= 4;
  auto source = open_capture_bytes(bytes);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("good"));
  EXPECT_THAT(source->info()[0].damage, HasSubstr("two lengths"));
}

}  // namespace
}  // namespace mtuscope
