#include "cli/text_file.h"

#include "capture/error.h"
#include "scratch_folder.h"

namespace mtuscope {
namespace {

using TextFile = ScratchFolder;

TEST_F(TextFile, IsReadAsItIs) {
  write("a", std::string_view("x\0\r\n\xff", 5));
  EXPECT_EQ(read_text_file(path("a")), std::string_view("x\0\r\n\xff", 5));
  write("empty", "");
  EXPECT_EQ(read_text_file(path("empty")), "");
}

TEST_F(TextFile, IsReplacedAsAWhole) {
  write("a", "old and longer");
  write_text_file(path("a"), "new");
  EXPECT_EQ(read("a"), "new");
  EXPECT_FALSE(std::filesystem::exists(path("a.new")));
}

TEST_F(TextFile, ALinkStaysALink) {
  write("target", "old");
  std::filesystem::create_symlink("target", folder() / "link");
  write_text_file(path("link"), "new");
  EXPECT_TRUE(std::filesystem::is_symlink(folder() / "link"));
  EXPECT_EQ(read("target"), "new");
}

TEST_F(TextFile, ADeviceIsWrittenToNotReplaced) {
  EXPECT_NO_THROW(write_text_file("/dev/null", "x"));
  EXPECT_TRUE(std::filesystem::is_character_file("/dev/null"));
}

TEST_F(TextFile, WhatCannotBeReadOrWrittenIsAnError) {
  EXPECT_THROW(read_text_file(path("missing")), Error);
  EXPECT_THROW(read_text_file(folder().string()), Error);
  EXPECT_THROW(write_text_file(path("no/such/folder"), "x"), Error);
  EXPECT_THROW(write_text_file("/dev/full", std::string(100'000, 'x')), Error);
  write("large", std::string((4u << 20) + 1, ' '));
  EXPECT_THROW(read_text_file(path("large")), Error);
}

}  // namespace
}  // namespace mtuscope
