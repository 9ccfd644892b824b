// The sentences and frame lists that findings share.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_EVIDENCE_TEXT_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_EVIDENCE_TEXT_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "analysis/evidence/path.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// One sentence: which packet, how often, over what time, in which frames.
std::string describe_failure(const FailedRange& failure);

// "frame 7", "frames 7, 11 and 12", "frames 7, 11, 12, ... 90 (14 in all)". `not_listed`: how many
// more there are, of which only the number is known.
std::string describe_frames(const std::vector<FrameNumber>& frames, size_t not_listed = 0);

// "1 flow", "12 flows"; the plural adds an "s".
std::string counted(uint64_t count, std::string_view noun);

// "11:34:05.123 UTC".
std::string clock_time(Timestamp time);

// "10.9.0.2:4096 -> 10.9.0.1:50498".
std::string describe(const FlowDirection& flow);

// Puts the frames into the finding, ascending and each once: those of the source that holds most of
// them, since frame numbers count within one source; at most kMaxListedFrames.
void list_frames(std::vector<FrameRef> frames, Finding& finding);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_EVIDENCE_TEXT_H_
