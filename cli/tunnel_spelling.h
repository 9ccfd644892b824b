// How links and tunnels are spelled on the command line: "pppoe", "1460", "wireguard:ipv6",
// "gre:key:seq", "geneve:+12".

#ifndef MTUSCOPE_CLI_TUNNEL_SPELLING_H_
#define MTUSCOPE_CLI_TUNNEL_SPELLING_H_

#include <optional>
#include <string>

#include "analysis/advice/encapsulation_stack.h"

namespace mtuscope {

// NAME[:ipv4|ipv6][:OPTION][:+N]; N more bytes of header. Where no family is named, `underlay`.
// Throws Error kUsage, which names what was probably meant.
Layer parse_tunnel(const std::string& spelling, std::optional<IpFamily> underlay);

// A link's name, or its MTU. Throws Error kUsage.
EncapsulationStack parse_link(const std::string& spelling);

// "ipv4", "v6", "6"; throws Error kUsage.
IpFamily parse_family(const std::string& option, const std::string& word);

// A size of `option` in bytes, 68 to 65535. Throws Error kUsage.
IpSize parse_size(const std::string& option, const std::string& word);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TUNNEL_SPELLING_H_
