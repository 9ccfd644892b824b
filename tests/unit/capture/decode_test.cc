// decode() as a whole: no byte outside the frame is ever read (the address sanitizer sees to that,
// frames lie in buffers of exactly their size), every packet keeps its promises whatever the bytes,
// and every failure has the right name. Fields are tested with the layer they belong to.

#include "capture/decode.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <set>

#include "tests/support/decode_text.h"
#include "tests/support/packet_corpus.h"

namespace mtuscope {
namespace {

using build::Bytes;

// A frame in a heap buffer that ends where the frame ends.
class ExactFrame {
 public:
  ExactFrame(const Bytes& bytes, size_t kept, uint16_t link_type, uint32_t original_bytes)
      : buffer_(std::make_unique<uint8_t[]>(kept)) {
    std::copy_n(bytes.begin(), kept, buffer_.get());
    frame_.link_type = link_type;
    frame_.original_bytes = original_bytes;
    frame_.bytes = {buffer_.get(), kept};
  }
  const Frame& frame() const { return frame_; }

 private:
  std::unique_ptr<uint8_t[]> buffer_;
  Frame frame_;
};

bool starts_with(const std::string& text, std::string_view start) {
  return text.compare(0, start.size(), start) == 0;
}

TEST(Decode, CarriesOverWhatTheCaptureSays) {
  const Bytes bytes = build::ethernet(build::tcp({}, {}));
  Frame frame = build::frame(bytes, 1, {.time = {12345}, .number = 17, .interface = 3});
  frame.source = 2;
  Packet packet;
  ASSERT_EQ(decode(frame, packet), Undecoded::kNone);
  EXPECT_EQ(packet.time, Timestamp{12345});
  EXPECT_EQ(packet.frame, FrameNumber{17});
  EXPECT_EQ(packet.interface, 3u);
  EXPECT_EQ(packet.source, 2u);
}

TEST(Decode, EveryReasonHasItsOwnText) {
  std::set<std::string_view> texts;
  for (int i = 0; i < static_cast<int>(Undecoded::kCount); ++i) {
    texts.insert(to_string(static_cast<Undecoded>(i)));
  }
  EXPECT_EQ(texts.size(), static_cast<size_t>(Undecoded::kCount));
  EXPECT_EQ(texts.count(to_string(Undecoded::kCount)), 0u);
}

TEST(Decode, TheNamesOfTheCorpusAreTrue) {
  for (const CorpusPacket& c : packet_corpus()) {
    SCOPED_TRACE(c.name);
    Packet packet;
    const Undecoded reason = decode(build::frame(c.bytes, c.link_type), packet);
    EXPECT_EQ(reason != Undecoded::kNone, starts_with(c.name, "malformed-")) << to_string(reason);
  }
}

TEST(Decode, PacketsCutAtEveryByteAreTruncatedAndNothingElse) {
  for (const CorpusPacket& c : packet_corpus()) {
    if (!starts_with(c.name, "valid-")) continue;
    for (size_t kept = 0; kept < c.bytes.size(); ++kept) {
      SCOPED_TRACE(c.name + " cut to " + std::to_string(kept));
      const ExactFrame exact(c.bytes, kept, c.link_type, static_cast<uint32_t>(c.bytes.size()));
      Packet packet;
      const Undecoded reason = decode(exact.frame(), packet);
      if (reason == Undecoded::kNone) {
        EXPECT_EQ(broken_invariant(exact.frame(), packet), "");
      } else if (c.name != "valid-mpls-pseudo-wire") {  // not certain enough when it is cut
        EXPECT_TRUE(reason == Undecoded::kLinkTruncated || reason == Undecoded::kIpTruncated ||
                    reason == Undecoded::kTransportTruncated)
            << to_string(reason);
      }
    }
  }
}

TEST(Decode, FramesThatReallyEndAtAnyByteKeepThePromises) {
  for (const CorpusPacket& c : packet_corpus()) {
    for (size_t kept = 0; kept < c.bytes.size(); ++kept) {
      SCOPED_TRACE(c.name + " ends at " + std::to_string(kept));
      const ExactFrame exact(c.bytes, kept, c.link_type, static_cast<uint32_t>(kept));
      Packet packet;
      if (decode(exact.frame(), packet) != Undecoded::kNone) continue;
      EXPECT_EQ(broken_invariant(exact.frame(), packet), "");
    }
  }
}

TEST(Decode, FramesWithAnyByteChangedKeepThePromises) {
  for (const CorpusPacket& c : packet_corpus()) {
    for (size_t at = 0; at < c.bytes.size(); ++at) {
      for (const int flip : {0x01, 0x02, 0x04, 0x08, 0x10, 0x20, 0x40, 0x80, 0x0f, 0xf0, 0xff}) {
        Bytes bytes = c.bytes;
        bytes[at] = static_cast<uint8_t>(bytes[at] ^ flip);
        const ExactFrame exact(bytes, bytes.size(), c.link_type,
                               static_cast<uint32_t>(bytes.size()));
        Packet packet;
        if (decode(exact.frame(), packet) != Undecoded::kNone) continue;
        EXPECT_EQ(broken_invariant(exact.frame(), packet), "")
            << c.name << " byte " << at << " flip " << flip;
      }
    }
  }
}

TEST(Decode, WhatAPacketObjectHeldBeforeDoesNotMatter) {
  const std::vector<CorpusPacket> corpus = packet_corpus();
  Packet reused;
  for (const CorpusPacket& before : corpus) {
    for (const CorpusPacket& c : corpus) {
      const Frame frame = build::frame(c.bytes, c.link_type);
      Packet fresh;
      if (decode(frame, fresh) != Undecoded::kNone) continue;
      (void)decode(build::frame(before.bytes, before.link_type), reused);
      ASSERT_EQ(decode(frame, reused), Undecoded::kNone);
      EXPECT_EQ(to_text(reused), to_text(fresh)) << c.name << " after " << before.name;
    }
  }
}

// The fuzz targets start from the corpus. MTUSCOPE_REWRITE=1 writes the files again.
void expect_seeds(const std::string& target, const std::vector<CorpusOptions>& seeds) {
  const std::filesystem::path folder =
      std::filesystem::path(MTUSCOPE_SOURCE_DIR) / "tests/fuzz/seeds" / target;
  const bool rewrite = std::getenv("MTUSCOPE_REWRITE") != nullptr;
  for (const CorpusOptions& seed : seeds) {
    SCOPED_TRACE(seed.name);
    if (rewrite) {
      std::filesystem::create_directories(folder);
      std::ofstream(folder / seed.name, std::ios::binary)
          .write(reinterpret_cast<const char*>(seed.bytes.data()),
                 static_cast<std::streamsize>(seed.bytes.size()));
    }
    std::ifstream file(folder / seed.name, std::ios::binary);
    ASSERT_TRUE(file) << "missing: run once with MTUSCOPE_REWRITE=1";
    const std::string found{std::istreambuf_iterator<char>(file), {}};
    EXPECT_EQ(Bytes(found.begin(), found.end()), seed.bytes) << "run once with MTUSCOPE_REWRITE=1";
  }
}

TEST(FuzzSeeds, OfTheDecoderAreTheCorpus) {
  std::vector<CorpusOptions> seeds;
  for (const CorpusPacket& c : packet_corpus()) {
    const Bytes link_type{static_cast<uint8_t>(c.link_type >> 8),
                          static_cast<uint8_t>(c.link_type)};
    seeds.push_back({c.name, build::join({link_type, c.bytes})});
  }
  expect_seeds("decode", seeds);
}

TEST(FuzzSeeds, OfTheTcpOptionsAreTheCorpus) {
  std::vector<CorpusOptions> seeds = tcp_options_corpus();
  // The first byte is the header's flags.
  for (CorpusOptions& seed : seeds) {
    seed.bytes = build::join({{tcp_flag::kSyn}, seed.bytes});
  }
  expect_seeds("tcp_options", seeds);
}

}  // namespace
}  // namespace mtuscope
