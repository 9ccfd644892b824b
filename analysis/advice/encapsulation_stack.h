// Encapsulations within each other, on a link: from the link's MTU to what is left inside, and
// back, with the arithmetic in words.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_ENCAPSULATION_STACK_H_
#define MTUSCOPE_ANALYSIS_ADVICE_ENCAPSULATION_STACK_H_

#include <span>
#include <string>
#include <vector>

#include "analysis/advice/encapsulation.h"
#include "analysis/advice/known_link.h"

namespace mtuscope {

struct EncapsulationStack {
  IpSize link;                // what carries the outermost packets
  std::vector<Layer> layers;  // outermost first
};

// The link itself; where an encapsulation makes its MTU of Ethernet's, with that layer.
EncapsulationStack stack_on(const KnownLink& link);

// The MTU inside each layer, outermost first; 0 from the layer on into which nothing fits.
std::vector<IpSize> mtus_of(const EncapsulationStack& stack);

// What is left innermost; the link's own MTU without layers.
IpSize inner_mtu(const EncapsulationStack& stack);

// The smallest link MTU at which `inner` bytes fit through the layers.
IpSize link_needed(std::span<const Layer> layers, IpSize inner);

// "1500 - 8 PPPoE - 80 WireGuard over IPv6 = 1412"
std::string arithmetic(const EncapsulationStack& stack);
// "1500 + 80 WireGuard over IPv6 + 8 PPPoE = 1588"
std::string reverse_arithmetic(std::span<const Layer> layers, IpSize inner);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_ENCAPSULATION_STACK_H_
