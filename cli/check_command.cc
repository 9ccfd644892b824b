#include "cli/check_command.h"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <chrono>
#include <exception>
#include <filesystem>
#include <thread>

#include "capture/error.h"
#include "cli/analyze_command.h"
#include "cli/check_json.h"
#include "cli/check_text.h"
#include "cli/expectation_update.h"
#include "cli/junit_xml.h"
#include "cli/progress.h"
#include "cli/read_captures.h"
#include "cli/terminal.h"
#include "cli/text_file.h"

namespace mtuscope {
namespace {

struct Answer {
  Report report;
  int exit = 0;  // of `analyze` without further options
};

Answer analyze(const CheckCase& wanted) {
  const std::string filter = wanted.expectation ? wanted.expectation->filter : "";
  Progress progress(false);
  const std::atomic<bool> never = false;
  Answer answer{analyze_captures(wanted.captures, filter, progress, never).report};
  answer.exit = exit_status(answer.report, OutputOptions().fail_on);
  return answer;
}

// The one capture of the expectation that is not there.
const std::string* missing_capture(const CheckCase& wanted) {
  const auto missing = std::ranges::find_if(wanted.captures, [](const std::string& path) {
    std::error_code unreadable;  // is for open_captures() to say
    return !std::filesystem::exists(path, unreadable) && !unreadable;
  });
  return missing == wanted.captures.end() ? nullptr : &*missing;
}

void keep_findings(const Report& report, CheckResult& result) {
  result.headline = report.headline;
  result.found_count = report.findings.size();
  const size_t listed = std::min(report.findings.size(), kMaxFound);
  for (size_t i = 0; i < listed; ++i) result.found.push_back(describe(report.findings[i]));
}

void create(const CheckCase& wanted, const Answer& answer, CheckResult& result) {
  const JsonValue document = new_expectation(answer.report, answer.exit);
  write_text_file(wanted.expectation_path, expectation_text(document));
  result.outcome = CheckOutcome::kCreated;
  for (size_t i = 0; i < document.keys.size(); ++i) {
    if (document.keys[i] == "exit") {
      result.changes.push_back("exit: " + to_text(document.items[i]));
    }
    if (document.keys[i] != "must") continue;
    for (const JsonValue& item : document.items[i].items) {
      result.changes.push_back("must: " + to_text(item));
    }
  }
}

void update_expectation(const CheckCase& wanted, const Answer& answer, CheckResult& result) {
  ExpectationUpdate update = updated(*wanted.expectation, answer.report, result.mismatches);
  const std::string text = expectation_text(update.document);
  const Expectation fresh = parse_expectation(text, wanted.expectation_path);
  const std::vector<Mismatch> remaining = compare(answer.report, answer.exit, fresh);
  if (!remaining.empty()) return;  // stays a mismatch, and the file what it was
  write_text_file(wanted.expectation_path, text);
  result.outcome = CheckOutcome::kUpdated;
  result.changes = std::move(update.changes);
  result.mismatches.clear();
}

void judge_captures(const CheckCase& wanted, bool update, CheckResult& result) {
  const Answer answer = analyze(wanted);
  keep_findings(answer.report, result);
  if (!wanted.expectation) return create(wanted, answer, result);
  result.mismatches = compare(answer.report, answer.exit, *wanted.expectation);
  result.outcome = result.mismatches.empty() ? CheckOutcome::kExpected : CheckOutcome::kMismatch;
  if (update && !result.mismatches.empty()) update_expectation(wanted, answer, result);
}

void judge_case(const CheckCase& wanted, bool update, CheckResult& result) {
  if (wanted.error) throw Error(*wanted.error);
  if (!wanted.expectation && !update) {
    result.outcome = CheckOutcome::kNoExpectation;
    result.error = fmt::format("nothing is expected of {}", fmt::join(wanted.captures, ", "));
    result.hint = fmt::format("Write {}, or let --update write it.", wanted.expectation_path);
    return;
  }
  const std::string* missing = missing_capture(wanted);
  if (wanted.captures.empty() || missing != nullptr) {
    result.outcome = CheckOutcome::kNoCapture;
    result.error = missing != nullptr ? fmt::format("{} names {}, which is not there",
                                                    wanted.expectation_path, *missing)
                                      : fmt::format("{} has no capture", wanted.expectation_path);
    result.hint = fmt::format("Put the capture there, name it in \"captures\", or remove {}.",
                              wanted.expectation_path);
    return;
  }
  judge_captures(wanted, update, result);
}

std::vector<CheckResult> judge_all(const std::vector<CheckCase>& cases, const CheckOptions& options,
                                   bool show_progress) {
  std::vector<CheckResult> results(cases.size());
  std::atomic<size_t> next = 0, done = 0;
  const auto work = [&](Progress* progress) {
    for (size_t i = next++; i < cases.size(); i = next++) {
      results[i] = judge(cases[i], options.update);
      const size_t finished = ++done;
      if (progress != nullptr) progress->update_captures(finished, cases.size());
    }
  };
  const size_t cores = std::max(1u, std::thread::hardware_concurrency());
  const size_t wanted = options.jobs > 0 ? options.jobs : cores;
  std::vector<std::jthread> others;
  for (size_t i = 1; i < std::min(wanted, cases.size()); ++i) {
    others.emplace_back([&] { work(nullptr); });
  }
  Progress progress(show_progress);
  work(&progress);
  others.clear();  // waits for them
  return results;
}

}  // namespace

CheckResult judge(const CheckCase& wanted, bool update) {
  const auto start = std::chrono::steady_clock::now();
  CheckResult result;
  result.folder = wanted.folder;
  result.name = wanted.name;
  result.expectation_path = wanted.expectation_path;
  result.captures = wanted.captures;
  if (wanted.expectation) result.truth = wanted.expectation->truth;
  try {
    judge_case(wanted, update, result);
  } catch (const Error& error) {
    result.outcome = CheckOutcome::kError;
    result.error = error.what();
    result.hint = error.hint();
  } catch (const std::exception& error) {
    result.outcome = CheckOutcome::kError;
    result.error = std::string("internal error: ") + error.what();
    result.hint = "Please report it, with the capture if you can share it.";
  }
  const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - start;
  result.seconds = taken.count();
  return result;
}

int run_check(const CheckOptions& options) {
  const Terminal terminal = detect_terminal();
  const std::vector<CheckCase> cases = find_check_cases(options.paths);
  const std::vector<CheckResult> results = judge_all(cases, options, terminal.stderr_is_terminal);

  if (!options.junit.empty()) write_text_file(options.junit, junit_xml(results));
  const PageStyle style{terminal.columns, use_color(options.output.color, terminal)};
  write_stdout(options.output.json ? check_json(results)
                                   : check_text(results, options.output.verbosity, style));
  return exit_status(totals_of(results));
}

}  // namespace mtuscope
