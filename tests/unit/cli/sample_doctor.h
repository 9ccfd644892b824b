// What `mtuscope doctor` would gather, by hand: a host whose tunnel wg0 (MTU 1420) leads
// to 10.9.0.2, over a path that carries 1500 bytes.

#ifndef MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_DOCTOR_H_
#define MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_DOCTOR_H_

#include <string_view>

#include "cli/doctor_facts.h"

namespace mtuscope::sample {

inline IpAddress ip(std::string_view text) { return IpAddress::parse(text).value(); }

inline Route route_through(const char* interface, IpSize mtu, std::string_view source) {
  return {.interface = interface,
          .interface_index = 2,
          .interface_mtu = mtu,
          .has_link_header = mtu == IpSize{1500},
          .source = ip(source),
          .table = kMainTable};
}

// No limit up to the interface's MTU.
inline ProbedPath clear_path(std::string_view target, const char* interface, IpSize mtu) {
  ProbedPath path;
  path.intent = {.target = ip(target),
                 .interface = interface,
                 .interface_mtu = mtu,
                 .methods = {ProbeMethod::kIcmp}};
  path.intent.link.name = interface;
  path.intent.link.mtu = mtu;
  Measurement measurement{
      .target = ip(target),
      .source = ip("10.9.0.1"),
      .interface = interface,
      .interface_mtu = mtu,
      .traits = {.method = ProbeMethod::kIcmp, .direction = ProbeDirection::kRoundTrip}};
  measurement.result.verdict = SearchVerdict::kNoLimit;
  measurement.result.bracket.lower = mtu;
  measurement.result.answered = 14;
  measurement.result.packets = 14;
  path.measurements = {measurement};
  path.conclusion = conclude(path.measurements);
  return path;
}

inline ProbedPath limited_path(std::string_view target, const char* interface, IpSize mtu,
                               IpSize limit) {
  ProbedPath path = clear_path(target, interface, mtu);
  SearchResult& result = path.measurements.front().result;
  result.verdict = SearchVerdict::kExact;
  result.bracket = {.lower = limit, .upper = IpSize{limit.bytes + 1}};
  result.confidence = 0.99999;
  result.silent = true;
  path.conclusion = conclude(path.measurements);
  return path;
}

inline ProbedPath silent_path(std::string_view target, const char* interface, IpSize mtu) {
  ProbedPath path = clear_path(target, interface, mtu);
  path.measurements.front().result = {.verdict = SearchVerdict::kSilent};
  path.conclusion = conclude(path.measurements);
  return path;
}

// Everything is as it should be.
inline DoctorFacts healthy_tunnel() {
  DoctorFacts facts{.host = "10.9.0.2"};
  facts.links = {
      {.index = 2,
       .name = "eth0",
       .mtu = IpSize{1500},
       .up = true,
       .carrier = true,
       .addresses = {*IpPrefix::parse("192.0.2.2/24")}},
      {.index = 3,
       .name = "wg0",
       .kind = "wireguard",
       .mtu = IpSize{1420},
       .up = true,
       .carrier = true,
       .has_link_header = false,
       .addresses = {*IpPrefix::parse("10.9.0.1/24")}},
  };
  facts.settings = {.tcp_mtu_probing = 0, .ip_no_pmtu_disc = 0, .min_pmtu = 552};
  facts.before = facts.after = {{"Icmp.InDestUnreachs", 7}};
  facts.now = Timestamp{1'700'000'060'000'000'000};

  TargetFacts target{.path = {.target = ip("10.9.0.2")}};
  target.path.answer.route = route_through("wg0", IpSize{1420}, "10.9.0.1");
  target.path.entry = FibEntry{
      .destination = *IpPrefix::parse("10.9.0.0/24"), .table = kMainTable, .interface = "wg0"};
  TunnelFacts tunnel{.interface = "wg0"};
  const WireGuardPeer peer{.endpoint = Endpoint{ip("198.51.100.2"), 51820},
                           .allowed_ips = {*IpPrefix::parse("10.9.0.2/32")},
                           .last_handshake = Timestamp{1'700'000'000'000'000'000}};
  tunnel.device = WireGuardDevice{.interface = "wg0", .source = "the kernel", .peers = {peer}};
  tunnel.peer = peer;
  tunnel.layer = layer_of(*find_encapsulation("wireguard"), IpFamily::kIPv4);
  tunnel.underlay = PathFacts{.target = ip("198.51.100.2")};
  tunnel.underlay->answer.route = route_through("eth0", IpSize{1500}, "192.0.2.2");
  tunnel.measured = clear_path("198.51.100.2", "eth0", IpSize{1500});
  target.tunnel = tunnel;
  target.measured = clear_path("10.9.0.2", "wg0", IpSize{1420});
  facts.targets = {target};
  return facts;
}

// A tunnel of the kernel to 198.51.100.2, with 1460 bytes under it.
inline DoctorFacts limited_vxlan() {
  DoctorFacts facts = healthy_tunnel();
  facts.links[1].name = "vx0";
  facts.links[1].kind = "vxlan";
  facts.links[1].mtu = IpSize{1450};
  facts.links[1].has_link_header = true;
  TargetFacts& target = facts.targets.front();
  target.path.answer.route = route_through("vx0", IpSize{1450}, "10.9.0.1");
  target.tunnel->interface = "vx0";
  target.tunnel->device.reset();
  target.tunnel->peer.reset();
  target.tunnel->layer = layer_of(*find_encapsulation("vxlan"), IpFamily::kIPv4);
  target.measured = limited_path("10.9.0.2", "vx0", IpSize{1450}, IpSize{1410});
  target.tunnel->measured = limited_path("198.51.100.2", "eth0", IpSize{1500}, IpSize{1460});
  return facts;
}

// The incident: 1460 bytes under the tunnel, so 1392 inside.
inline DoctorFacts limited_tunnel() {
  DoctorFacts facts = healthy_tunnel();
  TargetFacts& target = facts.targets.front();
  target.measured = limited_path("10.9.0.2", "wg0", IpSize{1420}, IpSize{1392});
  target.tunnel->measured = limited_path("198.51.100.2", "eth0", IpSize{1500}, IpSize{1460});
  return facts;
}

}  // namespace mtuscope::sample

#endif  // MTUSCOPE_TESTS_UNIT_CLI_SAMPLE_DOCTOR_H_
