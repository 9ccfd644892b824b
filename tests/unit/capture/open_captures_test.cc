#include "capture/open_captures.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "capture/error.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::Bytes;
using testing::data_of;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using testing::PcapBytes;
using testing::read_all;
using testing::TempDir;

struct Refusal {
  ErrorKind kind{};
  std::string what, hint;
};

Refusal refusal(const std::vector<std::string>& paths) {
  try {
    open_captures(paths, {});
  } catch (const Error& error) {
    return {error.kind(), error.what(), error.hint()};
  }
  ADD_FAILURE() << "was opened";
  return {};
}

TEST(OpenCaptures, WhatIsNotACaptureIsNamed) {
  struct Case {
    const char* description;
    std::string bytes;
    const char* says;
    const char* hint;
  };
  const Case cases[] = {
      {"text", "12:00:00 IP 10.9.0.2.4096 > 10.9.0.1.80\n", "text", "tcpdump -w"},
      {"a program", std::string("\x7f") + "ELF\x02\x01\x01" + std::string(500, '\0'), "ELF",
       "pcap"},
      {"a document", "%PDF-1.7 blah blah", "PDF", "pcap"},
      {"snoop", std::string("snoop\0\0\0\0\0\0\x02\0\0\0\x04", 16), "Sun snoop", "editcap"},
      {"xz",
       std::string("\xfd"
                   "7zXZ\0\0\x04",
                   8),
       "xz", "Unpack"},
      {"one byte", "x", "text", "pcap"},
      {"the first bytes of a pcap", "\xd4\xc3\xb2", "ends after 3 bytes", "Record it again"},
      {"those of a pcapng", "\x0a\x0d\x0d", "ends after 3 bytes", "Record it again"},
      {"an empty line", "\n", "text", "pcap"},
      {"noise", "\x01\x02\x03\x04\xff\xfe\xfd\xfc\x01\x02\x03\x04", "not known", "pcap"},
  };
  const TempDir dir;
  for (const Case& c : cases) {
    SCOPED_TRACE(c.description);
    const std::string path = dir.write("file", Bytes(c.bytes.begin(), c.bytes.end()));
    const Refusal r = refusal({path});
    EXPECT_EQ(r.kind, ErrorKind::kFormat);
    EXPECT_THAT(r.what, HasSubstr(path));
    EXPECT_THAT(r.what, HasSubstr(c.says));
    EXPECT_THAT(r.hint, HasSubstr(c.hint));
  }
}

TEST(OpenCaptures, AnEmptyFileSaysHowToRecordIt) {
  const TempDir dir;
  const Refusal r = refusal({dir.write("empty.pcap", "")});
  EXPECT_EQ(r.kind, ErrorKind::kFormat);
  EXPECT_THAT(r.what, HasSubstr("is empty"));
  EXPECT_THAT(r.hint, HasSubstr("-U --immediate-mode"));
}

TEST(OpenCaptures, AnEmptyFileAmongOthersIsListed) {
  const TempDir dir;
  const Bytes full = PcapBytes().packet(1, 0, "x").bytes();
  const std::string empty = dir.write("rotated.pcap2", "");
  auto source = open_captures({dir.write("rotated.pcap", full), empty}, {});
  EXPECT_EQ(source->bytes_total(), full.size());
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("x"));
  const auto info = source->info();
  ASSERT_EQ(info.size(), 2u);
  EXPECT_FALSE(info[0].empty);
  EXPECT_TRUE(info[1].empty);
  EXPECT_EQ(info[1].path, empty);
  EXPECT_THAT(info[1].damage, HasSubstr("empty"));

  const Refusal all = refusal({empty, dir.write("rotated.pcap3", "")});
  EXPECT_EQ(all.kind, ErrorKind::kFormat);
  EXPECT_THAT(all.what, HasSubstr("is empty"));
}

TEST(OpenCaptures, MissingDirectoryAndNothing) {
  const TempDir dir;
  EXPECT_EQ(refusal({dir.path("missing.pcap")}).kind, ErrorKind::kNotFound);
  EXPECT_EQ(refusal({dir.path("")}).kind, ErrorKind::kFormat);
  EXPECT_THAT(refusal({dir.path("")}).what, HasSubstr("is a directory"));
  EXPECT_EQ(refusal({}).kind, ErrorKind::kUsage);
  EXPECT_EQ(refusal({"-", "-"}).kind, ErrorKind::kUsage);
}

