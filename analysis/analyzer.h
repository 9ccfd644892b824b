// The analysis engine: packets in, in time order; a report out. Pure: no clock, no files. Memory is
// proportional to the number of flows and paths, never to the number of packets.

#ifndef MTUSCOPE_ANALYSIS_ANALYZER_H_
#define MTUSCOPE_ANALYSIS_ANALYZER_H_

#include <memory>
#include <vector>

#include "analysis/report.h"
#include "capture/decode.h"
#include "capture/packet.h"
#include "capture/source.h"

namespace mtuscope {

class Analyzer {
 public:
  Analyzer();
  ~Analyzer();
  Analyzer(const Analyzer&) = delete;
  Analyzer& operator=(const Analyzer&) = delete;

  void add(const Packet& packet);
  // A frame that decode() refused.
  void add_undecoded(Undecoded reason);

  // Judges what was seen. `sources` supplies what limits the conclusions (drops, snaplen, cut
  // files) and the interface names. Call once, after the last packet.
  Report finish(const std::vector<SourceInfo>& sources);

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ANALYZER_H_
