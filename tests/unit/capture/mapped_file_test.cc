#include "capture/mapped_file.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "capture/open_captures.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::Bytes;
using testing::data_of;
using testing::numbered_bytes;
using testing::PcapBytes;
using testing::read_all;
using testing::read_in_records;
using testing::TempDir;

constexpr size_t kMiB = size_t{1} << 20;

std::unique_ptr<MappedFile> map(const std::string& path, off_t from = 0) {
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(lseek(fd, from, SEEK_SET), from);
  auto file = MappedFile::map(fd, path, std::filesystem::file_size(path));
  if (file == nullptr) close(fd);
  return file;
}

// Of the process, in bytes, what lies in mapped files.
size_t resident_in_files() {
  std::ifstream statm("/proc/self/statm");
  size_t total = 0, resident = 0, shared = 0;
  statm >> total >> resident >> shared;
  return shared * static_cast<size_t>(sysconf(_SC_PAGESIZE));
}

TEST(MappedFile, GivesTheBytesOfTheFileWhateverTheRecordSize) {
  const TempDir dir;
  const Bytes bytes = numbered_bytes(5 * kMiB + 1);
  const std::string path = dir.write("a", bytes);
  for (const size_t record : {1000u, 65537u, 2'000'000u}) {
    for (const bool ahead : {false, true}) {
      const auto file = map(path);
      if (ahead) file->ask_ahead();
      EXPECT_EQ(read_in_records(*file, record), bytes) << "in records of " << record;
      EXPECT_EQ(file->offset(), bytes.size());
      EXPECT_EQ(file->bytes_total(), bytes.size());
    }
  }
}

TEST(MappedFile, BeginsWhereTheDescriptorStands) {
  const TempDir dir;
  const Bytes bytes = numbered_bytes(3 * kMiB);
  const auto file = map(dir.write("a", bytes), 1'500'000);
  EXPECT_EQ(file->bytes_total(), bytes.size() - 1'500'000);
  EXPECT_EQ(file->offset(), 0u);
  EXPECT_EQ(read_in_records(*file, 4096), Bytes(bytes.begin() + 1'500'000, bytes.end()));
  EXPECT_EQ(file->offset(), bytes.size() - 1'500'000);
}

TEST(MappedFile, PacketsAcrossTheEdgesOfTheWindowAreWhole) {
  PcapBytes file;
  std::vector<std::string> sent;
  for (int i = 0; i < 1000; ++i) {
    sent.push_back(std::string(static_cast<size_t>(i * 7 % 3000), static_cast<char>('a' + i % 26)));
    file.packet(1, 0, sent.back(), 3000);
  }
  sent.push_back(std::string(262144, 'z'));  // as large as they come
  file.packet(1, 0, sent.back());
  const TempDir dir;
  auto source = open_captures({dir.write("a.pcap", file.bytes())}, {});
  EXPECT_EQ(data_of(read_all(*source)), sent);
  EXPECT_EQ(source->bytes_read(), file.bytes().size());
  EXPECT_EQ(source->bytes_total(), file.bytes().size());
}

// What a file holds on disk does not matter here, only how much of it stays mapped.
TEST(MappedFile, KeepsLittleOfALargeFileResident) {
  const TempDir dir;
  const std::string path = dir.write("a", "");
  std::filesystem::resize_file(path, 128 * kMiB);
  for (const bool ahead : {false, true}) {
    const auto file = map(path);
    if (ahead) file->ask_ahead();
    const size_t before = resident_in_files();
    size_t most = before;
    uint64_t sum = 0;
    for (size_t at = 0; at < 128; ++at) {
      const uint8_t* const bytes = file->peek(kMiB);
      ASSERT_NE(bytes, nullptr);
      for (size_t i = 0; i < kMiB; i += 512) sum += bytes[i];
      file->skip(kMiB);
      most = std::max(most, resident_in_files());
    }
    EXPECT_EQ(sum, 0u);
    EXPECT_LT(most - before, 48 * kMiB) << (ahead ? "with" : "without") << " a thread";
  }
}

