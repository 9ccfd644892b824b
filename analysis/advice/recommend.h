// From a bracket to numbers that can be set: one answer for every command that has one to
// give, whether packets were captured or sent.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_RECOMMEND_H_
#define MTUSCOPE_ANALYSIS_ADVICE_RECOMMEND_H_

#include <span>
#include <string>

#include "analysis/advice/link_facts.h"
#include "analysis/report/finding.h"
#include "analysis/report/report.h"

namespace mtuscope {

// Whether a finding tells which sizes a path carries, and something should be set: a black hole, a
// PTB that was not followed, loss that depends on the size.
bool calls_for_a_size(const Finding& finding);

// Needs the finding's src, dst, and an upper or lower bound or a believed PTB. In the order of
// trust: the path MTU under a tunnel, an exact bracket, a PTB, a clamp of the other direction, the
// largest common size that explains the bracket, the safe floor. Never a size that is proven not to
// pass; below what is proven to pass only where the path under a tunnel says so. Never less than
// every host takes (IPv6: 1280, RFC 8200 5; IPv4: 576, RFC 791 3.1): where the evidence asks for
// less, its mtu is 0, it has no fixes, and scope and basis say why. What is lost in the receiver
// itself has no size either: receiver_advice.h.
Recommendation recommend(const Finding& finding, const LinkFacts& link);

// Which of two for one path is given: the smaller size, and any before advice to look at a host.
bool goes_before(const Recommendation& a, const Recommendation& b);

// The same for all findings of one path, of which at least one calls for a size: what the direction
// that has room for less needs.
Recommendation recommend_path(std::span<const Finding> findings, LinkFacts link);

// For a tunnel whose outer packets, from `src` to `dst`, are known to have room for `underlay`: its
// MTU, whatever passes inside. `left` bytes more may be possible.
Recommendation recommend_tunnel(const IpAddress& src, const IpAddress& dst, const LinkFacts& link,
                                IpSize underlay, uint32_t left = 0);

// For what a tunnel's outer packets show of its inside: `finding` has their ends, and the bracket
// of the inner packets.
Recommendation recommend_from_outside(const Finding& finding, const LinkFacts& link);

// `mtuscope probe ...`: shows whether a change worked. Where the change is no interface's MTU,
// sizes above `mtu` still do not pass, and are not asked for.
std::string verify_command(const std::string& host, const std::string& via, LinkNature nature,
                           IpSize mtu);
// Where it asks for no larger sizes, they pass before the change, too: says so, and what sees the
// change itself.
std::string verify_limit(const std::string& host, LinkNature nature, IpSize mtu);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_RECOMMEND_H_
