// The analysis engine: packets in, in time order; a report out. Pure: no clock, no files. Memory is
// proportional to the number of flows and paths, never to the number of packets.

#ifndef MTUSCOPE_ANALYSIS_ANALYZER_H_
#define MTUSCOPE_ANALYSIS_ANALYZER_H_

#include <memory>
#include <vector>

#include "analysis/advice/next_hop.h"
#include "analysis/evidence/path_stats.h"
#include "analysis/live/finding_log.h"
#include "analysis/report/report.h"
#include "capture/decode.h"
#include "capture/packet.h"
#include "capture/source.h"

namespace mtuscope {

struct AnalyzerCounts {
  uint64_t packets = 0;                           // decoded
  uint64_t flows = 0;                             // TCP, ever
  uint64_t open_flows = 0;                        // that are followed now
  uint64_t paths = 0;                             // ... and theirs
  uint64_t evicted_flows = 0, evicted_paths = 0;  // to make room
  uint64_t dns_services = 0, dns_questions = 0;   // that are followed now
  uint64_t fragmented_paths = 0, datagrams = 0;   // ... and in fragments
  uint64_t evicted_dns_services = 0, evicted_fragment_paths = 0;
};

class Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;

  void add(const Packet& packet);
  // A frame that decode() refused.
  void add_undecoded(Undecoded reason, uint16_t link_type);

  // Live: call watch() before the first packet, and news() many times a second. It says what was
  // found, has changed or is over since (problems only, see live_judge.h). `now`: of the clock that
  // stamps the packets. `sources` as for finish().
  void watch();
  std::vector<FindingNews> news(Timestamp now, const std::vector<SourceInfo>& sources);
  // Bounded memory: call before the first packet. What had to go is counted in the report.
  void limit_memory(size_t bytes);
  // For what can't be counted beforehand: call about once a second. `used`: what the heap holds.
  void make_room(size_t used);
  AnalyzerCounts counts() const;
  // Routes of the host whose packets these are, for what is advised to it: call before finish().
  void know_next_hops(std::vector<NextHop> next_hops);
  // What was told and is not over.
  std::vector<Finding> held_findings() const;
  std::vector<PathStats> busiest_paths(size_t most) const;

  // Judges what was seen. `sources` supplies what limits the conclusions (drops, snaplen, cut
  // files) and the interface names. Call once, after the last packet.
  Report finish(const std::vector<SourceInfo>& sources);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ANALYZER_H_
