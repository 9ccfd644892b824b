// What an ICMP "destination unreachable" says, in words: ICMPv4 type 3 (RFC 792, RFC 1812 5.2.7.1),
// ICMPv6 type 1 (RFC 4443 3.1). "Fragmentation needed" (type 3 code 4) is none: it is a PTB.

#ifndef MTUSCOPE_ANALYSIS_EVIDENCE_UNREACHABLE_H_
#define MTUSCOPE_ANALYSIS_EVIDENCE_UNREACHABLE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "analysis/report/frame_ref.h"
#include "capture/address.h"
#include "capture/packet.h"

namespace mtuscope {

bool is_unreachable(const IcmpHeader& icmp, IpFamily family);

// True where somebody refuses (no such port, prohibited by administration), false where the network
// does not find the way (network, host, address).
bool refuses(uint8_t type, uint8_t code, IpFamily family);

// "port unreachable (ICMP type 3 code 3)".
std::string unreachable_words(uint8_t type, uint8_t code, IpFamily family);

// The same message from the same sender, counted.
struct UnreachableCount {
  IpAddress reporter;
  uint8_t type = 0, code = 0;
  uint64_t count = 0;
  FrameRef first;
};

// Whether `icmp`, which must be such a message, says the same.
bool is_counted_in(const UnreachableCount& count, const Packet& icmp);

// Counts `icmp`, which must be such a message; of kinds of them, the first few are kept.
void count_unreachable(const Packet& icmp, std::vector<UnreachableCount>& counts);

// "192.0.2.1 says port unreachable (ICMP type 3 code 3), 3 times".
std::string describe(const UnreachableCount& count);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_EVIDENCE_UNREACHABLE_H_