TEST(OpenCaptures, AFileThatMayNotBeReadIsAPermissionError) {
  const TempDir dir;
  const std::string path = dir.write("a.pcap", PcapBytes().bytes());
  ASSERT_EQ(chmod(path.c_str(), 0), 0);
  const bool is_root = geteuid() == 0;  // to whom nothing is forbidden
  if (is_root) {
    ASSERT_EQ(seteuid(65534), 0);
  }
  const Refusal r = refusal({path});
  if (is_root) {
    ASSERT_EQ(seteuid(0), 0);
  }
  EXPECT_EQ(r.kind, ErrorKind::kPermission);
  EXPECT_THAT(r.hint, HasSubstr("sudo"));
}

TEST(OpenCaptures, TheSameFileNamedTwiceIsReadOnce) {
  const TempDir dir;
  const std::string path = dir.write("a.pcap", PcapBytes().packet(1, 0, "x").bytes());
  const std::string link = dir.path("link.pcap");
  ASSERT_EQ(symlink(path.c_str(), link.c_str()), 0);
  auto source = open_captures({path, link}, {});
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("x"));
  const auto info = source->info();
  ASSERT_EQ(info.size(), 2u);
  EXPECT_EQ(info[0].repeat_of, std::nullopt);
  EXPECT_EQ(info[1].repeat_of, 0u);
  EXPECT_EQ(info[1].path, link);
  EXPECT_EQ(info[1].packets, 0u);
  EXPECT_EQ(source->bytes_total(), PcapBytes().packet(1, 0, "x").bytes().size());
}

TEST(OpenCaptures, TheNameOfAFileDoesNotMatter) {
  const TempDir dir;
  const std::string path = dir.write("notes.txt.gz", PcapBytes().packet(1, 0, "x").bytes());
  auto source = open_captures({path}, {});
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("x"));
}

TEST(OpenCaptures, AFifoIsReadAsAStream) {
  const TempDir dir;
  const std::string path = dir.path("fifo");
  ASSERT_EQ(mkfifo(path.c_str(), 0600), 0);
  const Bytes file = PcapBytes().packet(1, 0, "first").packet(2, 0, "second").bytes();
  std::thread writer([&] { dir.write("fifo", file); });
  auto source = open_captures({path}, {});
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("first", "second"));
  writer.join();
}

// With standard input replaced for the length of a test.
class StandardInput {
 public:
  explicit StandardInput(int fd) : saved_(dup(STDIN_FILENO)) {
    dup2(fd, STDIN_FILENO);
    close(fd);
  }
  ~StandardInput() {
    dup2(saved_, STDIN_FILENO);
    close(saved_);
  }
  StandardInput(const StandardInput&) = delete;
  StandardInput& operator=(const StandardInput&) = delete;

 private:
  int saved_;
};

TEST(OpenCaptures, ADashIsStandardInput) {
  const Bytes file = PcapBytes().packet(1, 0, "piped").bytes();
  std::array<int, 2> ends{};
  ASSERT_EQ(pipe(ends.data()), 0);
  ASSERT_EQ(write(ends[1], file.data(), file.size()), static_cast<ssize_t>(file.size()));
  close(ends[1]);
  const StandardInput redirected(ends[0]);
  auto source = open_captures({"-"}, {});
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("piped"));
  EXPECT_EQ(source->info()[0].path, "-");
}

TEST(OpenCaptures, AFilterAppliesToAllFiles) {
  const TempDir dir;
  const auto a = dir.write("a", PcapBytes().packet(1, 0, "a", 100).packet(2, 0, "A", 1000).bytes());
  const auto b = dir.write("b", PcapBytes().packet(1, 0, "b", 100).packet(2, 0, "B", 1000).bytes());
  auto source = open_captures({a, b}, {.filter = "greater 500"});
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("A", "B"));
  EXPECT_EQ(source->info()[0].filtered_out, 1u);
  EXPECT_EQ(source->info()[1].filtered_out, 1u);
  EXPECT_EQ(source->info()[1].packets, 2u);
}

}  // namespace
}  // namespace mtuscope
