// The whole way from the bytes of a capture file to a report. Nothing may crash, and whatever the
// packets say, the report keeps the promises that its readers rely on.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <memory>

#include "analysis/analyzer.h"
#include "capture/decode.h"
#include "capture/error.h"
#include "capture/open_captures.h"
#include "capture/source.h"

namespace {

using namespace mtuscope;

// Unlike assert(), also there in an optimised build.
void require(bool holds, const char* what) {
  if (holds) return;
  std::fprintf(stderr, "broken promise: %s\n", what);
  std::abort();
}

void check_bracket(const Bracket& bracket) {
  if (bracket.lower && bracket.upper) {
    require(*bracket.lower < *bracket.upper, "a bracket's lower is below its upper");
  }
}

void check_finding(const Finding& finding, size_t sources) {
  check_bracket(finding.bracket);
  if (finding.chance) {
    require(*finding.chance >= 0 && *finding.chance <= 1, "chance is a probability");
  }
  if (finding.kind == FindingKind::kPmtuBlackhole) {
    require(finding.src && finding.dst, "a black hole has a direction");
    require(finding.confidence != Confidence::kConfirmed || finding.bracket.upper,
            "a confirmed black hole says which size vanished");
  }
  require(!finding.explanation.empty(), "a finding explains itself");
  require(finding.flows.size() <= kMaxListedFlows, "flows are listed up to the limit");
  require(finding.flows.size() <= finding.flow_count || finding.flows.empty(),
          "flow_count counts all flows");
  require(finding.frames.size() <= kMaxListedFrames, "frames are listed up to the limit");
  for (size_t i = 1; i < finding.frames.size(); ++i) {
    require(finding.frames[i - 1] <= finding.frames[i], "frames ascend");
  }
  require(finding.frames.empty() || finding.source < sources, "frames count in a known source");
}

void check_report(const Report& report, size_t sources) {
  require(!report.headline.empty(), "a report has a headline");
  require(report.paths.size() <= report.paths_total, "paths_total counts all paths");
  for (const Finding& finding : report.findings) check_finding(finding, sources);
  for (const PathReport& path : report.paths) {
    check_bracket(path.bracket);
    for (size_t i = 0; i < path.sizes.size(); ++i) {
      require(path.sizes[i].delivered <= path.sizes[i].sent, "no more arrives than was sent");
      require(i == 0 || path.sizes[i - 1].size < path.sizes[i].size, "sizes ascend");
    }
  }
  for (const Recommendation& advice : report.recommendations) {
    require(!advice.basis.empty() && !advice.verify.empty(),
            "a recommendation says why, and how to verify it");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::unique_ptr<FrameSource> source;
  try {
    source = open_capture_bytes({data, size});
  } catch (const Error&) {
    return 0;  // not a capture: said so, as it should
  }
  Analyzer analyzer;
  Frame frame;
  Packet packet;
  try {
    while (source->next(frame)) {
      const Undecoded reason = decode(frame, packet);
      if (reason == Undecoded::kNone) {
        analyzer.add(packet);
      } else {
        analyzer.add_undecoded(reason, frame.link_type);
      }
    }
  } catch (const Error&) {
    // A compressed stream may be damaged in a way that only shows later.
  }
  const std::vector<SourceInfo> sources = source->info();
  check_report(analyzer.finish(sources), sources.size());
  return 0;
}
