// Runs a search against the world: the clock, the pace, and waiting for what comes back. One search
// and one transport at a time; everything that happens passes through here.

#ifndef MTUSCOPE_PROBES_ENGINE_H_
#define MTUSCOPE_PROBES_ENGINE_H_

#include <atomic>
#include <cstdint>
#include <functional>
#include <vector>

#include "probes/hop_search.h"
#include "probes/search.h"
#include "probes/transport.h"

namespace mtuscope {

struct EngineOptions {
  // Packets a second, at most, on average since the first; at most 10 at once.
  double rate = 2000;
  const std::atomic<bool>* stop = nullptr;  // becomes true: end with what is known
  // After whatever changed something, at most once a packet.
  std::function<void(const Search&)> on_progress;
};

// "Somebody said that it can't be delivered", each reporter, type and code once.
struct Refusal {
  IpAddress reporter;
  uint8_t type = 0, code = 0;
  uint32_t count = 0;
};
inline constexpr size_t kMaxRefusals = 8;

struct EngineReport {
  std::vector<Refusal> refusals;
  int send_error = 0;   // errno of the last probe that the system refused to send
  uint32_t failed = 0;  // such probes
  uint32_t busy = 0;    // probes that found the system's buffers full
};

// Until the search has finished. Throws Error kSystem when the system gives no timer.
EngineReport run_search(Search& search, ProbeTransport& transport, const EngineOptions& options);

// Whether anybody answers: sends a few probes of `size`, numbered from `first_id` on, and waits for
// the first answer, at most so long.
bool anybody_answers(ProbeTransport& transport, IpSize size, ProbeId first_id, Duration timeout,
                     const EngineOptions& options);

// The same for hops. What fails is not told: where there is no hop to name, none is named.
void run_hop_search(HopSearch& search, ProbeTransport& transport, const EngineOptions& options);

// Nanoseconds of a clock that never jumps; what Search is given as time.
Timestamp steady_now();

// Seconds since 1970.
int64_t utc_seconds();

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_ENGINE_H_
