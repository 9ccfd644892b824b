// Whom a reflector has served lately: a bounded table. A peer is a host (an IPv4 address, an IPv6
// /64: who has one address of it has them all), with one rate for all it does; each of its ports is
// a session, with the numbers that it has used.
//
// Forgetting a session must not make its messages good again. One that was idle for as long as a
// cookie lasts is forgotten without further ado: its cookies are worthless. When the table is full,
// the one that was idle longest goes; from then on, cookies from before are asked for again.

#ifndef MTUSCOPE_PROBES_REFLECTOR_PEERS_H_
#define MTUSCOPE_PROBES_REFLECTOR_PEERS_H_

#include <cstddef>
#include <cstdint>
#include <map>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/replay_window.h"
#include "probes/token_bucket.h"

namespace mtuscope {

struct PeerLimits {
  size_t hosts = 1024;
  size_t sessions = 16;                                // of one host
  Duration forget = Duration::milliseconds(120'000);   // idle for longer: forgotten
  Duration evictable = Duration::milliseconds(5'000);  // idle for shorter: never evicted
  double rate = 1e6;                                   // bytes a second, for each host
};

struct PeerSession {
  Timestamp issued;  // of the cookie that it proves itself with
  Timestamp last_used;
  ReplayWindow used;
  IpAddress local;  // what the peer calls this host
};

class PeerTable {
 public:
  struct Peer {
    TokenBucket* bucket = nullptr;
    PeerSession* session = nullptr;
  };
  enum class Standing : uint8_t {
    kWelcome,  // `peer` is set
    kStale,    // the cookie is not good for a session any more: prove it again
    kFull,     // no room
  };
  struct Admission {
    Standing standing{};
    Peer peer;
  };

  explicit PeerTable(const PeerLimits& limits) : limits_(limits) {}

  // `endpoint` has shown a genuine cookie that was issued then, no longer ago than limits.forget.
  // A newer cookie than before begins a new session. Pointers last until the next call.
  Admission admit(const Endpoint& endpoint, Timestamp issued, Timestamp now);
  // Without a session: null pointers.
  Peer find(const Endpoint& endpoint);

  size_t hosts() const { return hosts_.size(); }
  uint64_t hosts_served() const { return hosts_served_; }

 private:
  struct Host {
    TokenBucket bucket;
    std::map<Endpoint, PeerSession> sessions;
  };
  bool make_room(const IpAddress& host, Timestamp now);
  void forget_idle(Timestamp now);

  PeerLimits limits_;
  std::map<IpAddress, Host> hosts_;
  Timestamp distrusted_{INT64_MIN};  // cookies up to then may belong to an evicted session
  uint64_t hosts_served_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECTOR_PEERS_H_
