#include "capture/pcapng_writer.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "capture/error.h"
#include "capture/link_layer.h"
#include "capture/source.h"
#include "tests/support/temp_dir.h"

namespace mtuscope {
namespace {

class PcapngWriterTest : public testing::Test {
 protected:
  const build::TempDir dir_;
  const std::string path_ = dir_.path("written.pcapng");
  const std::vector<InterfaceInfo> interfaces_ = {{"eth0", link_type::kEthernet, "EN10MB", 256},
                                                  {"wg0", link_type::kRaw, "RAW", 256}};
};

TEST_F(PcapngWriterTest, OurReaderReadsWhatWasWritten) {
  const std::vector<uint8_t> bytes = {0x45, 1, 2, 3, 4, 5, 6};
  PcapngWriter writer(path_, interfaces_);
  Frame frame{.time = Timestamp{1'795'264'547'123'456'789},
              .interface = 1,
              .link_type = link_type::kRaw,
              .original_bytes = 1420,
              .bytes = bytes};
  ASSERT_TRUE(writer.write(frame));
  frame.interface = 0;
  ASSERT_TRUE(writer.write(frame));

  // Complete though the writer still has it open.
  const auto source = open_captures({path_}, {});
  Frame read;
  ASSERT_TRUE(source->next(read));
  EXPECT_EQ(read.time, frame.time);
  EXPECT_EQ(read.original_bytes, 1420u);
  EXPECT_EQ(read.link_type, link_type::kRaw);
  EXPECT_EQ(std::vector<uint8_t>(read.bytes.begin(), read.bytes.end()), bytes);
  ASSERT_TRUE(source->next(read));
  EXPECT_EQ(read.link_type, link_type::kEthernet);
  EXPECT_FALSE(source->next(read));
  const SourceInfo info = source->info().front();
  EXPECT_FALSE(info.truncated);
  EXPECT_EQ(info.interfaces[1].name, "wg0");
}

TEST_F(PcapngWriterTest, AFullDiskIsToldAtOnce) {
  try {
    PcapngWriter writer("/dev/full", interfaces_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kSystem);
  }
}

TEST_F(PcapngWriterTest, AFolderThatDoesNotExistIsNotFound) {
  try {
    PcapngWriter writer("/nowhere/kept.pcapng", interfaces_);
    FAIL() << "no error";
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kNotFound);
  }
}

}  // namespace
}  // namespace mtuscope
