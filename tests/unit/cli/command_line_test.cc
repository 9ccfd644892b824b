#include "cli/command_line.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <sstream>

#include "capture/error.h"

namespace mtuscope {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

AnalyzeOptions analyze(std::vector<std::string> args) {
  args.insert(args.begin(), "analyze");
  return std::get<AnalyzeOptions>(parse_command_line(args));
}

std::string shown(const std::vector<std::string>& args) {
  return std::get<ShowText>(parse_command_line(args)).text;
}

ProbeOptions probe(std::vector<std::string> args) {
  args.insert(args.begin(), "probe");
  return std::get<ProbeOptions>(parse_command_line(args));
}

ReflectOptions reflect(std::vector<std::string> args) {
  args.insert(args.begin(), "reflect");
  return std::get<ReflectOptions>(parse_command_line(args));
}

// What the person reads: "<what> / <hint>".
std::string complaint(const std::vector<std::string>& args) {
  try {
    parse_command_line(args);
  } catch (const Error& error) {
    EXPECT_EQ(error.kind(), ErrorKind::kUsage);
    EXPECT_FALSE(error.hint().empty());
    return std::string(error.what()) + " / " + error.hint();
  }
  return "no error";
}

TEST(Options, DefaultsAreTextForATerminalFailingOnWarnings) {
  const AnalyzeOptions options = analyze({"a.pcap"});
  EXPECT_THAT(options.captures, ElementsAre("a.pcap"));
  EXPECT_EQ(options.filter, "");
  EXPECT_FALSE(options.output.json);
  EXPECT_EQ(options.output.color, ColorChoice::kAuto);
  EXPECT_EQ(options.output.verbosity, Verbosity::kNormal);
  EXPECT_EQ(options.output.fail_on, Severity::kWarning);
}

TEST(Options, EveryOptionIsUnderstoodBeforeAndAfterCaptures) {
  const AnalyzeOptions options =
      analyze({"--json", "a.pcap", "--filter", "tcp port 443 and host 10.9.0.1", "b.pcap",
               "--color=always", "--verbose", "--fail-on", "critical"});
  EXPECT_THAT(options.captures, ElementsAre("a.pcap", "b.pcap"));
  EXPECT_EQ(options.filter, "tcp port 443 and host 10.9.0.1");
  EXPECT_TRUE(options.output.json);
  EXPECT_EQ(options.output.color, ColorChoice::kAlways);
  EXPECT_EQ(options.output.verbosity, Verbosity::kVerbose);
  EXPECT_EQ(options.output.fail_on, Severity::kCritical);
}

TEST(Options, FailOnNeverIsUnset) {
  EXPECT_EQ(analyze({"--fail-on", "never", "a.pcap"}).output.fail_on, std::nullopt);
}

TEST(Options, ADashIsStandardInputAndDoubleDashEndsOptions) {
  EXPECT_THAT(analyze({"-"}).captures, ElementsAre("-"));
  EXPECT_THAT(analyze({"--", "--json", "-x.pcap"}).captures, ElementsAre("--json", "-x.pcap"));
}

TEST(Options, UnusualFileNamesArriveUnchanged) {
  EXPECT_THAT(analyze({"a b.pcap", "\xff\xfe.pcap", "{x}", "a=b", "/x"}).captures,
              ElementsAre("a b.pcap", "\xff\xfe.pcap", "{x}", "a=b", "/x"));
}

TEST(Options, AFilterMayBeEmptyOrBracketed) {
  EXPECT_EQ(analyze({"--filter", "", "a.pcap"}).filter, "");
  EXPECT_EQ(analyze({"--filter", "tcp[tcpflags] & tcp-syn != 0", "a.pcap"}).filter,
            "tcp[tcpflags] & tcp-syn != 0");
  EXPECT_EQ(analyze({"--filter", "(ip[2:2] > 1400)", "a.pcap"}).filter, "(ip[2:2] > 1400)");
}

TEST(Options, AMistypedOptionIsAnsweredWithTheRightOne) {
  EXPECT_THAT(complaint({"analyze", "--jsn", "a.pcap"}),
              AllOf(HasSubstr("--jsn"), HasSubstr("Did you mean --json?"),
                    HasSubstr("mtuscope help analyze")));
  EXPECT_THAT(complaint({"analyze", "--fliter=tcp", "a.pcap"}),
              HasSubstr("Did you mean --filter?"));
  EXPECT_THAT(complaint({"analyze", "--bogus"}), HasSubstr("mtuscope help analyze"));
}

TEST(Options, AMistypedValueIsAnsweredWithTheRightOne) {
  EXPECT_THAT(complaint({"analyze", "--color", "alwys", "a"}),
              HasSubstr("Did you mean --color always?"));
  EXPECT_THAT(complaint({"analyze", "--fail-on", "bad", "a"}),
              HasSubstr("info, warning, critical, never"));
}

TEST(Options, AMissingValueAndContradictionsAreUsageErrors) {
  EXPECT_THAT(complaint({"analyze", "a.pcap", "--filter"}), HasSubstr("--filter needs EXPRESSION"));
  EXPECT_THAT(complaint({"analyze", "a.pcap", "--filter", "tcp", "--filter", "udp"}),
              HasSubstr("--filter is given more than once"));
  EXPECT_THAT(complaint({"analyze", "--quiet", "--verbose", "a.pcap"}), HasSubstr("--quiet"));
  EXPECT_THAT(complaint({"analyze", "--json=no", "a.pcap"}), HasSubstr("--json takes no value"));
  EXPECT_THAT(complaint({"analyze"}), HasSubstr("no capture"));
  EXPECT_THAT(complaint({"analyze", "-", "-"}), HasSubstr("twice"));
}

TEST(Options, HabitsFromTcpdumpAreUnderstood) {
  EXPECT_THAT(complaint({"analyze", "-r", "a.pcap"}), HasSubstr("without an option"));
}

TEST(Options, ACaptureInPlaceOfACommandIsAnsweredWithTheWholeCommand) {
  EXPECT_THAT(complaint({"file.pcap"}), HasSubstr("Did you mean: mtuscope analyze file.pcap"));
  EXPECT_THAT(complaint({"--json", "file.pcap"}),
              HasSubstr("Did you mean: mtuscope analyze --json file.pcap"));
  EXPECT_THAT(complaint({"-"}), HasSubstr("Did you mean: mtuscope analyze -"));
}

TEST(Options, AMistypedCommandIsAnsweredWithTheRightOne) {
  EXPECT_THAT(complaint({"analyse", "a.pcap"}), HasSubstr("Did you mean mtuscope analyze?"));
  EXPECT_THAT(complaint({"frobnicate"}), HasSubstr("mtuscope help"));
  EXPECT_THAT(complaint({"help", "analyse"}), HasSubstr("Did you mean mtuscope analyze?"));
}

CheckOptions check(std::vector<std::string> args) {
  args.insert(args.begin(), "check");
  return std::get<CheckOptions>(parse_command_line(args));
}

TEST(Options, CheckTakesFoldersAndItsOwnOptions) {
  const CheckOptions plain = check({"pcaps"});
  EXPECT_THAT(plain.paths, ElementsAre("pcaps"));
  EXPECT_FALSE(plain.update);
  EXPECT_EQ(plain.junit, "");
  EXPECT_EQ(plain.jobs, 0u);

  const CheckOptions all = check({"a", "--update", "--junit", "r.xml", "-j", "3", "b", "--json",
                                  "--verbose", "--color=never"});
  EXPECT_THAT(all.paths, ElementsAre("a", "b"));
  EXPECT_TRUE(all.update);
  EXPECT_EQ(all.junit, "r.xml");
  EXPECT_EQ(all.jobs, 3u);
  EXPECT_TRUE(all.output.json);
  EXPECT_EQ(all.output.verbosity, Verbosity::kVerbose);
  EXPECT_EQ(all.output.color, ColorChoice::kNever);
}

TEST(Options, CheckSaysWhatItDoesNotUnderstand) {
  EXPECT_THAT(complaint({"check"}), HasSubstr("no folder named"));
  EXPECT_THAT(complaint({"check", "--updat", "a"}), HasSubstr("Did you mean --update?"));
  for (const char* jobs : {"0", "-1", "many", "2x", "99999"}) {
    EXPECT_THAT(complaint({"check", std::string("--jobs=") + jobs, "a"}),
                HasSubstr("a number from 1 to 1024"));
  }
  EXPECT_THAT(complaint({"check", "--fail-on", "info", "a"}), HasSubstr("unknown option"));
}

TEST(Options, ProbeNeedsAHostAndChoosesTheRest) {
  const ProbePlan plan = probe({"10.9.0.2"}).plan;
  EXPECT_EQ(plan.host, "10.9.0.2");
  EXPECT_EQ(plan.interface, "");
  EXPECT_EQ(plan.family, std::nullopt);
  EXPECT_EQ(plan.method, std::nullopt);
  EXPECT_EQ(plan.min, IpSize{0});
  EXPECT_EQ(plan.max, IpSize{0});
  EXPECT_FALSE(plan.quick);
  EXPECT_THAT(complaint({"probe"}), HasSubstr("no host named"));
}

TEST(Options, NobodyListensOnPortZero) {
  for (const char* command : {"probe", "doctor"}) {
    EXPECT_THAT(complaint({command, "--port", "0", "h"}),
                AllOf(HasSubstr("there is no port 0"), HasSubstr("1 to 65535")));
    EXPECT_THAT(complaint({command, "--port", "65536", "h"}), HasSubstr("there is no port 65536"));
    EXPECT_THAT(complaint({command, "--port", "http", "h"}), HasSubstr("takes a number"));
  }
  EXPECT_EQ(probe({"h"}).plan.port, 0);
}

TEST(Options, ProbeUnderstandsEverythingItOffers) {
  const ProbeOptions options =
      probe({"-6", "--via", "wg0", "--method", "udp", "--port", "9", "--min", "1280", "--max",
             "1420", "--rate", "50", "--timeout", "2.5", "--quick", "--json", "example.org"});
  EXPECT_EQ(options.plan.family, IpFamily::kIPv6);
  EXPECT_EQ(options.plan.interface, "wg0");
  EXPECT_EQ(options.plan.method, ProbeMethod::kUdp);
  EXPECT_EQ(options.plan.port, 9);
  EXPECT_EQ(options.plan.min, IpSize{1280});
  EXPECT_EQ(options.plan.max, IpSize{1420});
  EXPECT_EQ(options.plan.rate, 50);
  EXPECT_EQ(options.plan.time_limit, Duration::milliseconds(2500));
  EXPECT_TRUE(options.plan.quick);
  EXPECT_TRUE(options.output.json);
  EXPECT_EQ(probe({"-4", "h", "--exact"}).plan.family, IpFamily::kIPv4);
}

TEST(Options, ALetterThatTakesNoValueIsNamedWithTheWordThatWasTyped) {
  EXPECT_THAT(complaint({"probe", "-q=3", "h"}),
              AllOf(HasSubstr("-q takes no value"), HasSubstr("'-q=3'"), HasSubstr("Write -q.")));
  EXPECT_THAT(complaint({"probe", "--min=3", "-4q=3", "h"}),
              AllOf(HasSubstr("-q takes no value"), HasSubstr("'-4q=3'"), HasSubstr("Write -4q.")));
  EXPECT_THAT(complaint({"probe", "-=3", "h"}), HasSubstr("unknown option -=3"));
  EXPECT_THAT(complaint({"probe", "-x=3", "h"}), HasSubstr("unknown option -x=3"));
}

TEST(Options, ALetterHasNoEqualsSignBeforeItsValue) {
  EXPECT_THAT(complaint({"probe", "-i=lo", "h"}),
              AllOf(HasSubstr("-i"), HasSubstr("'-i=lo'"), HasSubstr("Write -i lo.")));
  EXPECT_THAT(complaint({"probe", "-4i=lo", "h"}), HasSubstr("Write -4i lo."));
  EXPECT_EQ(probe({"-ilo", "h"}).plan.interface, "lo");
  EXPECT_EQ(probe({"-i", "=lo", "h"}).plan.interface, "=lo");
  EXPECT_EQ(probe({"-ia=b", "h"}).plan.interface, "a=b");
}

TEST(Options, ProbeRefusesWhatMakesNoSense) {
  EXPECT_THAT(complaint({"probe", "-4", "-6", "h"}), HasSubstr("-6"));
  EXPECT_THAT(complaint({"probe", "--quick", "--exact", "h"}), HasSubstr("--exact"));
  EXPECT_THAT(complaint({"probe", "--min", "1500", "--max", "1400", "h"}), HasSubstr("exceeds"));
  EXPECT_THAT(complaint({"probe", "--max", "65536", "h"}), HasSubstr("65536"));
  EXPECT_THAT(complaint({"probe", "--port", "65536", "h"}), HasSubstr("65536"));
  EXPECT_THAT(complaint({"probe", "--rate", "0", "h"}), HasSubstr("--rate"));
  EXPECT_THAT(complaint({"probe", "--timeout", "0", "h"}), HasSubstr("--timeout"));
  EXPECT_THAT(complaint({"probe", "--method", "imcp", "h"}), HasSubstr("icmp"));
  EXPECT_THAT(complaint({"probe", "--fail-on", "info", "h"}), HasSubstr("--fail-on"));
  EXPECT_THAT(complaint({"probe", "--timeout", "soon", "h"}),
              HasSubstr("--timeout takes a number, not 'soon'"));
  EXPECT_THAT(complaint({"probe", "a", "b"}), HasSubstr("unexpected argument 'b'"));
  EXPECT_THAT(complaint({"watch", "wg0"}), HasSubstr("watch -i wg0"));
}

TEST(Options, AKeyMeansTheReflector) {
  const ProbeOptions options = probe({"h", "--key", "k"});
  EXPECT_EQ(options.plan.key_file, "k");
  EXPECT_EQ(options.plan.method, ProbeMethod::kReflector);
  EXPECT_EQ(probe({"h", "--method", "reflector"}).plan.method, ProbeMethod::kReflector);
  EXPECT_THAT(complaint({"probe", "h", "--key", "k", "--method", "udp"}), HasSubstr("--key"));
  EXPECT_THAT(complaint({"probe", "h", "--key", "k", "--flows", "2"}), HasSubstr("--flows"));
}

TEST(Options, ReflectListensEverywhereUnlessToldOtherwise) {
  EXPECT_TRUE(reflect({}).listen.empty());
  EXPECT_EQ(reflect({}).port, 8899);
  EXPECT_EQ(reflect({}).key_file, "");
  const ReflectOptions options =
      reflect({"-l", "10.9.0.2", "--listen", "fd09::2", "-p", "4000", "-i", "wg0", "--key", "k",
               "--rate", "500", "--peer-rate", "200", "-q"});
  ASSERT_EQ(options.listen.size(), 2u);
  EXPECT_EQ(to_string(options.listen[1]), "fd09::2");
  EXPECT_EQ(options.port, 4000);
  EXPECT_EQ(options.interface, "wg0");
  EXPECT_EQ(options.key_file, "k");
  EXPECT_EQ(options.rate, 500'000);
  EXPECT_EQ(options.peer_rate, 200'000);
  EXPECT_TRUE(options.quiet);
}

TEST(Options, ReflectRefusesWhatMakesNoSense) {
  EXPECT_THAT(complaint({"reflect", "--listen", "wg0"}), HasSubstr("'wg0' is no address"));
  EXPECT_THAT(complaint({"reflect", "--port", "0"}), HasSubstr("no port 0"));
  EXPECT_THAT(complaint({"reflect", "--port", "65536"}), HasSubstr("65536"));
  EXPECT_THAT(complaint({"reflect", "--rate", "1"}), HasSubstr("--rate"));
  EXPECT_THAT(complaint({"reflect", "--peer-rate", "-5"}), HasSubstr("--peer-rate"));
  EXPECT_THAT(complaint({"reflect", "wg0"}), HasSubstr("wg0"));
  EXPECT_THAT(complaint({"reflect", "--prot", "1"}), HasSubstr("--port"));
}

TEST(Options, HelpIsTheSameByAnyWay) {
  EXPECT_EQ(shown({}), shown({"help"}));
  EXPECT_EQ(shown({"--help"}), shown({"help"}));
  EXPECT_EQ(shown({"help", "analyze"}), shown({"analyze", "--help"}));
  EXPECT_EQ(shown({"help", "analyze"}), shown({"analyze", "-h", "whatever"}));
}

TEST(Options, HelpNamesEveryOptionAndExitStatusWithinEightyColumns) {
  const std::string help = shown({"help", "analyze"});
  for (const char* name : {"CAPTURE...", "--json", "--filter EXPRESSION", "--quiet", "--verbose",
                           "--fail-on info|warning|critical|never", "--color auto|always|never",
                           "--help", "Exit status", "inconclusive", "Examples"}) {
    EXPECT_THAT(help, HasSubstr(name));
  }
  for (const char* command :
       {"analyze", "watch", "probe", "reflect", "doctor", "advise", "check", "help"}) {
    std::istringstream lines(shown({command, "--help"}));
    for (std::string line; std::getline(lines, line);) EXPECT_LE(line.size(), 80u) << line;
  }
}

TEST(Options, HelpNamesOnlyCommandsThatExist) {
  const std::string help = shown({"help"});
  EXPECT_THAT(help, AllOf(HasSubstr("analyze"), HasSubstr("check"), HasSubstr("probe"),
                          HasSubstr("reflect"), HasSubstr("watch"), HasSubstr("doctor"),
                          HasSubstr("advise")));
}

TEST(Options, TheVersionIsOneLine) {
  EXPECT_THAT(shown({"--version"}), ::testing::MatchesRegex("mtuscope [0-9]+\\.[0-9]+\\.[0-9]+\n"));
}

}  // namespace
}  // namespace mtuscope
