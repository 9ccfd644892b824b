#include "analysis/advice/receiver_advice.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <string>

#include "analysis/advice/fixes.h"
#include "analysis/advice/host_fixes.h"
#include "analysis/advice/recommend.h"

namespace mtuscope {
namespace {

// A size that gets past it, or is likely to.
std::optional<IpSize> meanwhile(const Bracket& bracket) {
  const IpSize lower = bracket.lower.value_or(IpSize{0});
  const IpSize size = bracket.exact() ? lower : std::max(lower, kLeastIPv6Mtu);
  if (size >= *bracket.upper || size < kLeastIPv6Mtu) return std::nullopt;
  return size;
}

Fix route_meanwhile(const Finding& finding, IpSize size) {
  const bool proven = finding.bracket.lower >= size;
  return write_fix(System::kRoute,
                   {.interface = {},
                    .mtu = size,
                    .now = {},
                    .family = finding.src->family,
                    .who = fmt::format("on {}, until then{}", to_string(*finding.src),
                                       proven ? "" : "; that this size passes is not proven"),
                    .dst = to_string(*finding.dst)});
}

}  // namespace

Recommendation advise_receiver(const Finding& finding) {
  const std::string host = to_string(*finding.dst);
  Recommendation r;
  r.scope =
      fmt::format("Look at {} itself: the packets come as far as that and are lost there", host);
  r.certainty = Certainty::kFloor;
  r.basis = fmt::format(
      "packets of {} bytes came by the capture there, so it is no MTU or MSS of the path that is "
      "to blame, but a rule of that host that drops by length, or an interface, bridge or virtual "
      "port of it with a smaller MTU than its network",
      finding.bracket.upper->bytes);
  r.fixes = {look_at_rules(host, finding.dst->family), look_at_ports(host)};
  if (const auto size = meanwhile(finding.bracket)) {
    r.fixes.push_back(route_meanwhile(finding, *size));
  }
  r.verify = verify_command(host, "", LinkNature::kPlain, r.mtu);
  r.verify_on = to_string(*finding.src);
  return r;
}

}  // namespace mtuscope
