// A decoded packet for a test to look at: as one line of text, and what every packet must satisfy
// whatever bytes it came from (unit tests with damaged packets, fuzz targets).

#ifndef MTUSCOPE_TESTS_SUPPORT_PACKET_TEXT_H_
#define MTUSCOPE_TESTS_SUPPORT_PACKET_TEXT_H_

#include <string>

#include "capture/frame.h"
#include "capture/packet.h"

namespace mtuscope {

// Every field that is valid, in tcpdump's words where it has some, e.g. "10.9.0.2:4096 >
// 10.9.0.1:50498 size 1420 ttl 64 ecn 0 id 1 DF tcp . seq 1 ack 1 win 64 hdr 32 TS 1 2 len
// 1368/1368".
std::string to_text(const Packet& packet);

// The first broken rule, or nothing.
std::string broken_invariant(const Frame& frame, const Packet& packet);

}  // namespace mtuscope

#endif  // MTUSCOPE_TESTS_SUPPORT_PACKET_TEXT_H_
