#include "cli/flows_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sample_reports.h"

namespace mtuscope {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

Report report_of(FlowReport flow) {
  Report report;
  report.flows = {std::move(flow)};
  report.tcp_flows = 1;
  return report;
}

std::string flows_of(const Report& report, size_t limit = 10) {
  TextPage page({.width = 1000});
  write_flows(page, report, limit);
  return page.text();
}

std::string waits_of(const Report& report) {
  TextPage page({.width = 1000});
  write_longest_waits(page, report, 3);
  return page.text();
}

TEST(FlowsText, AFinThatNobodyAnswersIsNamed) {
  FlowReport flow = sample::stuck_flow();
  Stall& last = flow.stalls.back();
  last.cause = StallCause::kPacketLost;
  last.only_fin = true;
  last.ended = false;
  last.times = 8;
  EXPECT_THAT(flows_of(report_of(flow)), HasSubstr("the FIN of 10.9.0.2 was sent 8 times and not "
                                                   "answered"));
}

TEST(FlowsText, SaysWhatEachFlowWaitedFor) {
  const std::string text = flows_of(report_of(sample::stuck_flow()));
  EXPECT_THAT(
      text,
      HasSubstr("10.9.0.1:50498 -> 10.9.0.2:4096: stuck, reset by 10.9.0.1, waited 7.7 s, 78 bytes "
                "there, 1.7 kB back"));
  EXPECT_THAT(text, HasSubstr("what is stuck: HTTP response head 200"));
  EXPECT_THAT(text, HasSubstr("1.2 s: 10.9.0.2 took so long to answer (frame 6)"));
  EXPECT_THAT(text, HasSubstr("6.5 s, to the end: a 1420-byte packet of 10.9.0.2 was sent 7 times, "
                              "too large for the path (frame 7)"));
  EXPECT_THAT(text, HasSubstr("... and 1 pause shorter"));
}

TEST(FlowsText, SaysHowManyAreNotListed) {
  Report report = report_of(sample::stuck_flow());
  report.flows.resize(5, sample::stuck_flow());
  report.tcp_flows = 12;
  EXPECT_THAT(flows_of(report, 2), HasSubstr("Flows (2 of 12:"));
}

TEST(FlowsText, AnAnswerThatIsNotSeenMayHaveBeenSent) {
  FlowReport flow = sample::stuck_flow();
  flow.stalls[0].seen_at_sender = false;
  EXPECT_THAT(flows_of(report_of(flow)), HasSubstr("no answer arrived from 10.9.0.2"));
}

TEST(FlowsText, ALossBeforeTheCaptureIsToldAsSuch) {
  FlowReport flow = sample::stuck_flow();
  flow.stalls[1].times = 0;
  EXPECT_THAT(flows_of(report_of(flow)), HasSubstr("a packet of about 1420 bytes from 10.9.0.2 was "
                                                   "lost before it came by here"));
}

TEST(LongestWaits, AreThoseThatNoFindingIsAbout) {
  const std::string text = waits_of(report_of(sample::stuck_flow()));
  EXPECT_THAT(text, HasSubstr("1.2 s: 10.9.0.2 took so long to answer"));
  EXPECT_THAT(text, Not(HasSubstr("1420")));
}

TEST(LongestWaits, ShorterThanASecondAreNotWorthANote) {
  FlowReport flow = sample::stuck_flow();
  flow.stalls[0].waited = Duration::milliseconds(900);
  EXPECT_THAT(waits_of(report_of(flow)), IsEmpty());
}

}  // namespace
}  // namespace mtuscope
