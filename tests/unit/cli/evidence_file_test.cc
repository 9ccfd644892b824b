#include "cli/evidence_file.h"

#include <gtest/gtest.h>

#include <string>

#include "capture/decode.h"
#include "capture/link_layer.h"
#include "capture/source.h"
#include "tests/support/packet_builder.h"
#include "tests/unit/cli/scratch_folder.h"

namespace mtuscope {
namespace {

// "10.9.0.N".
IpAddress address(const std::string& text) {
  const uint8_t bytes[4] = {10, 9, 0, static_cast<uint8_t>(text.back() - '0')};
  return IpAddress::from_v4(bytes);
}

class EvidenceFileTest : public ScratchFolder {
 protected:
  // A packet of `payload` bytes, which tell it from others.
  void pass(EvidenceFile& file, const std::string& src, const std::string& dst, uint32_t payload) {
    const build::Bytes bytes =
        build::ethernet(build::tcp({.src = src, .dst = dst}, {.payload_bytes = payload}));
    Frame frame = build::frame(bytes, link_type::kEthernet);
    Packet packet;
    ASSERT_EQ(decode(frame, packet), Undecoded::kNone);
    file.add(frame, packet);
  }
  static Finding between(const std::string& src, const std::string& dst) {
    Finding finding{.kind = FindingKind::kPmtuBlackhole};
    finding.src = address(src);
    finding.dst = address(dst);
    return finding;
  }
  // The lengths of the packets in the file.
  std::vector<uint32_t> kept() const {
    std::vector<uint32_t> sizes;
    const auto source = open_captures({path_}, {});
    Frame frame;
    Packet packet;
    while (source->next(frame)) {
      if (decode(frame, packet) == Undecoded::kNone) sizes.push_back(packet.payload_bytes);
    }
    return sizes;
  }

  const std::string path_ = path("kept.pcapng");
  const std::vector<InterfaceInfo> interfaces_ = {{"eth0", link_type::kEthernet, "EN10MB", 256}};
};

TEST_F(EvidenceFileTest, KeepsWhatWasSeenBeforeTheFindingAndWhatFollows) {
  EvidenceFile file(path_, interfaces_, 100'000);
  pass(file, "10.9.0.2", "10.9.0.1", 1);
  pass(file, "10.9.0.2", "10.9.0.7", 2);
  pass(file, "10.9.0.1", "10.9.0.2", 3);
  EXPECT_TRUE(kept().empty());
  file.begin(between("10.9.0.2", "10.9.0.1"));
  pass(file, "10.9.0.2", "10.9.0.1", 4);
  pass(file, "10.9.0.9", "10.9.0.1", 5);
  EXPECT_EQ(kept(), (std::vector<uint32_t>{1, 3, 4}));
  file.end(between("10.9.0.2", "10.9.0.1"));
  pass(file, "10.9.0.2", "10.9.0.1", 6);
  EXPECT_EQ(kept(), (std::vector<uint32_t>{1, 3, 4}));
  file.begin(between("10.9.0.2", "10.9.0.1"));
  EXPECT_EQ(kept(), (std::vector<uint32_t>{1, 3, 4, 6})) << "each once";
}

TEST_F(EvidenceFileTest, TheLatestPacketsAreRememberedHoweverManyPassed) {
  EvidenceFile file(path_, interfaces_, 4096);
  for (uint32_t i = 0; i < 1000; ++i) pass(file, "10.9.0.2", "10.9.0.1", i % 100);
  file.begin(between("10.9.0.1", "10.9.0.2"));
  const std::vector<uint32_t> sizes = kept();
  ASSERT_GT(sizes.size(), 10u);
  for (size_t i = 0; i < sizes.size(); ++i) EXPECT_EQ(sizes[i], (100 - sizes.size() + i) % 100);
}

}  // namespace
}  // namespace mtuscope
