#include "cli/probe_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_reports.h"

namespace mtuscope {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

std::string text_of(const ProbedPath& path, Verbosity verbosity = Verbosity::kNormal,
                    const std::vector<std::string>& notes = {}) {
  ProbePlan asked;
  asked.host = "10.9.0.2";
  asked.interface = "wg0";
  const Report report = probe_report({path}, asked);
  return probe_text({path}, report, notes, verbosity, {});
}

TEST(ProbeText, ALimitIsToldWithEverythingThatWasMeasured) {
  EXPECT_THAT(text_of(sample::probed_path()),
              AllOf(HasSubstr("delivered up to 1392 | lost from 1393"), HasSubstr("1 in 100,000"),
                    HasSubstr("192.0.2.1 reports MTU 1300 (which is not what was measured)"),
                    HasSubstr("WireGuard over IPv4 on 1460"), HasSubstr("round trip 50.7 ms"),
                    HasSubstr("10 of 40 probes that fit (25 %)"),
                    HasSubstr("41 packets by ICMP echo in 312 ms"), HasSubstr("MTU = 1392"),
                    HasSubstr("Verify\n  mtuscope probe 10.9.0.2 --via wg0\n")));
}

TEST(ProbeText, TheDirectionIsExplained) {
  ProbedPath path = sample::probed_path();
  EXPECT_THAT(text_of(path), HasSubstr("forward: routers behind that hop"));
  path.conclusion.told_by = ProbeMethod::kUdp;
  EXPECT_THAT(text_of(path), HasSubstr("forward: UDP"));
  EXPECT_THAT(text_of(path), HasSubstr("between hop 2, 192.0.2.1 (which large packets get to)"));
  path.conclusion.hop->ttl = 0;
  EXPECT_THAT(text_of(path), HasSubstr("between this host and hop "));
  EXPECT_THAT(text_of(path), Not(HasSubstr("which large packets get to")));
  path.conclusion.direction = ProbeDirection::kReverse;
  EXPECT_THAT(text_of(path), HasSubstr("reverse: larger packets get there by UDP"));
  path.conclusion.direction = ProbeDirection::kRoundTrip;
  EXPECT_THAT(text_of(path), HasSubstr("unknown: an echo is as large on its way back"));
  path.conclusion.methods_disagree = true;
  EXPECT_THAT(text_of(path), HasSubstr("unclear"));
}

TEST(ProbeText, SilenceEndsWithWhatToTypeNext) {
  ProbedPath path = sample::unanswered_path();
  EXPECT_THAT(text_of(path), HasSubstr("next       mtuscope doctor "));
  path.intent.min = IpSize{1450};
  EXPECT_THAT(text_of(path), HasSubstr("leave out --min"));
}

TEST(ProbeText, AReflectorTellsEachWay) {
  ProbedPath path = sample::reflected_path();
  EXPECT_THAT(text_of(path), AllOf(HasSubstr("reverse; on the way there: 1420 bytes pass"),
                                   HasSubstr("by the reflector on the way back in"),
                                   HasSubstr("by the reflector on the way there in")));
  path.measurements[1].result.verdict = SearchVerdict::kExact;
  path.measurements[1].result.bracket = {IpSize{1400}, IpSize{1401}};
  EXPECT_THAT(text_of(path),
              HasSubstr("reverse; on the way there: delivered up to 1400 | lost from 1401"));
  path.measurements[0].result.fragment = IpSize{1388};
  EXPECT_THAT(text_of(path), HasSubstr("had at most 1388 bytes"));
}

TEST(ProbeText, AnObstacleIsToldWithWhatToDo) {
  ProbedPath path = sample::unanswered_path();
  path.measurements[0].obstacle = {"nothing listens there", "Start it there."};
  EXPECT_THAT(text_of(path), AllOf(HasSubstr("Nothing listens there.\n"),
                                   HasSubstr("Start it there."), Not(HasSubstr("packets by"))));
}

TEST(ProbeText, QuietIsOneLine) {
  for (const ProbedPath& path :
       {sample::probed_path(), sample::unlimited_path(), sample::unanswered_path()}) {
    const std::string text = text_of(path, Verbosity::kQuiet);
    EXPECT_EQ(std::ranges::count(text, '\n'), 1) << text;
  }
}

TEST(ProbeText, NoLimitAndSilenceHaveNothingToSet) {
  EXPECT_THAT(text_of(sample::unlimited_path()),
              AllOf(HasSubstr("at least 1420"), Not(HasSubstr("What to set"))));
  EXPECT_THAT(text_of(sample::unanswered_path()),
              AllOf(HasSubstr("18 packets by ICMP echo in 3.01 s, nothing answered"),
                    Not(HasSubstr("loss")), Not(HasSubstr("path MTU"))));
}

TEST(ProbeText, WhatStoodInTheWayIsTold) {
  ProbedPath path = sample::unanswered_path();
  path.measurements[0].engine.refusals = {{sample::address("192.0.2.1"), 3, 1, 4}};
  path.measurements[0].engine.failed = 2;
  path.measurements[0].engine.send_error = 1;  // EPERM
  path.measurements[0].result.local_limit = IpSize{1400};
  EXPECT_THAT(text_of(path, Verbosity::kNormal, {"ICMP echo is not permitted"}),
              AllOf(HasSubstr("192.0.2.1 says that 4 probes can't be delivered"),
                    HasSubstr("2 probes could not be sent: Operation not permitted"),
                    HasSubstr("wg0 itself carries no more than 1400 bytes"),
                    HasSubstr("Notes\n- ICMP echo is not permitted\n")));
}

TEST(ProbeText, WhatIsSentIsSaidFirst) {
  ProbePlan plan;
  const std::string text = intent_text({sample::probed_path().intent}, plan, {});
  EXPECT_THAT(text, AllOf(HasSubstr("10.9.0.2 through wg0"), HasSubstr("ICMP echo, then UDP"),
                          HasSubstr("68 to 1420"), HasSubstr("2000 a second")));
}

TEST(ProbeText, ProgressShowsTheBracket) {
  Search search({}, Timestamp{0});
  search.next_probe(Timestamp{0});
  search.next_probe(Timestamp{1});
  search.on_answer(1, Timestamp{1000});
  EXPECT_EQ(probe_progress_line(search, ProbeMethod::kIcmp, sample::address("10.9.0.2")),
            "mtuscope: ICMP echo 10.9.0.2: path MTU at least " +
                std::to_string(search.probes()[1].size.bytes) + ", 2 packets");
}

}  // namespace
}  // namespace mtuscope
