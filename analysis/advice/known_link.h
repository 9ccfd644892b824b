// Links that have names, and the MTU that they usually have: the one table. Sizes are whole IP
// packets.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_KNOWN_LINK_H_
#define MTUSCOPE_ANALYSIS_ADVICE_KNOWN_LINK_H_

#include <span>
#include <string_view>

#include "capture/units.h"

namespace mtuscope {

struct KnownLink {
  std::string_view name;     // "gcp"
  std::string_view aliases;  // other spellings, separated by spaces
  std::string_view title;    // in sentences: "Google Cloud networks"
  IpSize mtu;
  // The encapsulation that makes `mtu` of Ethernet's 1500, where one does: "pppoe".
  std::string_view over_ethernet;
  std::string_view source;
  bool common = false;  // ordinary enough to explain a limit that nobody has told
};

// Larger first, of equal ones the more usual first.
std::span<const KnownLink> known_links();
// By its name or another spelling; null when there is none.
const KnownLink* find_link(std::string_view name);
// The most usual one with this MTU; null when none has it.
const KnownLink* link_with_mtu(IpSize mtu);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_KNOWN_LINK_H_
