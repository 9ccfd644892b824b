// Durations as people read them: the one way in which every sentence of the program says them.

#ifndef MTUSCOPE_ANALYSIS_REPORT_READABLE_DURATION_H_
#define MTUSCOPE_ANALYSIS_REPORT_READABLE_DURATION_H_

#include <string>

#include "capture/units.h"

namespace mtuscope {

// With two or three significant digits, of any length: "51 ms", "6.5 s", "2 min 5 s", "1 h 3 min".
std::string readable_duration(Duration duration);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_REPORT_READABLE_DURATION_H_
