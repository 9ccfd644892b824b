// The loop that every packet passes: read, decode, analyze.

#ifndef MTUSCOPE_CLI_READ_CAPTURES_H_
#define MTUSCOPE_CLI_READ_CAPTURES_H_

#include <atomic>

#include "analysis/analyzer.h"
#include "capture/source.h"
#include "cli/progress.h"

namespace mtuscope {

// Gives every frame of `source` to `analyzer`, to the end or until `stop` becomes true. Throws what
// FrameSource::next() throws.
void read_captures(FrameSource& source, Analyzer& analyzer, Progress& progress,
                   const std::atomic<bool>& stop);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_READ_CAPTURES_H_
