// Results of `mtuscope check`, one of each outcome.

#ifndef MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_RESULTS_H_
#define MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_RESULTS_H_

#include <string>
#include <vector>

#include "cli/check_result.h"

namespace mtuscope::sample {

inline CheckResult result(CheckOutcome outcome, const std::string& name) {
  CheckResult result;
  result.folder = "pcaps/vpn";
  result.name = name;
  result.expectation_path = "pcaps/vpn/" + name + ".expect.json";
  result.captures = {"pcaps/vpn/" + name + ".pcap"};
  result.outcome = outcome;
  result.seconds = 0.125;
  return result;
}

inline CheckResult mismatch() {
  CheckResult differs = result(CheckOutcome::kMismatch, "differs");
  differs.truth = "the path carries 1392 bytes";
  differs.headline = "path-MTU black hole 10.9.0.2 -> 10.9.0.1";
  differs.found = {"pmtu-blackhole suspected 10.9.0.2 -> 10.9.0.1", "not-tested confirmed"};
  differs.found_count = 2;
  Mismatch exit;
  exit.what = Mismatch::What::kExit;
  exit.line = 2;
  exit.wanted = "0 or 3";
  exit.exit = 1;
  Mismatch missing;
  missing.what = Mismatch::What::kMissing;
  missing.line = 4;
  missing.wanted = R"({"kind": "pmtu-blackhole", "lower": 1300})";
  missing.candidates = {
      {0, "pmtu-blackhole suspected 10.9.0.2 -> 10.9.0.1", {{"lower", "lower is 435, not 1300"}}}};
  missing.candidate_count = 3;
  Mismatch gone;
  gone.what = Mismatch::What::kMissing;
  gone.line = 5;
  gone.wanted = R"({"kind": "random-loss"})";
  Mismatch forbidden;
  forbidden.what = Mismatch::What::kForbidden;
  forbidden.line = 7;
  forbidden.wanted = R"({"kind": "not-tested"})";
  forbidden.candidates = {{1, "not-tested confirmed", {}}};
  forbidden.candidate_count = 1;
  differs.mismatches = {exit, missing, gone, forbidden};
  return differs;
}

inline std::vector<CheckResult> results() {
  CheckResult expected = result(CheckOutcome::kExpected, "expected");
  expected.headline = "no black hole";
  CheckResult orphan = result(CheckOutcome::kNoExpectation, "orphan");
  orphan.error = "nothing is expected of pcaps/vpn/orphan.pcap";
  orphan.hint = "Write pcaps/vpn/orphan.expect.json, or let --update write it.";
  CheckResult lost = result(CheckOutcome::kNoCapture, "lost");
  lost.captures.clear();
  lost.error = "pcaps/vpn/lost.expect.json has no capture";
  lost.hint = "Put the capture there.";
  CheckResult broken = result(CheckOutcome::kError, "broken");
  broken.error = "pcaps/vpn/broken.expect.json:3: unknown key \"mist\"";
  broken.hint = "Did you mean \"must\"?";
  CheckResult updated = result(CheckOutcome::kUpdated, "updated");
  updated.changes = {"exit: 0 -> 1"};
  CheckResult created = result(CheckOutcome::kCreated, "created");
  created.changes = {"exit: 3"};
  return {broken, created, mismatch(), expected, lost, orphan, updated};
}

}  // namespace mtuscope::sample

#endif  // MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_RESULTS_H_
