// What was sent and what became of it: the evidence that a search reasons from.

#ifndef MTUSCOPE_PROBES_PROBE_RECORD_H_
#define MTUSCOPE_PROBES_PROBE_RECORD_H_

#include <cstdint>

#include "capture/units.h"

namespace mtuscope {

// The number of a probe within its search, from 0 on, in the order of sending.
using ProbeId = uint32_t;

enum class ProbeFate : uint8_t {
  kOutstanding,
  kAnswered,  // it arrived (and where the answer is as large, so did that)
  kLost,      // no answer in time; a late one still changes this
  kPtb,       // a PTB that quotes it
  kNotSent,   // larger than what the local interface carries
};

struct ProbeRecord {
  IpSize size;
  Timestamp sent;
  uint32_t round = 0;  // probes of one round are sent close together
  ProbeFate fate = ProbeFate::kOutstanding;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_PROBE_RECORD_H_
