// ICMP and ICMPv6 echo (RFC 792, RFC 4443). The answer is as large as the question: both directions
// are measured at once. A ping socket where the kernel lets this user have one
// (net.ipv4.ping_group_range), a raw socket otherwise, which needs CAP_NET_RAW.

#ifndef MTUSCOPE_PROBES_ICMP_TRANSPORT_H_
#define MTUSCOPE_PROBES_ICMP_TRANSPORT_H_

#include <memory>
#include <span>
#include <vector>

#include "probes/probe_socket.h"
#include "probes/probe_tag.h"
#include "probes/transport.h"

namespace mtuscope {

// The identity of our echo requests, and how their answers and quotes are recognised. Pure.
class EchoCodec {
 public:
  EchoCodec(IpFamily family, uint16_t identifier, ProbeTags tags = ProbeTags());

  // The smallest IP packet that holds a request.
  IpSize least() const;
  // The ICMP message of an IP packet of this size. The checksum is filled in for IPv4; the kernel
  // computes that of ICMPv6. It is the same for all requests: there are routers that share the load
  // by the first bytes behind the IP header (B. Augustin et al., Paris traceroute, 2006).
  std::span<const uint8_t> request(ProbeId id, IpSize size);
  // `message` begins with the ICMP header.
  std::optional<ProbeId> match_reply(std::span<const uint8_t> message) const;
  // `quote`: what an ICMP error quotes of a request, from its ICMP header on: at least 8 bytes.
  std::optional<ProbeId> match_quote(std::span<const uint8_t> quote) const;

 private:
  void balance_checksum();
  std::optional<ProbeId> match(uint8_t type, std::span<const uint8_t> message, size_t least) const;

  IpFamily family_;
  uint16_t identifier_;
  uint16_t first_sequence_;  // random: with the identifier, 32 bits that a forger has to guess
  ProbeTags tags_;
  std::vector<uint8_t> buffer_;
};

// Throws Error kPermission when neither kind of socket is allowed, kSystem when there is no route.
std::unique_ptr<ProbeTransport> open_icmp_transport(const ProbeTarget& target);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_ICMP_TRANSPORT_H_
