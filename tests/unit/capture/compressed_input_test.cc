#include "capture/compressed_input.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/iostreams/device/back_inserter.hpp>
#include <boost/iostreams/filter/gzip.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <boost/iostreams/filtering_stream.hpp>

#include "capture/error.h"
#include "capture/open_captures.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

namespace io = boost::iostreams;
using testing::Bytes;
using ::testing::HasSubstr;
using testing::PcapBytes;
using testing::PcapngBytes;
using testing::read_all;

template <class Filter>
Bytes compressed(const Bytes& bytes, Filter filter) {
  std::vector<char> out;
  io::filtering_ostream stream;
  stream.push(filter);
  stream.push(io::back_inserter(out));
  stream.write(reinterpret_cast<const char*>(bytes.data()),
               static_cast<std::streamsize>(bytes.size()));
  stream.reset();
  return {out.begin(), out.end()};
}

Bytes pack(Compression compression, const Bytes& bytes) {
  return compression == Compression::kGzip ? compressed(bytes, io::gzip_compressor())
                                           : compressed(bytes, io::zstd_compressor());
}

// Bytes that do not compress, so that compressed and original positions go together.
std::string noise(size_t size, uint32_t seed) {
  std::string s(size, '\0');
  uint32_t state = seed * 2654435761u + 1;
  for (char& c : s) {
    state = state * 1664525u + 1013904223u;
    c = static_cast<char>(state >> 24);
  }
  return s;
}

Bytes capture_of(uint32_t packets, size_t size) {
  PcapBytes file;
  for (uint32_t i = 0; i < packets; ++i) file.packet(i, 0, noise(size, i));
  return file.bytes();
}

class CompressedCapture : public ::testing::TestWithParam<Compression> {};

TEST_P(CompressedCapture, GivesTheSamePackets) {
  const Bytes plain = capture_of(2000, 700);
  const Bytes packed = pack(GetParam(), plain);
  auto source = open_capture_bytes(packed);
  const auto frames = read_all(*source);
  ASSERT_EQ(frames.size(), 2000u);
  for (uint32_t i = 0; i < 2000; ++i) ASSERT_EQ(frames[i].data, noise(700, i));
  const SourceInfo info = source->info()[0];
  EXPECT_EQ(info.format, "pcap (" + std::string(to_string(GetParam())) + ")");
  EXPECT_FALSE(info.truncated) << info.damage;
  EXPECT_EQ(source->bytes_read(), packed.size());
  EXPECT_EQ(source->bytes_total(), packed.size());
}

TEST_P(CompressedCapture, CompressesWellAndIsStillWhole) {
  PcapBytes file;
  for (uint32_t i = 0; i < 5000; ++i) file.packet(i, 0, std::string(1500, 'x'));
  const Bytes packed = pack(GetParam(), file.bytes());
  auto source = open_capture_bytes(packed);
  EXPECT_EQ(read_all(*source).size(), 5000u);
  EXPECT_FALSE(source->info()[0].truncated) << source->info()[0].damage;
}

TEST_P(CompressedCapture, PcapngToo) {
  PcapngBytes file;
  file.interface(1).packet(0, 1, "x");
  const Bytes packed = pack(GetParam(), file.bytes());
  auto source = open_capture_bytes(packed);
  EXPECT_EQ(read_all(*source).size(), 1u);
}

TEST_P(CompressedCapture, PartsCompressedOnTheirOwnAreOneStream) {
  const Bytes plain = capture_of(100, 700);
  const auto middle = plain.begin() + 30'000;
  Bytes packed = pack(GetParam(), Bytes(plain.begin(), middle));
  const Bytes rest = pack(GetParam(), Bytes(middle, plain.end()));
  packed.insert(packed.end(), rest.begin(), rest.end());
  auto source = open_capture_bytes(packed);
  EXPECT_EQ(read_all(*source).size(), 100u);
  EXPECT_FALSE(source->info()[0].truncated) << source->info()[0].damage;
}

TEST_P(CompressedCapture, CutAnywhereItNeverLooksWhole) {
  const Bytes packed = pack(GetParam(), capture_of(3, 40));
  for (size_t cut = 4; cut < packed.size(); ++cut) {
    SCOPED_TRACE(cut);
    const Bytes file(packed.begin(), packed.begin() + static_cast<std::ptrdiff_t>(cut));
    try {
      auto source = open_capture_bytes(file);
      read_all(*source);
      EXPECT_TRUE(source->info()[0].truncated);
    } catch (const Error& error) {  // nothing came out, not even the header
      EXPECT_EQ(error.kind(), ErrorKind::kFormat);
    }
  }
}

TEST_P(CompressedCapture, CutInTheMiddleItGivesWhatWasBefore) {
  Bytes packed = pack(GetParam(), capture_of(2000, 700));
  packed.resize(packed.size() / 2);
  auto source = open_capture_bytes(packed);
  const size_t frames = read_all(*source).size();
  EXPECT_GT(frames, 800u);  // zstd gives whole blocks of 128 KiB only
  EXPECT_LE(frames, 1000u);
  EXPECT_THAT(source->info()[0].damage,
              HasSubstr("ends early at compressed byte " + std::to_string(packed.size())));
}

TEST_P(CompressedCapture, DamagedInTheMiddleItGivesWhatWasBefore) {
  // Two parts, so that the second begins with a header that can be broken.
  const Bytes first = pack(GetParam(), capture_of(300, 700));
  Bytes packed = first;
  packed.insert(packed.end(), {'g', 'a', 'r', 'b', 'a', 'g', 'e', '!', 0, 1, 2, 3});
  auto source = open_capture_bytes(packed);
  EXPECT_EQ(read_all(*source).size(), 300u);
  EXPECT_TRUE(source->info()[0].truncated);
  EXPECT_THAT(source->info()[0].damage, HasSubstr("is damaged at compressed byte"));
}

TEST_P(CompressedCapture, ContainingNoCaptureIsAFormatError) {
  const Bytes packed = pack(GetParam(), Bytes{'h', 'e', 'l', 'l', 'o', '\n'});
  EXPECT_THROW(open_capture_bytes(packed), Error);
  const Bytes nothing = pack(GetParam(), Bytes{});
  EXPECT_THROW(open_capture_bytes(nothing), Error);
}

INSTANTIATE_TEST_SUITE_P(Both, CompressedCapture,
                         ::testing::Values(Compression::kGzip, Compression::kZstd),
                         [](const auto& test) { return std::string(to_string(test.param)); });

}  // namespace
}  // namespace mtuscope
