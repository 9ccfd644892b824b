#include "capture/sorted_source.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "capture/open_captures.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::data_of;
using ::testing::ElementsAre;
using testing::PcapngBytes;
using testing::read_all;

constexpr uint16_t kEthernet = 1, kRaw = 101;

TEST(SortedSource, FramesOfSeveralInterfacesComeInTimeOrderWithTheirNumbersInTheFile) {
  PcapngBytes file(false);
  file.interface(kEthernet).interface(kRaw);
  file.packet(0, 20, "wire 1")
      .packet(0, 40, "wire 2")
      .packet(1, 10, "tunnel 1")
      .packet(1, 30, "tunnel 2");
  auto source = open_capture_bytes(file.bytes());
  const auto frames = read_all(*source);
  EXPECT_THAT(data_of(frames), ElementsAre("tunnel 1", "wire 1", "tunnel 2", "wire 2"));
  EXPECT_EQ(frames[0].number, 3u);
  EXPECT_EQ(frames[1].number, 1u);
  EXPECT_EQ(source->info()[0].packets, 4u);
}

TEST(SortedSource, FramesOfTheSameTimeKeepTheOrderOfTheFile) {
  PcapngBytes file(false);
  file.interface(kEthernet).interface(kRaw);
  file.packet(1, 5, "first").packet(0, 5, "second").packet(1, 5, "third");
  auto source = open_capture_bytes(file.bytes());
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("first", "second", "third"));
}

TEST(SortedSource, OneInterfaceKeepsTheOrderOfTheFile) {
  PcapngBytes file(false);
  file.interface(kEthernet).packet(0, 20, "later").packet(0, 10, "sooner");
  auto source = open_capture_bytes(file.bytes());
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("later", "sooner"));
}

}  // namespace
}  // namespace mtuscope
