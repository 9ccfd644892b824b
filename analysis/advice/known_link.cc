#include "analysis/advice/known_link.h"

#include <algorithm>
#include <array>

#include "analysis/report/spelling.h"

namespace mtuscope {

namespace {

constexpr std::array kLinks = {
    KnownLink{.name = "aws",
              .aliases = "aws-vpc vpc",
              .title = "AWS inside a region",
              .mtu = {9001},
              .source = "EC2 user guide, network MTU"},
    KnownLink{.name = "jumbo",
              .aliases = "jumbo-frames",
              .title = "jumbo frames",
              .mtu = {9000},
              .source = "by convention; no standard"},
    KnownLink{.name = "gcp-jumbo",
              .aliases = "gce-jumbo",
              .title = "Google Cloud with jumbo frames",
              .mtu = {8896},
              .source = "Google Cloud VPC documentation, MTU"},
    KnownLink{.name = "aws-transit-gateway",
              .aliases = "aws-tgw tgw direct-connect",
              .title = "AWS transit gateways and their Direct Connect",
              .mtu = {8500},
              .source = "AWS transit gateway guide, MTU"},
    KnownLink{.name = "ethernet",
              .aliases = "eth lan internet azure",
              .title = "Ethernet",
              .mtu = {1500},
              .source = "RFC 894; Azure, AWS to the internet, Docker and podman use it too",
              .common = true},
    KnownLink{.name = "pppoe",
              .aliases = "dsl vdsl",
              .title = "PPPoE",
              .mtu = {1492},
              .over_ethernet = "pppoe",
              .source = "RFC 2516 7",
              .common = true},
    KnownLink{.name = "gcp",
              .aliases = "gce google-cloud",
              .title = "Google Cloud networks",
              .mtu = {1460},
              .source = "Google Cloud VPC documentation, MTU",
              .common = true},
    KnownLink{.name = "hetzner-vswitch",
              .aliases = "vswitch hetzner",
              .title = "vSwitches and many VPNs",
              .mtu = {1400},
              .source = "Hetzner documentation, vSwitch",
              .common = true},
    KnownLink{.name = "tailscale",
              .aliases = "tailnet",
              .title = "Tailscale",
              .mtu = {1280},
              .source = "Tailscale net/tstun/mtu.go"},
    KnownLink{.name = "warp",
              .aliases = "cloudflare-warp",
              .title = "Cloudflare WARP",
              .mtu = {1280},
              .source = "Cloudflare WARP client"},
    KnownLink{.name = "ipv6-minimum",
              .aliases = "minimum",
              .title = "the least that IPv6 allows",
              .mtu = {1280},
              .source = "RFC 8200 5",
              .common = true},
};

}  // namespace

std::span<const KnownLink> known_links() { return kLinks; }

const KnownLink* find_link(std::string_view name) {
  const auto found = std::ranges::find_if(
      kLinks, [&](const KnownLink& l) { return is_spelled(name, l.name, l.aliases); });
  return found == kLinks.end() ? nullptr : &*found;
}

const KnownLink* link_with_mtu(IpSize mtu) {
  const auto found = std::ranges::find(kLinks, mtu, &KnownLink::mtu);
  return found == kLinks.end() ? nullptr : &*found;
}

}  // namespace mtuscope
