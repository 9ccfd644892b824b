// The far end of `mtuscope probe --method reflector` as a pure state machine: what arrives and when
// goes in, what to send comes out. No clock, no sockets (reflector_socket.h has them). The rules
// and their reasons stand in docs/reflect.md; in short:
//
// - Only requests are answered, each once, with one datagram.
// - Until a peer has shown the cookie that was sent to its address, an answer is never larger than
//   the request was, and nothing is remembered.
// - With a key, what is not authentic gets no answer at all.
// - What is sent is bounded for each host, for all strangers, and in total.

#ifndef MTUSCOPE_PROBES_REFLECTOR_H_
#define MTUSCOPE_PROBES_REFLECTOR_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/keyed_hash.h"
#include "probes/reflect_message.h"
#include "probes/reflector_peers.h"
#include "probes/token_bucket.h"

namespace mtuscope {

struct ReflectorOptions {
  std::optional<SecretKey> key;  // nullopt: answers everybody who has proven an address
  SecretKey secret = kNoKey;     // of the cookies; random, never leaves the process
  double rate = 4e6;             // bytes of IP packets a second, in total
  double stranger_rate = 100e3;  // of that, to addresses that are not proven
  PeerLimits peers;              // peers.forget is also how long a cookie lasts
  Duration clock_tolerance = Duration::milliseconds(300'000);
};

// A datagram as it arrived.
struct ReflectorInput {
  Endpoint from;
  IpAddress to;                      // this host's address that it was sent to
  bool to_group = false;             // broadcast or multicast
  std::span<const uint8_t> payload;  // of UDP
  IpSize size;                       // of the IP packet
  IpSize fragment;                   // the largest that it came in; 0: it came whole
};

// A datagram to send, with DF.
struct ReflectorOutput {
  Endpoint to;
  IpAddress from;
  std::vector<uint8_t> payload;
  IpSize size;  // of the IP packet
};

// Why something got no answer, or not the one that it asked for.
enum class Refused : uint8_t {
  kMalformed,  // none of our messages
  kNoRequest,  // an answer: of another reflector, or echoed
  kAddress,    // from or to an address or port that no client has
  kKey,        // not authentic
  kVersion,    // of the protocol
  kClock,      // with a key: the sender's clock differs too much
  kReplayed,   // its number was used before
  kNoRoom,     // too many peers
  kRate,       // would exceed a rate
  kForgedPtb,  // a PTB that does not quote what was sent
};
inline constexpr size_t kRefusedCount = 10;
std::string_view to_string(Refused reason);  // "not authentic"

struct ReflectorTally {
  uint64_t peers = 0;                           // hosts that have proven their address
  uint64_t challenges = 0;                      // cookies handed out
  uint64_t forward = 0;                         // probes acknowledged
  uint64_t reverse = 0;                         // packets sent back at the size that was asked for
  uint64_t ptbs = 0;                            // PTBs passed on
  uint64_t received_bytes = 0, sent_bytes = 0;  // IP packets
  std::array<uint64_t, kRefusedCount> refused{};
};

class Reflector {
 public:
  Reflector(const ReflectorOptions& options, Timestamp now);

  // `utc`: seconds since 1970. Everything that it answers with counts as sent.
  std::optional<ReflectorOutput> on_datagram(const ReflectorInput& input, Timestamp now,
                                             int64_t utc);
  // A PTB that quotes a datagram to `peer`, whose payload began with `quote`.
  std::optional<ReflectorOutput> on_ptb(const Endpoint& peer, std::span<const uint8_t> quote,
                                        const IpAddress& reporter, IpSize mtu, Timestamp now);
  // The local system refused to send this output for its size; `mtu` is its interface's, 0 unknown.
  std::optional<ReflectorOutput> on_too_big(const ReflectorOutput& output, IpSize mtu,
                                            Timestamp now);

  ReflectorTally tally() const;

 private:
  std::nullopt_t refuse(Refused reason);
  std::optional<ReflectorOutput> refuse_openly(const ReflectorInput& input,
                                               const ReflectHeader& request, RefusalReason reason,
                                               Timestamp now);
  std::optional<ReflectorOutput> challenge(const ReflectorInput& input,
                                           const ReflectHeader& request, Timestamp now,
                                           int64_t utc);
  std::optional<ReflectorOutput> answer_stranger(const ReflectorInput& input,
                                                 const ReflectHeader& answer, Timestamp now);
  std::optional<ReflectorOutput> answer_peer(const ReflectorInput& input,
                                             const ReflectHeader& request, PeerTable::Peer peer,
                                             Timestamp now);
  std::optional<ReflectorOutput> pass_on_ptb(const Endpoint& peer, const MessageTag& tag,
                                             const IpAddress& reporter, IpSize mtu, Timestamp now);
  bool may_send(IpSize size, TokenBucket& own, Timestamp now);
  bool is_proven(const Cookie& cookie, const Endpoint& from, Timestamp now) const;
  Cookie cookie_for(const Endpoint& from, Timestamp issued) const;
  HashTag mark_for(const Endpoint& to, const ReflectHeader& reply) const;
  ReflectorOutput datagram(const Endpoint& to, const IpAddress& from, const ReflectHeader& header,
                           IpSize size) const;

  ReflectorOptions options_;
  SecretKey key_;
  PeerTable peers_;
  TokenBucket total_, strangers_;
  ReflectorTally tally_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECTOR_H_
