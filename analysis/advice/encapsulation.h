// What encapsulations cost: the one table, and the arithmetic of a single layer. Stacks of several
// are in encapsulation_stack.h.
//
// Sizes are whole IP packets. An encapsulation makes of an inner IP packet of n bytes an outer one
// of
//
//   outer IP header + bytes + round_up(n + trailer, block)
//
// or, where no IP header of its own is added (PPPoE, MPLS, translation), the same without it.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_ENCAPSULATION_H_
#define MTUSCOPE_ANALYSIS_ADVICE_ENCAPSULATION_H_

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "capture/units.h"

namespace mtuscope {

// What an encapsulation puts its bytes into.
enum class Carrier : uint8_t {
  kIp,    // an IPv4 or IPv6 packet
  kIPv4,  // always IPv4
  kIPv6,  // always IPv6
  kLink,  // the link's frame, or the packet itself is changed: no outer IP header
};

// Options of an encapsulation that make its header longer.
struct HeaderOption {
  std::string_view name;  // "key"
  uint32_t bytes = 0;
};

struct Encapsulation {
  std::string_view name;     // "wireguard"
  std::string_view aliases;  // other spellings, separated by spaces
  std::string_view title;    // in sentences: "WireGuard"
  Carrier carrier = Carrier::kIp;
  uint32_t bytes = 0;        // see above; headers, initialization vector, authentication tag
  uint32_t may_be_less = 0;  // of `bytes`: fields that some implementations leave out
  uint32_t trailer = 0;      // part of what is padded
  uint32_t block = 1;        // padded to a multiple of it
  // Padding never makes a packet larger than the tunnel interface's MTU, so that a full-sized one
  // has none.
  bool padding_ends_at_mtu = false;
  std::string_view carries;  // "IP", "Ethernet", "IPv4"
  std::string_view source;   // of these numbers: RFC and section, or the project's source file
  std::array<HeaderOption, 3> options{};
  bool common = false;  // ordinary enough to explain a limit that nobody has told
  bool roams = false;   // run by end hosts, over whatever link they happen to have
};

std::span<const Encapsulation> encapsulations();
// By its name or another spelling; null when there is none.
const Encapsulation* find_encapsulation(std::string_view name);

// One encapsulation in place.
struct Layer {
  const Encapsulation* what = nullptr;
  IpFamily underlay = IpFamily::kIPv4;  // of the outer packets
  int32_t more = 0;     // bytes of options in its header; below 0, of what is left out
  std::string options;  // their names, for the title: "key"
};

// `family` counts where the encapsulation leaves a choice; unset, IPv4.
Layer layer_of(const Encapsulation& what, std::optional<IpFamily> family = {});

// "WireGuard over IPv6", "PPPoE", "GRE (key) over IPv4"
std::string title_of(const Layer& layer);

// Bytes added to an inner packet that needs no padding.
uint32_t least_overhead(const Layer& layer);
// "60", "54-57", "38-40"
std::string overhead_words(const Layer& layer);

// The outer packet around an inner one; `interface_mtu` of the tunnel interface (at least `inner`)
// matters to padding_ends_at_mtu.
IpSize outer_size(const Layer& layer, IpSize inner, IpSize interface_mtu);

// The MTU that the tunnel interface should have over such an underlay: the largest inner packet of
// which nothing is lost. 0 when not even headers fit.
IpSize tunnel_mtu(const Layer& layer, IpSize underlay);

// The largest inner packet that passes while the interface has a larger MTU than it should:
// padding may then cost more (measured: 1392 instead of 1400).
IpSize largest_inner(const Layer& layer, IpSize underlay, IpSize interface_mtu);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_ENCAPSULATION_H_
