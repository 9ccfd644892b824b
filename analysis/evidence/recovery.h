// Which TCP heals itself like this? Senders that find out about a black hole on their own
// (RFC 4821, RFC 8899 4.3) give themselves away by the segment size that they fall back to, and by
// whether they clear DF.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_RECOVERY_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_RECOVERY_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "analysis/evidence/ledger.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// What was seen of it.
struct HealingSigns {
  IpFamily family = IpFamily::kIPv4;
  uint32_t payload = 0;       // TCP payload of the first packet that got through
  uint32_t option_bytes = 0;  // TCP options in it
  bool df_cleared = false;    // IPv4: it has no DF, the failed ones had
  bool smaller = true;        // than those that failed
  bool tried_1200 = false;    // segments of 1200 bytes, options included, failed in between
};

// Nullopt where several stacks, or none that is known, would do it.
std::optional<SenderStack> stack_of(const HealingSigns& signs);

// Were segments of this MSS (payload and options) sent in between, larger than `arrived`?
bool tried_mss(std::span<const Transmission> sendings, uint32_t mss, uint32_t fixed_headers,
               IpSize arrived);

// One sentence: what was seen, and whose habit it is. Empty where the stack is not known.
std::string describe_stack(const Recovery& recovery);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_RECOVERY_H_
