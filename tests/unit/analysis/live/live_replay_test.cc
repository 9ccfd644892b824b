// Every recorded case, watched as if it happened now: what is told on the way agrees with what the
// whole capture shows, and is told once.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <map>
#include <string>

#include "analysis/analyzer.h"
#include "capture/decode.h"
#include "capture/source.h"

namespace mtuscope {
namespace {

struct Watched {
  std::vector<FindingNews> news;
  Report report;
};

Watched watch(const std::string& path) {
  const auto source = open_captures({path}, {});
  Analyzer analyzer;
  analyzer.watch();
  Watched watched;
  Frame frame;
  Packet packet;
  Timestamp looked;
  const auto look = [&](Timestamp now) {
    for (FindingNews& n : analyzer.news(now, source->info())) watched.news.push_back(std::move(n));
    looked = now;
  };
  while (source->next(frame)) {
    // As the loop of `watch` does it: some fifty times a second, and before what comes next.
    constexpr Duration kTick = Duration::milliseconds(20);
    for (int i = 0; i < 100 && looked.ns != 0 && frame.time - looked >= kTick; ++i)
      look(looked + kTick);
    if (looked.ns == 0 || frame.time - looked >= kTick) look(frame.time);
    const Undecoded reason = decode(frame, packet);
    if (reason == Undecoded::kNone) {
      analyzer.add(packet);
    } else {
      analyzer.add_undecoded(reason, frame.link_type);
    }
  }
  // Nothing comes any more; what is waited for is given up in time.
  for (int i = 0; i < 40; ++i) look(looked + Duration::milliseconds(1000));
  watched.report = analyzer.finish(source->info());
  return watched;
}

std::string words(const Finding& f) {
  return std::string(to_string(f.confidence)) + " " + std::string(to_string(f.kind)) + " " +
         (f.src ? to_string(*f.src) : "") + " -> " + (f.dst ? to_string(*f.dst) : "");
}

std::vector<std::string> recorded() {
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(MTUSCOPE_SOURCE_DIR "/pcaps")) {
    const std::string name = entry.path().filename();
    if (name.find(".pcap") != std::string::npos) paths.push_back(entry.path());
  }
  std::ranges::sort(paths);
  return paths;
}

class LiveReplay : public testing::TestWithParam<std::string> {};

TEST_P(LiveReplay, TellsWhatTheReportSaysAndNothingElse) {
  const Watched watched = watch(GetParam());
  std::map<std::string, int> found;
  for (const FindingNews& n : watched.news) {
    if (n.kind == NewsKind::kFound) ++found[words(n.finding)];
    EXPECT_GE(n.finding.severity, Severity::kWarning);
    if (n.finding.confidence != Confidence::kConfirmed || n.kind == NewsKind::kOver) continue;
    EXPECT_TRUE(std::ranges::any_of(watched.report.findings,
                                    [&](const Finding& f) { return same_finding(f, n.finding); }))
        << "told, and not in the report: " << n.finding.explanation;
  }
  for (const auto& [what, times] : found) EXPECT_EQ(times, 1) << what;
  for (const Finding& f : watched.report.findings) {
    // These are known at the end only: nothing else explains the losses, the bytes never came.
    const bool known_late =
        f.kind == FindingKind::kRandomLoss || f.kind == FindingKind::kPtbSuspect;
    if (f.severity == Severity::kInfo || known_late) continue;
    EXPECT_TRUE(std::ranges::any_of(
        watched.news, [&](const FindingNews& n) { return same_finding(f, n.finding); }))
        << "never told: " << f.explanation;
  }
}

INSTANTIATE_TEST_SUITE_P(Pcaps, LiveReplay, testing::ValuesIn(recorded()), [](const auto& test) {
  std::string name = std::filesystem::path(test.param).filename();
  std::ranges::replace_if(
      name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
});

}  // namespace
}  // namespace mtuscope
