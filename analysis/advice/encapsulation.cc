#include "analysis/advice/encapsulation.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/report/spelling.h"
#include "capture/tunnel.h"

namespace mtuscope {

namespace {

constexpr std::array kEncapsulations = {
    Encapsulation{.name = "wireguard",
                  .aliases = "wg boringtun",
                  .title = "WireGuard",
                  .bytes = kUdpHeaderBytes + kWireGuardMessageBytes,
                  .block = kWireGuardPadding,
                  .padding_ends_at_mtu = true,
                  .carries = "IP",
                  .source = "WireGuard paper 5.4.6; Linux drivers/net/wireguard/send.c",
                  .common = true,
                  .roams = true},
    Encapsulation{.name = "tailscale",
                  .aliases = "headscale",
                  .title = "Tailscale",
                  .bytes = kUdpHeaderBytes + kWireGuardMessageBytes,
                  .block = kWireGuardPadding,
                  .padding_ends_at_mtu = true,
                  .carries = "IP",
                  .source = "as WireGuard; Tailscale net/tstun/mtu.go",
                  .options = {HeaderOption{"relay", 8}}},
    // UDP 8, opcode and peer 4, packet id 4, tag 16.
    Encapsulation{.name = "openvpn",
                  .aliases = "ovpn",
                  .title = "OpenVPN",
                  .bytes = 32,
                  .carries = "IP",
                  .source = "AEAD over UDP, Linux drivers/net/ovpn/proto.h; 2.7: epoch",
                  .options = {HeaderOption{"epoch", 4}}},
    // SPI and sequence 8, IV 8, tag 16; trailer: pad length and next header.
    Encapsulation{.name = "esp-gcm",
                  .aliases = "ipsec ipsec-gcm esp",
                  .title = "ESP with AES-GCM",
                  .bytes = 32,
                  .trailer = 2,
                  .block = 4,
                  .carries = "IP",
                  .source = "RFC 4303 2, RFC 4106 3; tunnel mode",
                  .options = {HeaderOption{"nat-t", 8}}},
    // SPI and sequence 8, IV 16, tag 16.
    Encapsulation{.name = "esp-cbc",
                  .aliases = "ipsec-cbc",
                  .title = "ESP with AES-CBC and SHA2-256",
                  .bytes = 40,
                  .trailer = 2,
                  .block = 16,
                  .carries = "IP",
                  .source = "RFC 4303 2, RFC 3602 3, RFC 4868 2.6; tunnel mode",
                  .options = {HeaderOption{"nat-t", 8}}},
    // UDP 8, VXLAN 8, inner Ethernet 14.
    Encapsulation{.name = "vxlan",
                  .aliases = "flannel",
                  .title = "VXLAN",
                  .bytes = 30,
                  .carries = "Ethernet",
                  .source = "RFC 7348 5",
                  .options = {HeaderOption{"vlan", 4}},
                  .common = true},
    Encapsulation{.name = "geneve",
                  .title = "Geneve",
                  .bytes = 30,
                  .carries = "Ethernet",
                  .source = "RFC 8926 3; options come on top",
                  .options = {HeaderOption{"vlan", 4}, HeaderOption{"ovn", 8}}},
    Encapsulation{
        .name = "gre",
        .title = "GRE",
        .bytes = 4,
        .carries = "IP",
        .source = "RFC 2784 2, RFC 2890 2",
        .options = {HeaderOption{"key", 4}, HeaderOption{"seq", 4}, HeaderOption{"csum", 4}},
        .common = true},
    // GRE 4, inner Ethernet 14.
    Encapsulation{
        .name = "gretap",
        .aliases = "eogre nvgre",
        .title = "GRE carrying Ethernet",
        .bytes = 18,
        .carries = "Ethernet",
        .source = "RFC 2784 2; Linux net/ipv4/ip_gre.c",
        .options = {HeaderOption{"key", 4}, HeaderOption{"seq", 4}, HeaderOption{"csum", 4}}},
    Encapsulation{.name = "ipip",
                  .aliases = "4in4 tunl ip6tnl 6in6",
                  .title = "IPIP",
                  .carries = "IP",
                  .source = "RFC 2003 3.1, RFC 2473 3",
                  .common = true},
    Encapsulation{.name = "6in4",
                  .aliases = "sit 6rd he.net",
                  .title = "6in4",
                  .carrier = Carrier::kIPv4,
                  .carries = "IPv6",
                  .source = "RFC 4213 3.5"},
    Encapsulation{.name = "ds-lite",
                  .aliases = "dslite 4in6",
                  .title = "DS-Lite",
                  .carrier = Carrier::kIPv6,
                  .carries = "IPv4",
                  .source = "RFC 6333 5.3",
                  .common = true},
    Encapsulation{.name = "map-e",
                  .aliases = "mape v6plus lw4o6",
                  .title = "MAP-E",
                  .carrier = Carrier::kIPv6,
                  .carries = "IPv4",
                  .source = "RFC 7597 8.3.1"},
    // The IPv4 header becomes an IPv6 header.
    Encapsulation{.name = "map-t",
                  .aliases = "mapt",
                  .title = "MAP-T",
                  .carrier = Carrier::kLink,
                  .bytes = 20,
                  .carries = "IPv4",
                  .source = "RFC 7599 10, RFC 7915 4"},
    Encapsulation{.name = "464xlat",
                  .aliases = "clat nat64",
                  .title = "464XLAT",
                  .carrier = Carrier::kLink,
                  .bytes = 20,
                  .carries = "IPv4",
                  .source = "RFC 6877, RFC 7915 4"},
    // PPPoE 6, PPP protocol 2.
    Encapsulation{.name = "pppoe",
                  .title = "PPPoE",
                  .carrier = Carrier::kLink,
                  .bytes = 8,
                  .carries = "IP",
                  .source = "RFC 2516 7"},
    // UDP 8, L2TP 6 or 8, PPP 4.
    Encapsulation{.name = "l2tp",
                  .aliases = "l2tpv2",
                  .title = "L2TPv2",
                  .bytes = 20,
                  .may_be_less = 2,
                  .carries = "IP",
                  .source = "RFC 2661 3.1"},
    Encapsulation{.name = "mpls",
                  .title = "an MPLS label",
                  .carrier = Carrier::kLink,
                  .bytes = 4,
                  .carries = "IP",
                  .source = "RFC 3032 2.1"},
    Encapsulation{.name = "vlan",
                  .aliases = "802.1q dot1q qinq",
                  .title = "a VLAN tag",
                  .carrier = Carrier::kLink,
                  .bytes = 4,
                  .carries = "IP",
                  .source = "IEEE 802.1Q; usually the link has room for it"},
    // UDP 8, GTP-U 8; 5G: optional fields 4, PDU session container 4.
    Encapsulation{.name = "gtp-u",
                  .aliases = "gtp gtpu",
                  .title = "GTP-U",
                  .bytes = 16,
                  .carries = "IP",
                  .source = "3GPP TS 29.281 5.1",
                  .options = {HeaderOption{"5g", 8}}},
    // UDP 8, header 16, tag 16.
    Encapsulation{.name = "nebula",
                  .title = "Nebula",
                  .bytes = 40,
                  .carries = "IP",
                  .source = "Nebula header/header.go"},
};

uint32_t outer_ip_header(const Layer& layer) {
  return layer.what->carrier == Carrier::kLink ? 0 : ip_header_bytes(layer.underlay);
}

uint32_t unpadded(const Layer& layer) {
  return outer_ip_header(layer) + layer.what->bytes + layer.more;
}

uint32_t round_up(uint32_t bytes, uint32_t block) { return (bytes + block - 1) / block * block; }

}  // namespace

std::span<const Encapsulation> encapsulations() { return kEncapsulations; }

const Encapsulation* find_encapsulation(std::string_view name) {
  const auto found = std::ranges::find_if(
      kEncapsulations, [&](const Encapsulation& e) { return is_spelled(name, e.name, e.aliases); });
  return found == kEncapsulations.end() ? nullptr : &*found;
}

Layer layer_of(const Encapsulation& what, std::optional<IpFamily> family) {
  Layer layer{.what = &what, .underlay = family.value_or(IpFamily::kIPv4), .options = {}};
  if (what.carrier == Carrier::kIPv4) layer.underlay = IpFamily::kIPv4;
  if (what.carrier == Carrier::kIPv6) layer.underlay = IpFamily::kIPv6;
  return layer;
}

std::string title_of(const Layer& layer) {
  std::string title(layer.what->title);
  if (!layer.options.empty()) title += " (" + layer.options + ")";
  if (layer.what->carrier != Carrier::kIp) return title;
  return title + (layer.underlay == IpFamily::kIPv4 ? " over IPv4" : " over IPv6");
}

uint32_t least_overhead(const Layer& layer) { return unpadded(layer) + layer.what->trailer; }

std::string overhead_words(const Layer& layer) {
  const Encapsulation& e = *layer.what;
  const uint32_t least = least_overhead(layer) - e.may_be_less;
  const uint32_t padding = e.padding_ends_at_mtu ? 0 : e.block - 1;
  const uint32_t most = least_overhead(layer) + padding;
  return least == most ? fmt::format("{}", least) : fmt::format("{}-{}", least, most);
}

IpSize outer_size(const Layer& layer, IpSize inner, IpSize interface_mtu) {
  const Encapsulation& e = *layer.what;
  uint32_t padded = round_up(inner.bytes + e.trailer, e.block);
  if (e.padding_ends_at_mtu) {
    padded = std::max(inner.bytes, std::min(padded, interface_mtu.bytes));
  }
  return IpSize{unpadded(layer) + padded};
}

IpSize tunnel_mtu(const Layer& layer, IpSize underlay) {
  const Encapsulation& e = *layer.what;
  if (underlay.bytes <= least_overhead(layer)) return IpSize{0};
  const uint32_t room = underlay.bytes - unpadded(layer);
  if (e.padding_ends_at_mtu) return IpSize{room};
  const uint32_t blocks = room / e.block * e.block;
  return IpSize{blocks > e.trailer ? blocks - e.trailer : 0};
}

IpSize largest_inner(const Layer& layer, IpSize underlay, IpSize interface_mtu) {
  const IpSize best = tunnel_mtu(layer, underlay);
  if (interface_mtu <= best) return interface_mtu;
  const uint32_t block = layer.what->block;
  return layer.what->padding_ends_at_mtu ? IpSize{best.bytes / block * block} : best;
}

}  // namespace mtuscope
