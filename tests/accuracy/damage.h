// What recording does to packets that the network carried well: each function returns what such a
// capture would hold.

#ifndef MTUSCOPE_TESTS_ACCURACY_DAMAGE_H_
#define MTUSCOPE_TESTS_ACCURACY_DAMAGE_H_

#include "tests/support/tcp_script.h"

namespace mtuscope::build {

// The capturing machine misses this share of the packets.
Packets with_drops(const Packets& packets, double share, uint64_t seed);

// At most so many bytes of each packet.
Packets with_snaplen(Packets packets, size_t bytes);

// Consecutive full segments of one flow that lie closer than 100 us are one super-packet of up to
// 64 KB, as TSO and GSO leave it to the sender's capture, and GRO to the receiver's.
Packets with_offload(const Packets& packets);

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_ACCURACY_DAMAGE_H_
