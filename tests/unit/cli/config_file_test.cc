#include "cli/config_file.h"

#include <gmock/gmock.h>

#include "capture/error.h"
#include "cli/command_line.h"

namespace mtuscope {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;

constexpr const char* kPath = "/etc/mtuscope.conf";

// Parsed with `text` as the configuration.
template <typename Options>
Options options(const std::vector<std::string>& args, const char* text) {
  return std::get<Options>(parse_command_line(args, parse_config(text, kPath)));
}

std::string complaint(const std::vector<std::string>& args, const char* text) {
  try {
    parse_command_line(args, parse_config(text, kPath));
  } catch (const Error& error) {
    return std::string(error.what()) + " | " + error.hint();
  }
  return "no complaint";
}

TEST(ConfigFile, EveryEntryHasItsSectionAndLine) {
  const auto entries =
      parse_config("# how we like it\ncolor = never\n\n[probe]\nrate=100  # slow\n", kPath);
  ASSERT_EQ(entries.size(), 2u);
  EXPECT_EQ(entries[0].section, "");
  EXPECT_EQ(entries[0].key, "color");
  EXPECT_EQ(entries[0].value, "never");
  EXPECT_EQ(entries[0].origin, "/etc/mtuscope.conf:2");
  EXPECT_EQ(entries[1].section, "probe");
  EXPECT_EQ(entries[1].value, "100");
  EXPECT_EQ(entries[1].origin, "/etc/mtuscope.conf:5");
}

TEST(ConfigFile, IsLookedForAtHomeAndThenInEtc) {
  EXPECT_THAT(usual_config_files("/x", "/home/a"),
              ElementsAre("/x/mtuscope/mtuscope.conf", "/etc/mtuscope.conf"));
  EXPECT_THAT(usual_config_files("", "/home/a"),
              ElementsAre("/home/a/.config/mtuscope/mtuscope.conf", "/etc/mtuscope.conf"));
  EXPECT_THAT(usual_config_files(nullptr, nullptr), ElementsAre("/etc/mtuscope.conf"));
}

TEST(ConfigFile, ItsDefaultsCountWhereTheCommandLineIsSilent) {
  const char* const text = "color = never\n[probe]\nrate = 100\nmethod = udp\n";
  EXPECT_EQ(options<ProbeOptions>({"probe", "10.9.0.2"}, text).plan.rate, 100);
  EXPECT_EQ(options<ProbeOptions>({"probe", "10.9.0.2"}, text).output.color, ColorChoice::kNever);
  EXPECT_EQ(options<ProbeOptions>({"probe", "--rate", "7", "10.9.0.2"}, text).plan.rate, 7);
  EXPECT_EQ(options<AnalyzeOptions>({"analyze", "a.pcap"}, text).output.color, ColorChoice::kNever);
}

TEST(ConfigFile, ASectionCountsMoreThanWhatIsBeforeIt) {
  const char* const text = "color = never\n[probe]\ncolor = always\n";
  EXPECT_EQ(options<ProbeOptions>({"probe", "h"}, text).output.color, ColorChoice::kAlways);
  EXPECT_EQ(options<AnalyzeOptions>({"analyze", "a"}, text).output.color, ColorChoice::kNever);
}

TEST(ConfigFile, MereWordsAreTrueOrFalseAndGiveWayToWhatExcludesThem) {
  EXPECT_TRUE(options<AnalyzeOptions>({"analyze", "a"}, "json = true").output.json);
  EXPECT_FALSE(options<AnalyzeOptions>({"analyze", "a"}, "json = false").output.json);
  EXPECT_EQ(options<AnalyzeOptions>({"analyze", "-v", "a"}, "quiet = true").output.verbosity,
            Verbosity::kVerbose);
}

TEST(ConfigFile, WhatIsWrongIsNamedWithItsLineAndTheNearestRightWord) {
  const std::vector<std::string> probe{"probe", "10.9.0.2"};
  EXPECT_THAT(complaint(probe, "\ncolour = never"),
              AllOf(HasSubstr("/etc/mtuscope.conf:2: there is no option 'colour'"),
                    HasSubstr("Did you mean color?")));
  EXPECT_THAT(complaint(probe, "[prob]\nrate = 1"), HasSubstr("Did you mean probe?"));
  EXPECT_THAT(complaint(probe, "[probe]\nmethod = udpp"),
              AllOf(HasSubstr("/etc/mtuscope.conf:2: method = udpp"), HasSubstr("udp?")));
  EXPECT_THAT(complaint(probe, "[probe]\nrate = fast"), HasSubstr("/etc/mtuscope.conf:2"));
  EXPECT_THAT(complaint(probe, "json = maybe"), HasSubstr("true, false"));
  EXPECT_THAT(complaint({"analyze", "a"}, "[probe]\nfilter = x"), HasSubstr("no option 'filter'"));
  EXPECT_THROW(parse_config("json\n", kPath), Error);
  // What is wrong on the command line is not the file's fault.
  EXPECT_THAT(complaint({"probe"}, "color = never"), testing::Not(HasSubstr("mtuscope.conf")));
}

TEST(ConfigFile, TheOptionIsTakenOutOfTheWordsWhereverItStands) {
  std::vector<std::string> args{"probe", "--config", "", "h", "--config="};
  EXPECT_TRUE(read_config(args, {}).empty());
  EXPECT_THAT(args, ElementsAre("probe", "h"));
  args = {"probe", "--config"};
  EXPECT_THROW(read_config(args, {}), Error);
  args = {"probe", "--config", "/no/such/file"};
  EXPECT_THROW(read_config(args, {}), Error);
}

}  // namespace
}  // namespace mtuscope
