// The shape of a sender whose packet never arrives: the same packet again and again, at intervals
// that grow as a retransmission timer backs off (RFC 6298 5.5). Times in, series out; what was
// sent is not known here, as it is not where packets are encrypted.

#ifndef MTUSCOPE_ANALYSIS_STATISTICS_GROWING_INTERVALS_H_
#define MTUSCOPE_ANALYSIS_STATISTICS_GROWING_INTERVALS_H_

#include <cstddef>
#include <optional>
#include <vector>

#include "capture/units.h"

namespace mtuscope {

inline constexpr size_t kMostTimes = 128;
// Sendings in a series of growing intervals, at least: 0.2, 0.4, 0.8 and 1.6 s are no accident.
inline constexpr size_t kFewestRepeated = 5;

// The longest series among `times` (ascending), as indices of them. Set only when nothing else was
// sent: each of `times` belongs to a series of at least kFewestRepeated, whose first interval is
// 150 ms to 4 s and whose others are about twice the one before (until a minute, where timers stop
// growing), or was sent within a second of the beginning of one (the first window of a connection,
// its early retransmission and tail loss probe, RFC 8985). nullopt beyond kMostTimes.
std::optional<std::vector<size_t>> only_growing_intervals(const std::vector<Timestamp>& times);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_STATISTICS_GROWING_INTERVALS_H_
