// What happens to one TCP connection to a service: the handshake, and two bytes of data (an empty
// line) behind it. Tells a filter, which lets no data of any size through, from a path that loses
// what is large.

#ifndef MTUSCOPE_PROBES_TCP_CHECK_H_
#define MTUSCOPE_PROBES_TCP_CHECK_H_

#include <cstdint>
#include <optional>

#include "capture/units.h"
#include "probes/probe_socket.h"

namespace mtuscope {

enum class TcpFate : uint8_t {
  kAcknowledged,  // connected, and the data was acknowledged
  kUnanswered,    // connected, and the data was sent again and again for nothing
  kBroken,        // connected, and then reset
  kRefused,       // RST to the SYN
  kNoAnswer,      // to the SYN
  kUnreachable,   // somebody says so; TcpCheck::error
};

struct TcpCheck {
  uint16_t port = 0;
  TcpFate fate = TcpFate::kNoAnswer;
  int error = 0;               // errno, where there is one
  Duration connect_time;       // of the handshake
  Duration waited;             // for the acknowledgement of the data
  uint32_t transmissions = 0;  // of the data
  Mss send_mss;                // what this host would send at once: TCP_INFO, tcpi_snd_mss
  bool timestamps = false;     // RFC 7323: their bytes are not among those of `send_mss`
};

// Waits 3.5 s for the handshake and as long for the acknowledgement, at most. Throws Error kSystem
// when there is no socket.
TcpCheck check_tcp(const ProbeTarget& target, uint16_t port);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_TCP_CHECK_H_