TEST(MappedFile, AFileThatBecomesShorterWhileItIsReadIsACutCapture) {
  PcapBytes capture;
  for (int i = 0; i < 3000; ++i) capture.packet(1, 0, std::string(1000, 'x'));
  const TempDir dir;
  // Within the window, and beyond it.
  for (const off_t left : {500'000, 2'500'000}) {
    const std::string path = dir.write("a.pcap", capture.bytes());
    const auto source = open_captures({path}, {});
    Frame frame;
    ASSERT_TRUE(source->next(frame));
    ASSERT_EQ(truncate(path.c_str(), left), 0);
    const size_t packets = read_all(*source).size() + 1;
    const auto whole = static_cast<size_t>((left - 24) / 1016);
    EXPECT_GE(packets, whole);
    EXPECT_LE(packets, whole + 1);  // the end of one may be missing
    EXPECT_TRUE(source->info()[0].truncated) << left;
    EXPECT_FALSE(source->info()[0].damage.empty());
  }
}

TEST(MappedFile, WhatIsGoneFromTheWindowReadsAsZeros) {
  const TempDir dir;
  const std::string path = dir.write("a", Bytes(kMiB, 'x'));
  const auto file = map(path);
  const uint8_t* const bytes = file->peek(kMiB);
  ASSERT_NE(bytes, nullptr);
  ASSERT_EQ(truncate(path.c_str(), 100'000), 0);
  EXPECT_EQ(bytes[99'999], 'x');
  EXPECT_EQ(bytes[500'000], 0);
  EXPECT_EQ(bytes[kMiB - 1], 0);
  EXPECT_EQ(bytes[0], 'x');
}

void touch_what_is_gone(const std::string& path) {
  const auto ours = map(path);
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  const auto* const other =
      static_cast<const uint8_t*>(mmap(nullptr, kMiB, PROT_READ, MAP_SHARED, fd, 0));
  if (truncate(path.c_str(), 0) != 0) return;
  _exit(other[0]);
}

TEST(MappedFile, ABusErrorInAnotherMappingStillEndsTheProgram) {
  const TempDir dir;
  const std::string path = dir.write("a", Bytes(kMiB, 'x'));
  EXPECT_EXIT(touch_what_is_gone(path), ::testing::KilledBySignal(SIGBUS), "");
}

TEST(MappedFile, ManyFilesAreMappedAndThenNoMore) {
  const TempDir dir;
  const std::string path = dir.write("a", Bytes(100, 'x'));
  std::vector<std::unique_ptr<MappedFile>> files;
  const int fd = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  for (;;) {
    const int copy = dup(fd);
    if (copy < 0) break;  // fewer descriptors are allowed than that
    auto file = MappedFile::map(copy, path, 100);
    if (file == nullptr) {
      close(copy);
      break;
    }
    files.push_back(std::move(file));
  }
  EXPECT_GT(files.size(), 500u);
  files.pop_back();
  EXPECT_NE(MappedFile::map(dup(fd), path, 100), nullptr);
  close(fd);
}

TEST(MappedFile, WhatIsNoFileIsNotMapped) {
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  EXPECT_EQ(MappedFile::map(ends[0], "pipe", 0), nullptr);
  close(ends[0]);
  close(ends[1]);
  const TempDir dir;
  const int fd = open(dir.write("empty", "").c_str(), O_RDONLY | O_CLOEXEC);
  EXPECT_EQ(MappedFile::map(fd, "empty", 0), nullptr);
  close(fd);
}

TEST(MappedFile, CanBeLeftBeforeTheEnd) {
  const TempDir dir;
  const auto file = map(dir.write("a", numbered_bytes(40 * kMiB)));
  file->ask_ahead();
  EXPECT_NE(file->peek(16), nullptr);
}

}  // namespace
}  // namespace mtuscope
