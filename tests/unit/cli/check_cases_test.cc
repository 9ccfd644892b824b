#include "cli/check_cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "scratch_folder.h"

namespace mtuscope {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

namespace fs = std::filesystem;

class CheckCases : public ScratchFolder {
 protected:
  // "name: capture capture" of each case; paths without the folder; "!" where there is an error,
  // "?" where nothing is expected.
  std::vector<std::string> found(const std::vector<std::string>& paths) const {
    std::vector<std::string> lines;
    for (const CheckCase& one : find_check_cases(paths)) {
      std::string line = fs::path(one.expectation_path).lexically_relative(folder()).string();
      line.resize(line.size() - std::string(".expect.json").size());
      line += one.error ? "!" : one.expectation ? ":" : "?";
      for (const std::string& capture : one.captures) {
        line += " " + fs::path(capture).lexically_relative(folder()).string();
      }
      lines.push_back(line);
    }
    return lines;
  }
  std::vector<std::string> found() const { return found({folder().string()}); }
};

TEST(CheckCaseNames, EndingsTellCapturesAndExpectations) {
  for (const char* capture : {"a.pcap", "a.b.pcapng", "a.cap", "a.pcap.gz", "a.pcapng.zst"}) {
    EXPECT_TRUE(is_capture_name(capture)) << capture;
    EXPECT_FALSE(is_expectation_name(capture)) << capture;
  }
  for (const char* other : {"a.txt", "a.gz", "notes.tar.gz", ".pcap", "pcap", "a.pcap.txt", ""}) {
    EXPECT_FALSE(is_capture_name(other)) << other;
  }
  EXPECT_TRUE(is_expectation_name("a.expect.json"));
  EXPECT_FALSE(is_expectation_name(".expect.json"));
  EXPECT_FALSE(is_expectation_name("a.json"));
  EXPECT_EQ(case_name("wg.server.pcapng.zst"), "wg.server");
  EXPECT_EQ(case_name("wg.server.expect.json"), "wg.server");
  EXPECT_EQ(case_name("wg.gz"), "wg");
}

TEST_F(CheckCases, ACaptureAndItsExpectationShareAName) {
  for (const char* name : {"a.pcap", "b.pcap.gz", "c.pcapng", "d.cap.zst", "e.gz"}) write(name, "");
  for (const char* name : {"a", "b", "c", "d", "e"})
    write(std::string(name) + ".expect.json", "{}");
  EXPECT_THAT(found(),
              ElementsAre("a: a.pcap", "b: b.pcap.gz", "c: c.pcapng", "d: d.cap.zst", "e: e.gz"));
}

TEST_F(CheckCases, FoldersInFoldersAreLookedThroughHiddenOnesAreNot) {
  write("a.pcap", "");
  write("sub/deep/b.pcap", "");
  write(".git/c.pcap", "");
  write("sub/.d.pcap", "");
  write("sub/README.md", "");
  EXPECT_THAT(found(), ElementsAre("a? a.pcap", "sub/deep/b? sub/deep/b.pcap"));
}

TEST_F(CheckCases, OrphansOfBothKindsAreCases) {
  write("alone.pcap", "");
  write("gone.expect.json", "{}");
  EXPECT_THAT(found(), ElementsAre("alone? alone.pcap", "gone:"));
}

TEST_F(CheckCases, AnExpectationMayNameItsCaptures) {
  write("both.expect.json", R"({"captures": ["client.pcap", "sub/server.pcap"]})");
  write("client.pcap", "");
  write("sub/server.pcap", "");
  write("client.expect.json", "{}");  // may still have its own
  EXPECT_THAT(found(), ElementsAre("both: client.pcap sub/server.pcap", "client: client.pcap"));
}

TEST_F(CheckCases, ANameThatFitsTwoCapturesIsAnError) {
  write("a.pcap", "");
  write("a.pcap.gz", "");
  EXPECT_THAT(found(), ElementsAre("a! a.pcap a.pcap.gz"));
  write("a.expect.json", "{}");
  const auto cases = find_check_cases({folder().string()});
  ASSERT_EQ(cases.size(), 1u);
  EXPECT_THAT(cases[0].error->hint(), HasSubstr("\"captures\""));
  write("a.expect.json", R"({"captures": ["a.pcap", "a.pcap.gz"]})");
  EXPECT_THAT(found(), ElementsAre("a: a.pcap a.pcap.gz"));
}

TEST_F(CheckCases, AMalformedExpectationIsACaseWithAnError) {
  write("a.expect.json", "{");
  write("a.pcap", "");
  write("b.pcap", "");
  EXPECT_THAT(found(), ElementsAre("a! a.pcap", "b? b.pcap"));
}

TEST_F(CheckCases, ASingleFileIsEnough) {
  write("a.pcap", "");
  write("a.expect.json", "{}");
  write("both.expect.json", R"({"captures": ["a.pcap", "b.pcap"]})");
  write("b.pcap", "");
  write("c.pcap", "");
  EXPECT_THAT(found({path("a.expect.json")}), ElementsAre("a: a.pcap"));
  EXPECT_THAT(found({path("a.pcap")}), ElementsAre("a: a.pcap", "both: a.pcap b.pcap"));
  EXPECT_THAT(found({path("c.pcap")}), ElementsAre("c? c.pcap"));
}

TEST_F(CheckCases, EachCaseIsFoundOnce) {
  write("a.pcap", "");
  write("sub/b.pcap", "");
  const std::string all = folder().string();
  EXPECT_THAT(found({all, all + "/", all + "/sub/../a.pcap", all + "/sub"}),
              ElementsAre("a? a.pcap", "sub/b? sub/b.pcap"));
}

TEST_F(CheckCases, ALoopOfLinksEnds) {
  write("a.pcap", "");
  fs::create_directory_symlink(folder(), folder() / "loop");
  fs::create_symlink(folder() / "nowhere", folder() / "dangling.pcap");
  EXPECT_THAT(found(), ElementsAre("a? a.pcap"));
}

TEST_F(CheckCases, NothingToCheckIsAnError) {
  write("README.md", "");
  EXPECT_THROW(find_check_cases({folder().string()}), Error);
  EXPECT_THROW(find_check_cases({path("README.md")}), Error);
  EXPECT_THROW(find_check_cases({path("missing")}), Error);
}

}  // namespace
}  // namespace mtuscope
