#include "capture/merged_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::data_of;
using ::testing::ElementsAre;
using testing::PcapBytes;
using testing::read_all;
using testing::TempDir;

TEST(MergedSource, OrdersByTimeAndKeepsEachFilesNumbers) {
  const TempDir dir;
  const auto a = dir.write("a", PcapBytes().packet(1, 0, "a1").packet(4, 0, "a4").bytes());
  const auto b = dir.write("b", PcapBytes().packet(2, 0, "b2").packet(3, 0, "b3").bytes());
  const auto c = dir.write("c", PcapBytes().packet(0, 0, "c0").bytes());
  auto source = open_captures({a, b, c}, {});
  const auto frames = read_all(*source);
  ASSERT_THAT(data_of(frames), ElementsAre("c0", "a1", "b2", "b3", "a4"));
  EXPECT_EQ(frames[0].source, 2u);
  EXPECT_EQ(frames[0].number, 1u);
  EXPECT_EQ(frames[3].source, 1u);
  EXPECT_EQ(frames[3].number, 2u);
  EXPECT_EQ(frames[4].source, 0u);
  EXPECT_EQ(frames[4].number, 2u);
  const auto info = source->info();
  ASSERT_EQ(info.size(), 3u);
  EXPECT_EQ(info[0].path, a);
  EXPECT_EQ(info[1].packets, 2u);
  EXPECT_GT(source->bytes_total(), 0u);
  EXPECT_EQ(source->bytes_read(), source->bytes_total());
}

TEST(MergedSource, AtEqualTimesTheFileNamedFirstComesFirst) {
  const TempDir dir;
  const auto a = dir.write("a", PcapBytes().packet(5, 0, "a1").packet(5, 0, "a2").bytes());
  const auto b = dir.write("b", PcapBytes().packet(5, 0, "b1").packet(5, 0, "b2").bytes());
  auto ab = open_captures({a, b}, {});
  EXPECT_THAT(data_of(read_all(*ab)), ElementsAre("a1", "a2", "b1", "b2"));
  auto ba = open_captures({b, a}, {});
  EXPECT_THAT(data_of(read_all(*ba)), ElementsAre("b1", "b2", "a1", "a2"));
}

TEST(MergedSource, AFilesOwnOrderIsKeptWhenItsTimesRunBackwards) {
  const TempDir dir;
  const auto a =
      dir.write("a", PcapBytes().packet(5, 0, "a5").packet(1, 0, "a1").packet(7, 0, "a7").bytes());
  const auto b = dir.write("b", PcapBytes().packet(6, 0, "b6").bytes());
  auto source = open_captures({a, b}, {});
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("a5", "a1", "b6", "a7"));
  EXPECT_EQ(source->info()[0].time_reversals, 1u);
}

TEST(MergedSource, OneDamagedFileDoesNotEndTheOthers) {
  const TempDir dir;
  const auto a = dir.write("a", PcapBytes().packet(1, 0, "a1").raw("cut").bytes());
  const auto b = dir.write("b", PcapBytes().packet(2, 0, "b2").bytes());
  auto source = open_captures({a, b}, {});
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("a1", "b2"));
  EXPECT_TRUE(source->info()[0].truncated);
  EXPECT_FALSE(source->info()[1].truncated);
}

TEST(MergedSource, ManyFilesWithManyPacketsStayWhole) {
  const TempDir dir;
  std::vector<std::string> paths;
  for (uint32_t f = 0; f < 20; ++f) {
    PcapBytes file;
    for (uint32_t i = 0; i < 500; ++i) {
      file.packet(i * 20 + (i * 7 + f) % 20, 0, std::to_string(f) + "." + std::to_string(i));
    }
    paths.push_back(dir.write(std::to_string(f), file.bytes()));
  }
  auto source = open_captures(paths, {});
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 10'000u);
  for (size_t i = 1; i < frames.size(); ++i) ASSERT_LE(frames[i - 1].ns, frames[i].ns);
  for (const auto& f : frames) {
    ASSERT_EQ(f.data, std::to_string(f.source) + "." + std::to_string(f.number - 1));
  }
}

}  // namespace
}  // namespace mtuscope
