#include "cli/advise_report.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/advice/choose_fixes.h"
#include "analysis/advice/link_facts.h"
#include "analysis/advice/recommend.h"

namespace mtuscope {
namespace {

// Neither the other end nor a measured path is known: the reader puts it there.
constexpr const char* kOtherEnd = "OTHER_END";

bool has_interface(const Layer& layer) { return layer.what->carrier != Carrier::kLink; }

// The interface that the innermost tunnel has, by its name or by what tunnel it is.
LinkFacts interface_of(const AdviseOptions& options) {
  InterfaceInfo info;
  if (!options.interface.empty()) info.name = options.interface;
  LinkFacts link = link_facts(IpAddress{}, IpAddress{}, info, IpSize{1});
  if (options.stack.layers.empty()) return link;
  const Encapsulation& tunnel = *options.stack.layers.back().what;
  if (link.nature == LinkNature::kPlain) {
    link.nature = tunnel.name == "wireguard"   ? LinkNature::kWireGuard
                  : tunnel.name == "tailscale" ? LinkNature::kTailscale
                  : tunnel.name == "pppoe"     ? LinkNature::kPpp
                                               : LinkNature::kTunnel;
  }
  link.encapsulation = &tunnel;
  return link;
}

Recommendation sized(IpSize mtu, Certainty certainty) {
  Recommendation r;
  r.mtu = mtu;
  r.mss_ipv4 = mss_for_mtu(mtu, IpFamily::kIPv4);
  if (mtu >= kLeastIPv6Mtu) r.mss_ipv6 = mss_for_mtu(mtu, IpFamily::kIPv6);
  r.certainty = certainty;
  return r;
}

std::string who(System system, bool tunnel) {
  if (system == System::kNftables || system == System::kIptables) {
    return "on a router or tunnel end that forwards the connections";
  }
  // The other end of a client of VPN providers belongs to the provider.
  if (system == System::kGluetun) return "";
  return tunnel && !configures_containers(system) ? "at both ends" : "";
}

std::vector<Fix> fixes_of(const AdviseOptions& options, const LinkFacts& link, IpSize mtu) {
  FixTarget target{.interface = options.interface,
                   .mtu = mtu,
                   .now = {},
                   .family = IpFamily::kIPv4,
                   .who = {},
                   .dst = {}};
  const bool tunnel = !options.stack.layers.empty() && has_interface(options.stack.layers.back());
  if (tunnel) target.overhead = least_overhead(options.stack.layers.back());
  if (target.interface.empty() && link.nature == LinkNature::kWireGuard) target.interface = "wg0";
  target.point_to_point = link.nature == LinkNature::kWireGuard ||
                          link.nature == LinkNature::kTailscale || link.nature == LinkNature::kPpp;
  std::vector<System> wanted;
  for (const SystemInfo& system : options.wanted) wanted.push_back(system.system);
  std::vector<Fix> fixes;
  for (const System system : wanted.empty() ? usual_systems(link) : wanted) {
    target.who = who(system, tunnel);
    fixes.push_back(write_fix(system, target));
  }
  return fixes;
}

std::string assumption(const AdviseOptions& options) {
  const IpSize link = options.stack.link;
  if (options.measured) return fmt::format("the path was measured to carry {} bytes", link.bytes);
  return fmt::format(
      "right if all of the path carries {} bytes: mtuscope probe to the other end's {} measures it",
      link.bytes,
      std::ranges::any_of(options.stack.layers, has_interface) ? "outer address" : "address");
}

// For the interface inside `depth` layers; the innermost with everything that is to be done.
Recommendation inside(const AdviseOptions& options, size_t depth) {
  const EncapsulationStack part{
      .link = options.stack.link,
      .layers = {options.stack.layers.begin(),
                 options.stack.layers.begin() + static_cast<ptrdiff_t>(depth)}};
  const IpSize mtu = inner_mtu(part);
  Recommendation r = sized(mtu, options.measured ? Certainty::kExact : Certainty::kEstimate);
  r.arithmetic = arithmetic(part);
  r.basis = assumption(options);
  const bool innermost = depth == options.stack.layers.size();
  r.scope = depth == 0 ? "the link" : title_of(part.layers.back());
  if (!innermost) return r;
  if (!options.interface.empty()) r.scope = options.interface;
  const LinkFacts link = interface_of(options);
  r.fixes = fixes_of(options, link, mtu);
  r.verify = verify_command(kOtherEnd, options.interface, link.nature, mtu);
  r.verify_limit = verify_limit(kOtherEnd, link.nature, mtu);
  return r;
}

Report answer_inside(const AdviseOptions& options) {
  Report report;
  const IpSize mtu = inner_mtu(options.stack);
  report.headline =
      fmt::format("MTU {}, MSS {} for IPv4", mtu.bytes, mss_for_mtu(mtu, IpFamily::kIPv4).bytes);
  if (mtu >= kLeastIPv6Mtu) {
    report.headline += fmt::format(" and {} for IPv6", mss_for_mtu(mtu, IpFamily::kIPv6).bytes);
  }
  const std::vector<Layer>& layers = options.stack.layers;
  for (size_t depth = layers.size(); depth > 0; --depth) {
    const bool innermost = depth == layers.size();
    if (innermost || has_interface(layers[depth - 1])) {
      report.recommendations.push_back(inside(options, depth));
    }
  }
  if (layers.empty()) report.recommendations.push_back(inside(options, 0));
  return report;
}

Report answer_link(const AdviseOptions& options) {
  Report report;
  const std::vector<Layer>& layers = options.stack.layers;
  const IpSize needed = link_needed(layers, *options.inner);
  report.headline = fmt::format("{} bytes inside need a link that carries {}", options.inner->bytes,
                                needed.bytes);
  Recommendation r;
  r.mtu = needed;
  r.certainty = Certainty::kExact;
  r.scope = "the link, and every hop between the ends";
  r.arithmetic = reverse_arithmetic(layers, *options.inner);
  r.basis = fmt::format("what {} bytes take with everything around them", options.inner->bytes);
  if (needed > find_link("ethernet")->mtu) {
    r.basis = fmt::format("Ethernet's usual 1500 leave {} inside",
                          inner_mtu({find_link("ethernet")->mtu, layers}).bytes);
  }
  r.verify = fmt::format("mtuscope probe {} --max {}", kOtherEnd, needed.bytes);
  report.recommendations.push_back(std::move(r));
  return report;
}

}  // namespace

Report advise_report(const AdviseOptions& options) {
  return options.inner ? answer_link(options) : answer_inside(options);
}

std::vector<std::string> advise_notes(const AdviseOptions& options) {
  std::vector<std::string> notes;
  if (options.inner) return notes;
  const std::vector<Layer>& layers = options.stack.layers;
  const IpSize mtu = inner_mtu(options.stack);
  if (mtu < kLeastIPv6Mtu) {
    notes.push_back(
        fmt::format("{} is less than the 1280 that IPv6 needs: only IPv4 will work "
                    "inside, or IPv6 in fragments.",
                    mtu.bytes));
  }
  if (layers.empty()) return notes;
  const Layer& last = layers.back();
  if (last.what->roams && last.underlay == IpFamily::kIPv4) {
    notes.push_back(fmt::format(
        "An interface has one MTU for all its peers: if one of them is reached over IPv6, set {}.",
        mtu.bytes - (ip_header_bytes(IpFamily::kIPv6) - ip_header_bytes(IpFamily::kIPv4))));
  }
  if (last.what->padding_ends_at_mtu) {
    notes.push_back(fmt::format(
        "Packets are padded to {} bytes, but never beyond the interface's MTU: with exactly this "
        "MTU none is lost, with a larger one even packets of {} may be.",
        last.what->block, mtu.bytes / last.what->block * last.what->block + 1));
  }
  return notes;
}

}  // namespace mtuscope
