#include "cli/text_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <sstream>

#include "cli/text_wrap.h"
#include "sample_reports.h"

namespace mtuscope {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

std::string text(const Report& report, Verbosity verbosity = Verbosity::kNormal,
                 PageStyle style = {}) {
  return text_report(report, sample::sources(), verbosity, style);
}

// The text on one line, so that a sentence is found however it was wrapped.
std::string unwrapped(const std::string& text) {
  std::istringstream words(text);
  std::string line;
  for (std::string word; words >> word;) line += (line.empty() ? "" : " ") + word;
  return line;
}

void expect_order(const std::string& text, const std::vector<std::string>& parts) {
  size_t from = 0;
  for (const std::string& part : parts) {
    const size_t at = text.find(part, from);
    ASSERT_NE(at, std::string::npos) << part << " missing, or too early, in\n" << text;
    from = at + part.size();
  }
}

void expect_fits(const std::string& text, size_t columns) {
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(display_width(line), columns) << line;
}

TEST(TextReport, TheHeadlineIsFirst) {
  EXPECT_THAT(text(sample::incident()), StartsWith("Packets of 1420 bytes from 10.9.0.2"));
}

TEST(TextReport, TheStoryIsToldInTheOrderInWhichItIsNeeded) {
  expect_order(text(sample::incident()),
               {"vanish", "black hole, confirmed", "delivered up to 435 | 436-1419 unknown",
                "10.9.0.2 -> 10.9.0.1", "1 in 480,000", "evidence", "against", "frame.number in",
                "What to set", "MTU 1380", "wg-quick", "MTU = 1380", "systemd-networkd", "Verify",
                "ping -M do", "Notes", "[not-tested]", "Read 17 packets"});
}

TEST(TextReport, TheFooterNamesTheSource) {
  std::vector<SourceInfo> sources = sample::sources();
  sources.resize(1);
  sources[0].path = "-";
  sources[0].format = "pcap (gzip)";
  EXPECT_THAT(unwrapped(text_report(sample::incident(), sources, Verbosity::kNormal, {}, false)),
              HasSubstr("from standard input, pcap (gzip),"));
}

TEST(TextReport, AnOpenQuestionEndsWithWhatWouldTell) {
  Report report;
  report.status = Status::kInconclusive;
  report.headline = "packets of 1420 bytes never arrived; this capture cannot tell";
  Finding open;
  open.kind = FindingKind::kNotTested;
  open.open_question = true;
  open.explanation = "Packets of 1420 bytes never arrived; this capture cannot tell.";
  open.evidence_for = {"sent 6 times (frames 6 and 17)"};
  open.evidence_against = {"what would tell: a ping while it hangs"};
  report.findings = {open};
  const std::string alone = text_report(report, {}, Verbosity::kNormal, {}, false);
  EXPECT_THAT(alone, HasSubstr("What was seen, and what would tell\n- sent 6 times"));
  EXPECT_THAT(alone, HasSubstr("- what would tell: a ping while it hangs"));
  EXPECT_THAT(alone, Not(HasSubstr("Notes"))) << "the headline is not said twice";

  report.headline = "something worse";
  const std::string beside = text_report(report, {}, Verbosity::kNormal, {}, false);
  EXPECT_THAT(beside, HasSubstr("cannot tell. [not-tested]"));
  EXPECT_THAT(beside, HasSubstr("what would tell: a ping while it hangs"));
}

TEST(TextReport, ProblemsNameKindDirectionVantageTimesAndFlow) {
  const std::string report = unwrapped(text(sample::incident()));
  EXPECT_THAT(report, HasSubstr("[pmtu-blackhole, critical]"));
  EXPECT_THAT(report, HasSubstr("captured at the sender"));
  EXPECT_THAT(report, HasSubstr("2024-05-01 11:34:05.123 UTC, for 6.5 s"));
  EXPECT_THAT(report, HasSubstr("10.9.0.2:4096 -> 10.9.0.1:50498"));
  EXPECT_THAT(report, HasSubstr("frame.number in {7, 11..13}"));
}

TEST(TextReport, WhatTheHeadlineSaysIsNotRepeated) {
  Report report = sample::incident();
  report.headline = report.findings[0].explanation;
  const std::string words = unwrapped(text(report));
  const std::string said = "on the way to the other side";
  EXPECT_EQ(words.find(said, words.find(said) + 1), std::string::npos);
}

TEST(TextReport, LimitsOfTheCaptureAreListed) {
  Report report = sample::healthy();
  report.findings = {sample::note(FindingKind::kCaptureQuality, "one thing limits the capture")};
  report.findings[0].evidence_for = {"13 packets were captured twice"};
  expect_order(text(report), {"One thing limits the capture. [capture-quality]",
                              "  - 13 packets were captured twice"});
}

TEST(TextReport, RecoveryAndReportedMtuAreSaid) {
  Report report = sample::incident();
  report.findings[0].recovered =
      Recovery{.size = IpSize{1064}, .time = sample::kStart, .after = Duration::milliseconds(6500)};
  report.findings[0].pmtu = IpSize{1400};
  report.findings[0].reporter = sample::address("192.0.2.1");
  const std::string words = unwrapped(text(report));
  EXPECT_THAT(words, HasSubstr("after 6.5 s at 2024-05-01 11:34:05.123 UTC, with packets of 1064"));
  EXPECT_THAT(words, HasSubstr("MTU 1400 by 192.0.2.1"));
}

TEST(TextReport, SizesAreExplainedOnce) {
  const std::string report = text(sample::incident());
  const std::string sentence = "Sizes are whole IP packets, without the link header.";
  const size_t first = report.find(sentence);
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(report.find(sentence, first + 1), std::string::npos);
}

TEST(TextReport, NothingWrongIsSaidPlainlyWithThePathsThatShowIt) {
  const std::string report = text(sample::healthy());
  EXPECT_THAT(report, StartsWith("No black hole: packets up to 1420 bytes were delivered in both"));
  EXPECT_THAT(report, HasSubstr("10.9.0.2 -> 10.9.0.1: path MTU at least 1420"));
  EXPECT_THAT(report, Not(HasSubstr("What to set")));
  EXPECT_THAT(report, Not(HasSubstr("Verify")));
}

TEST(TextReport, QuietIsTheHeadlineAlone) {
  EXPECT_EQ(text(sample::healthy(), Verbosity::kQuiet),
            "No black hole: packets up to 1420 bytes were delivered in both directions.\n");
}

TEST(TextReport, VerboseShowsSizesInterfacesCountersAndInfoFindings) {
  Report report = sample::incident();
  report.quality.undecoded[static_cast<size_t>(Undecoded::kNotIp)] = 3;
  report.quality.duplicates = 5;
  const std::string verbose = text(report, Verbosity::kVerbose);
  expect_order(verbose, {"[not-tested, info]", "Paths (2 of 2)", "size", "sent", "delivered",
                         "1420           7           0", "interface (no name): RAW",
                         "snaplen 262144", "3 not decoded", "5 captured twice"});
}

TEST(TextReport, EveryLineFitsInEightyColumnsWithoutATerminal) {
  for (const Verbosity verbosity : {Verbosity::kNormal, Verbosity::kVerbose}) {
    expect_fits(text(sample::incident(), verbosity), 80);
    expect_fits(text(sample::healthy(), verbosity), 80);
  }
}

TEST(TextReport, NarrowTerminalsAreRespected) {
  Report report = sample::incident();
  expect_fits(text(report, Verbosity::kNormal, {.width = 50, .color = false}), 50);
}

TEST(TextReport, WithoutColourThereIsNoEscapeAndWithItEachIsClosed) {
  EXPECT_THAT(text(sample::incident()), Not(HasSubstr("\x1b")));
  const std::string colored =
      text(sample::incident(), Verbosity::kNormal, {.width = 80, .color = true});
  EXPECT_THAT(colored, StartsWith("\x1b[1;31mPackets"));
  std::istringstream lines(colored);
  for (std::string line; std::getline(lines, line);) {
    if (line.find('\x1b') != std::string::npos) {
      EXPECT_THAT(line, ::testing::EndsWith("\x1b[0m"));
    }
  }
}

TEST(TextReport, ColourChangesNothingButEscapes) {
  std::string colored = text(sample::incident(), Verbosity::kVerbose, {.width = 80, .color = true});
  for (size_t at; (at = colored.find('\x1b')) != std::string::npos;) {
    colored.erase(at, colored.find('m', at) - at + 1);
  }
  EXPECT_EQ(colored, text(sample::incident(), Verbosity::kVerbose));
}

TEST(TextReport, ManyFindingsOfOneKindAreOneInFullAndAShortList) {
  const std::string report = text(sample::many(50));
  expect_order(report, {"black hole, confirmed", "The same on 49 more paths", "... and 41 more"});
  const std::string heading = "Path-MTU black hole, confirmed";
  EXPECT_EQ(report.find(heading, report.find(heading) + 1), std::string::npos);
  EXPECT_LT(std::ranges::count(report, '\n'), 80);
}

TEST(TextReport, VerboseCutsNothing) {
  const std::string report = text(sample::many(50), Verbosity::kVerbose);
  EXPECT_THAT(report, Not(HasSubstr("--verbose")));
  size_t headings = 0;
  for (size_t at = 0; (at = report.find("black hole, confirmed", at)) != std::string::npos; ++at) {
    ++headings;
  }
  EXPECT_EQ(headings, 50u);
}

TEST(TextReport, WorseKindsStayBeforeMilderOnes) {
  Report report = sample::incident();
  Finding outage = sample::note(FindingKind::kZeroWindow, "the application stopped reading");
  outage.severity = Severity::kWarning;
  report.findings.insert(report.findings.begin() + 1, outage);
  report.findings.insert(report.findings.begin() + 2, sample::blackhole("10.9.0.3", "10.9.0.1"));
  expect_order(text(report), {"black hole, confirmed", "10.9.0.3", "stopped reading", "Notes"});
}

TEST(TextReport, LongEvidenceIsCutAndSaysSo) {
  Report report = sample::incident();
  report.findings[0].evidence_for.assign(20, "one more retransmission");
  EXPECT_THAT(text(report), HasSubstr("... and 15 more (--verbose)"));
  EXPECT_THAT(text(report, Verbosity::kVerbose), Not(HasSubstr("more (--verbose)")));
}

TEST(TextReport, TheFileIsNamedBesideTheFramesWhereThereAreSeveral) {
  std::vector<SourceInfo> sources = sample::sources();
  sources.push_back(sources[0]);
  sources[1].path = "second.pcap";
  Report report = sample::incident();
  report.findings[0].source = 1;
  const std::string words = unwrapped(text_report(report, sources, Verbosity::kNormal, {}));
  EXPECT_THAT(words, HasSubstr("Wireshark filter in second.pcap: frame.number"));
  EXPECT_THAT(words, HasSubstr("from 2 files"));
}

TEST(TextReport, NamesFromFilesCannotSteerTheTerminal) {
  std::vector<SourceInfo> sources = sample::sources();
  sources[0].path = "evil\x1b[2J\n.pcap";
  sources[0].interfaces[0].name = "eth\x1b]0;owned\x07";
  Report report = sample::incident();
  report.headline = "seen on eth\x1b[31m";
  report.findings[0].explanation = "line\rfeed";
  report.findings[0].evidence_for = {
      "\x9b"
      "31m"};
  report.recommendations[0].scope = "wg\x1b[0m";
  report.recommendations[0].fixes[0].where = "wg\x1b[0m";
  report.recommendations[0].fixes[0].change = "ip link set wg\x1b[0m";
  report.recommendations[0].verify = "ping \x1b[0m";
  for (const Verbosity verbosity : {Verbosity::kNormal, Verbosity::kVerbose}) {
    for (const char c : text_report(report, sources, verbosity, {})) {
      EXPECT_TRUE(c == '\n' || (c >= 0x20 && c < 0x7f)) << static_cast<int>(c);
    }
  }
}

TEST(TextReport, ManyRecommendationsAreOneInFullAndAShortList) {
  Report report = sample::incident();
  for (int i = 1; i < 40; ++i) {
    report.recommendations.push_back(sample::recommendation());
    report.recommendations.back().scope = fmt::format("wg{}", i);
  }
  const std::string normal = text(report);
  expect_order(normal, {"MTU 1380 (estimate) for wg0", "wg-quick", "In the same way:",
                        "MTU 1380 (estimate) for wg1", "... and 35 more", "Verify"});
  EXPECT_EQ(normal.find("wg-quick"), normal.rfind("wg-quick"));
  EXPECT_THAT(text(report, Verbosity::kVerbose), HasSubstr("(estimate) for wg39"));
}

TEST(TextReport, CommandsToCopyAreNeverBroken) {
  Report report = sample::incident();
  const std::string command =
      "iptables -t mangle -A FORWARD -o wg0 -p tcp --tcp-flags SYN,RST SYN -j TCPMSS "
      "--clamp-mss-to-pmtu";
  report.recommendations[0].fixes[0].change = command + "\nsecond line";
  EXPECT_THAT(text(report), HasSubstr("       " + command + "\n       second line\n"));
}

TEST(TextReport, AnEmptyReportIsStillAReport) {
  Report report;
  report.status = Status::kInconclusive;
  report.headline = "Inconclusive: the capture holds no packets";
  EXPECT_THAT(text_report(report, {}, Verbosity::kVerbose, {}), StartsWith("Inconclusive: the"));
}

TEST(TextReport, TheTunnelsAroundTheSufferingPacketsAreNamedWithWhatTheyAdd) {
  Report report = sample::incident();
  EXPECT_THAT(text(report), Not(HasSubstr("inside")));
  TunnelLayer vxlan{TunnelKind::kVxlan, sample::address("192.0.2.1"), sample::address("192.0.2.2"),
                    IpSize{1470}, 42};
  report.paths[0].tunnels = {{{.kind = TunnelKind::kPppoe, .id = 7}, 0}, {vxlan, 50}};
  expect_order(text(report),
               {"where", "tunnel     inside pppoe (id 7)",
                "inside vxlan 192.0.2.1 -> 192.0.2.2 (id 42), 50 bytes more", "evidence"});
}

TEST(TextReport, TunnelsSeenFromOutsideAreNamed) {
  Report report = sample::healthy();
  report.outer_tunnels = {{{sample::address("192.0.2.1"), 51820},
                           {sample::address("192.0.2.2"), 51820},
                           12,
                           IpSize{1480},
                           "eth0"}};
  EXPECT_THAT(
      unwrapped(text(report)),
      HasSubstr(
          "192.0.2.1:51820 -> 192.0.2.2:51820: 12 packets, the largest of 1480 bytes, on eth0"));
}

}  // namespace
}  // namespace mtuscope
