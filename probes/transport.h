// How probes leave and what comes back: the one interface behind which the world is faked in tests.
// A transport sends packets of an exact size with DF to one target and recognises what answers
// them; it knows nothing of searching.

#ifndef MTUSCOPE_PROBES_TRANSPORT_H_
#define MTUSCOPE_PROBES_TRANSPORT_H_

#include <atomic>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/answer_limit.h"
#include "probes/probe_record.h"

namespace mtuscope {

enum class ProbeMethod : uint8_t { kIcmp, kUdp, kTcp, kReflector };
std::string_view to_string(ProbeMethod method);  // "icmp", "udp", "tcp", "reflector"

// Which packets a limit that is found applies to.
enum class ProbeDirection : uint8_t { kRoundTrip, kForward, kReverse };
std::string_view to_string(ProbeDirection direction);  // "round-trip", "forward", "reverse"

// What routers that share the load by flow tell a flow from another by, beside the addresses: the
// same for all probes of a transport. 0: not in use.
struct FlowIdentity {
  uint16_t source_port = 0, target_port = 0;  // TCP, UDP
  uint16_t echo_id = 0;                       // ICMP, with a checksum that is the same too
};

struct TransportTraits {
  ProbeMethod method{};
  ProbeDirection direction{};
  IpSize least;  // the smallest packet it can send
  AnswerLimit answer_limit;
  FlowIdentity flow;
};

enum class SendStatus : uint8_t {
  kSent,
  kTooBig,  // larger than the MTU of the interface: EMSGSIZE
  kBusy,    // the system's buffers are full: as good as lost, later ones may pass
  kFailed,  // SendOutcome::error says why
};

struct SendOutcome {
  SendStatus status = SendStatus::kSent;
  int error = 0;         // errno, with kFailed
  IpSize interface_mtu;  // with kTooBig; 0 unknown
};

struct TransportEvent {
  enum class Kind : uint8_t {
    kAnswer,       // the probe arrived
    kPtb,          // quotes the probe, or at least this flow (then without id)
    kUnreachable,  // any other destination unreachable, not from the target itself
    kTimeExceeded,
    kFragment,  // what may be fragmented arrived in fragments of at most `mtu`
  };
  Kind kind{};
  std::optional<ProbeId> id;
  IpSize mtu;          // kPtb: as reported, 0 is possible; kFragment
  IpAddress reporter;  // who answered, or sent the error
  uint8_t type = 0, code = 0;
};

// Why nothing can be measured, and what to do about it: two sentences, the first without its full
// stop.
struct Obstacle {
  std::string what, hint;
};

class ProbeTransport {
 public:
  virtual ~ProbeTransport() = default;

  // What has to happen before the first probe, which may take seconds; nullopt: it may be sent.
  virtual std::optional<Obstacle> prepare(const std::atomic<bool>& stop) {
    (void)stop;
    return std::nullopt;
  }

  virtual TransportTraits traits() const = 0;
  // Sends probe `id`, a whole IP packet of `size`, which is at least traits().least. Every id is
  // used once. `ttl`: the hop limit, instead of the system's.
  virtual SendOutcome send(ProbeId id, IpSize size, std::optional<uint8_t> ttl) = 0;
  // Appends everything that has arrived; never waits. What can't be matched to a probe is dropped.
  virtual void receive(std::vector<TransportEvent>& events) = 0;
  // Readable (or in error) when receive() has something to do.
  virtual int descriptor() const = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_TRANSPORT_H_
