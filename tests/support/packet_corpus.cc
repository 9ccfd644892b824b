#include "tests/support/packet_corpus.h"

#include "capture/ip.h"
#include "capture/link_layer.h"

namespace mtuscope {
namespace {

using build::Bytes;

const build::Ip kV4{.src = "10.9.0.2", .dst = "10.9.0.1"};
const build::Ip kV6{.src = "fd09::2", .dst = "fd09::1"};
const build::Ip kOuterV4{.src = "192.0.2.1", .dst = "192.0.2.2"};
const build::Ip kOuterV6{.src = "2001:db8::1", .dst = "2001:db8::2"};

Bytes data_v4() {
  return build::tcp(kV4, {.options = build::aligned_timestamps(100, 200), .payload_bytes = 32});
}
Bytes data_v6() {
  return build::tcp(kV6, {.options = build::aligned_timestamps(100, 200), .payload_bytes = 32});
}

void add_links(std::vector<CorpusPacket>& out) {
  const Bytes v4 = data_v4(), v6 = data_v6();
  const Bytes ppp4{0x00, 0x21}, ppp6{0x57};
  out.push_back({"valid-ethernet", link_type::kEthernet, build::ethernet(v4)});
  out.push_back({"valid-ethernet-ipv6", link_type::kEthernet, build::ethernet(v6)});
  out.push_back({"valid-vlan", link_type::kEthernet, build::vlan({7, 8}, v4)});
  out.push_back({"valid-sll", link_type::kLinuxSll, build::sll(v4, 4)});
  out.push_back({"valid-sll2", link_type::kLinuxSll2, build::sll2(v6, 4, 3)});
  out.push_back({"valid-raw", link_type::kRaw, v4});
  out.push_back({"valid-raw-ipv6", link_type::kRaw, v6});
  out.push_back({"valid-ipv4", link_type::kIPv4, v4});
  out.push_back({"valid-ipv6", link_type::kIPv6, v6});
  out.push_back({"valid-null", link_type::kNull, build::join({{2, 0, 0, 0}, v4})});
  out.push_back({"valid-loop", link_type::kLoop, build::join({{0, 0, 0, 30}, v6})});
  out.push_back({"valid-ppp", link_type::kPpp, build::join({{0xff, 0x03}, ppp4, v4})});
  out.push_back({"valid-ppp-compressed", link_type::kPpp, build::join({ppp6, v6})});
  out.push_back(
      {"valid-cisco-hdlc", link_type::kPppHdlc, build::join({{0x0f, 0x00, 0x08, 0x00}, v4})});
  out.push_back({"valid-pppoe", link_type::kEthernet,
                 build::ethernet(ethertype::kPppoeSession, build::pppoe(17, v4))});
  out.push_back({"valid-ppp-ether", link_type::kPppEther, build::pppoe(17, v6)});
  out.push_back({"valid-mpls", link_type::kEthernet,
                 build::ethernet(ethertype::kMpls, build::mpls({100, 200}, v4))});
  out.push_back(
      {"valid-mpls-pseudo-wire", link_type::kEthernet,
       build::ethernet(ethertype::kMpls,
                       build::mpls({100}, build::join({{0, 0, 0, 0}, build::ethernet(v4)})))});
}

void add_ip(std::vector<CorpusPacket>& out) {
  const auto raw = [&out](const char* name, Bytes bytes) {
    out.push_back({name, link_type::kRaw, std::move(bytes)});
  };
  raw("valid-ipv6-extensions",
      build::ip(kV6, ip_protocol::kHopByHop,
                build::join({{ip_protocol::kDestination, 0, 1, 4, 0, 0, 0, 0},
                             {ip_protocol::kUdp, 0, 1, 4, 0, 0, 0, 0},
                             {0x30, 0x39, 0x00, 0x35, 0x00, 0x08, 0x00, 0x00}})));
  raw("valid-ah", build::ip(kV4, ip_protocol::kAh,
                            build::join({{ip_protocol::kUdp, 1, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1},
                                         {0x30, 0x39, 0x00, 0x35, 0x00, 0x08, 0x00, 0x00}})));
  raw("valid-fragment-first", build::udp({.dont_fragment = false, .more_fragments = true},
                                         {.payload = Bytes(24), .length_field = 2008}));
  raw("valid-fragment-later",
      build::ip({.dont_fragment = false, .fragment_offset = 1480}, ip_protocol::kUdp, Bytes(24)));
  raw("valid-ipv6-fragment-first",
      build::udp({.src = "fd09::2", .dst = "fd09::1", .more_fragments = true},
                 {.payload = Bytes(24), .length_field = 2008}));
  raw("valid-ipv6-fragment-later",
      build::ip({.src = "fd09::2", .dst = "fd09::1", .fragment_offset = 1448}, ip_protocol::kUdp,
                Bytes(24)));
  raw("valid-esp", build::ip(kV4, ip_protocol::kEsp, Bytes(48)));
  raw("edge-total-length-zero", build::tcp({.length_field = 0}, {.payload_bytes = 64}));
  raw("edge-ipv6-payload-length-zero",
      build::tcp({.src = "fd09::2", .dst = "fd09::1", .length_field = 0}, {.payload_bytes = 64}));
  raw("edge-jumbogram",
      build::ip({.src = "fd09::2", .dst = "fd09::1", .length_field = 0}, ip_protocol::kHopByHop,
                build::join({{ip_protocol::kUdp, 0, 0xc2, 4, 0, 1, 0, 16},
                             {0x30, 0x39, 0x00, 0x35, 0x00, 0x00, 0x00, 0x00}})));
  raw("malformed-version", {0x50, 0, 0, 0});
  raw("malformed-header-length", [] {
    Bytes bytes = data_v4();
    bytes[0] = 0x44;
    return bytes;
  }());
  raw("malformed-total-length", build::tcp({.length_field = 19}, {}));
  raw("malformed-udp-length", build::udp(kV4, {.payload = Bytes(8), .length_field = 4000}));
  raw("malformed-tcp-offset", [] {
    Bytes bytes = build::tcp(kV4, {});
    bytes[32] = 0xf0;
    return bytes;
  }());
}

void add_transports(std::vector<CorpusPacket>& out) {
  const auto raw = [&out](const char* name, Bytes bytes) {
    out.push_back({name, link_type::kRaw, std::move(bytes)});
  };
  raw("valid-syn", build::tcp(kV4, {.flags = tcp_flag::kSyn, .options = build::syn_options(1380)}));
  raw("valid-sack",
      build::tcp(kV4, {.options = build::join({build::aligned_timestamps(1, 2),
                                               build::aligned_sack({{10, 20}, {30, 40}})})}));
  raw("valid-wireguard", build::udp(kV4, {.payload = build::wireguard_data(64)}));
  raw("valid-echo-request", build::echo_request(kV4, 7, 1, 16));
  raw("valid-echo-reply-ipv6", build::echo_reply(kV6, 7, 1, 16));
  raw("valid-ptb", build::ptb(kOuterV4, 1400, data_v4()));
  raw("valid-ptb-ipv6", build::ptb(kOuterV6, 1280, data_v6()));
  raw("edge-ptb-short-quote", build::ptb(kOuterV4, 0, data_v4(), 28));
  raw("edge-ptb-no-quote", build::ptb(kOuterV6, 1280, {}));
}

void add_tunnels(std::vector<CorpusPacket>& out) {
  const Bytes v4 = data_v4(), v6 = data_v6();
  const auto raw = [&out](const char* name, Bytes bytes) {
    out.push_back({name, link_type::kRaw, std::move(bytes)});
  };
  raw("valid-ipip", build::ip(kOuterV4, ip_protocol::kIPv4, v4));
  raw("valid-6in4", build::ip(kOuterV4, ip_protocol::kIPv6, v6));
  raw("valid-ip-in-ipv6", build::ip(kOuterV6, ip_protocol::kIPv4, v4));
  raw("valid-gre", build::gre(kOuterV4, ethertype::kIPv4, v4));
  raw("valid-gre-flags",
      build::gre(kOuterV6, ethertype::kIPv6, v6, {.key = 5, .sequence = 6, .checksum = true}));
  raw("valid-gretap", build::gre(kOuterV4, ethertype::kTransEthernet, build::ethernet(v4)));
  raw("valid-erspan",
      build::gre(kOuterV4, ethertype::kErspan2,
                 build::join({{0x10, 0, 0, 9, 0, 0, 0, 0}, build::ethernet(v4)}), {.sequence = 1}));
  raw("valid-vxlan", build::vxlan(kOuterV4, 42, build::vlan({7}, v4)));
  raw("valid-vxlan-flannel", build::vxlan(kOuterV4, 1, build::ethernet(v6), 8472));
  raw("valid-geneve", build::geneve(kOuterV6, 9, ethertype::kTransEthernet, build::ethernet(v4),
                                    {1, 2, 3, 1, 0, 0, 0, 0}));
  raw("valid-tunnel-in-tunnel",
      build::vxlan(kOuterV4, 42,
                   build::ethernet(build::gre(kV4, ethertype::kIPv6, v6, {.key = 3}))));
  raw("edge-vxlan-arp", build::vxlan(kOuterV4, 42, build::ethernet(0x0806, Bytes(28))));
  raw("edge-vxlan-look-alike",
      build::udp(kOuterV4, {.src_port = 5353, .dst_port = 4789, .payload = Bytes(40, 0xff)}));
  raw("edge-tunnels-too-deep", [&] {
    Bytes packet = v4;
    for (int i = 0; i < kMaxTunnels + 1; ++i)
      packet = build::ip(kOuterV4, ip_protocol::kIPv4, packet);
    return packet;
  }());
}

}  // namespace

std::vector<CorpusPacket> packet_corpus() {
  std::vector<CorpusPacket> out;
  add_links(out);
  add_ip(out);
  add_transports(out);
  add_tunnels(out);
  out.push_back({"malformed-arp", link_type::kEthernet, build::ethernet(0x0806, Bytes(46))});
  out.push_back({"malformed-llc", link_type::kEthernet, build::ethernet(0x0026, Bytes(46))});
  out.push_back({"malformed-link-type", 0xffff, data_v4()});
  out.push_back({"malformed-vlan-depth", link_type::kEthernet,
                 build::vlan(std::vector<uint16_t>(kMaxVlanTags + 1, 1), data_v4())});
  return out;
}

std::vector<CorpusOptions> tcp_options_corpus() {
  using namespace build;
  return {
      {"valid-syn", syn_options(1460)},
      {"valid-timestamps", aligned_timestamps(100, 200)},
      {"valid-timestamps-sack", join({aligned_timestamps(1, 2), aligned_sack({{3, 4}})})},
      {"valid-sack-4", join({{1, 1}, sack({{1, 2}, {3, 4}, {5, 6}, {7, 8}})})},
      {"edge-end-of-list", join({mss(1400), {0, 9, 9, 9}})},
      {"edge-unknown-kinds", join({{254, 4, 0xab, 0xcd}, {30, 2}, {1, 1}, mss(536)})},
      {"malformed-length-0", {5, 0, 0, 0}},
      {"malformed-length-1", {8, 1, 0, 0}},
      {"malformed-length-beyond", {8, 40, 0, 0}},
      {"malformed-no-length", {1, 1, 1, 5}},
      {"malformed-sack-length", {5, 9, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0}},
      {"malformed-mss-length", {2, 6, 5, 0xb4, 0, 0, 1, 1}},
  };
}

}  // namespace mtuscope
