#include "tests/support/packet_builder.h"

#include <algorithm>
#include <stdexcept>

#include "capture/address.h"
#include "capture/ip.h"
#include "capture/link_layer.h"

namespace mtuscope::build {
namespace {

void put8(Bytes& out, uint32_t value) { out.push_back(static_cast<uint8_t>(value)); }
void put16(Bytes& out, uint32_t value) {
  put8(out, value >> 8);
  put8(out, value);
}
void put32(Bytes& out, uint32_t value) {
  put16(out, value >> 16);
  put16(out, value);
}
void put(Bytes& out, const Bytes& bytes) { out.insert(out.end(), bytes.begin(), bytes.end()); }

void set16(Bytes& out, size_t at, uint32_t value) {
  out.at(at) = static_cast<uint8_t>(value >> 8);
  out.at(at + 1) = static_cast<uint8_t>(value);
}

// RFC 1071.
uint16_t checksum(const Bytes& bytes) {
  uint32_t sum = 0;
  for (size_t i = 0; i < bytes.size(); ++i) sum += i % 2 == 0 ? bytes[i] << 8 : bytes[i];
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return static_cast<uint16_t>(~sum);
}

IpAddress address(const std::string& text) {
  const std::optional<IpAddress> parsed = IpAddress::parse(text);
  if (!parsed) throw std::invalid_argument("packet builder: not an address: " + text);
  return *parsed;
}

bool is_v6(const Ip& ip) { return address(ip.src).family == IpFamily::kIPv6; }

void put_address(Bytes& out, const std::string& text) {
  const IpAddress a = address(text);
  out.insert(out.end(), a.bytes.begin(), a.bytes.begin() + (a.family == IpFamily::kIPv4 ? 4 : 16));
}

// Writes the checksum of a transport packet with its pseudo header (RFC 9293 3.1, RFC 8200 8.1).
void seal(const Ip& ip, uint8_t protocol, size_t checksum_at, Bytes& transport) {
  Bytes covered;
  put_address(covered, ip.src);
  put_address(covered, ip.dst);
  put32(covered, static_cast<uint32_t>(transport.size()));
  put32(covered, protocol);
  put(covered, transport);
  set16(transport, checksum_at, checksum(covered));
}

Bytes ipv4(const Ip& ip, uint8_t protocol, const Bytes& payload) {
  const size_t header_bytes = 20 + ip.options.size();
  Bytes out;
  put8(out, 0x40 | static_cast<uint32_t>(header_bytes / 4));
  put8(out, ip.ecn);
  put16(out, ip.length_field.value_or(static_cast<uint16_t>(header_bytes + payload.size())));
  put16(out, ip.id);
  put16(out, (ip.dont_fragment ? 0x4000u : 0) | (ip.more_fragments ? 0x2000u : 0) |
                 ip.fragment_offset / 8);
  put8(out, ip.ttl);
  put8(out, protocol);
  put16(out, 0);
  put_address(out, ip.src);
  put_address(out, ip.dst);
  put(out, ip.options);
  set16(out, 10, checksum(out));
  put(out, payload);
  return out;
}

Bytes ipv6(const Ip& ip, uint8_t protocol, const Bytes& payload) {
  Bytes rest;
  if (ip.more_fragments || ip.fragment_offset != 0) {
    put8(rest, protocol);
    put8(rest, 0);
    put16(rest, ip.fragment_offset | (ip.more_fragments ? 1 : 0));
    put32(rest, ip.id);
    protocol = ip_protocol::kFragment;
  }
  put(rest, payload);
  Bytes out;
  put32(out, 0x60000000u | uint32_t{ip.ecn} << 20);
  put16(out, ip.length_field.value_or(static_cast<uint16_t>(rest.size())));
  put8(out, protocol);
  put8(out, ip.ttl);
  put_address(out, ip.src);
  put_address(out, ip.dst);
  put(out, rest);
  return out;
}

Bytes mac_addresses() {
  return {0x02, 0x00, 0x00, 0x00, 0x00, 0x02, 0x02, 0x00, 0x00, 0x00, 0x00, 0x01};
}

Bytes filler(size_t bytes) { return Bytes(bytes, 'x'); }

}  // namespace

Bytes join(std::initializer_list<Bytes> parts) {
  Bytes out;
  for (const Bytes& part : parts) put(out, part);
  return out;
}

Bytes ip(const Ip& header, uint8_t protocol, const Bytes& payload) {
  return is_v6(header) ? ipv6(header, protocol, payload) : ipv4(header, protocol, payload);
}

Bytes tcp(const Ip& header, const Tcp& tcp) {
  Bytes options = tcp.options;
  while (options.size() % 4 != 0) put8(options, 1);
  Bytes out;
  put16(out, tcp.src_port);
  put16(out, tcp.dst_port);
  put32(out, tcp.seq);
  put32(out, tcp.ack);
  put8(out, static_cast<uint32_t>((20 + options.size()) / 4) << 4);
  put8(out, tcp.flags);
  put16(out, tcp.window);
  put32(out, 0);  // checksum, urgent pointer
  put(out, options);
  put(out, filler(tcp.payload_bytes));
  seal(header, ip_protocol::kTcp, 16, out);
  return ip(header, ip_protocol::kTcp, out);
}

Bytes mss(uint16_t bytes) {
  Bytes out{2, 4};
  put16(out, bytes);
  return out;
}

Bytes window_scale(uint8_t shift) { return {3, 3, shift}; }

Bytes sack_permitted() { return {4, 2}; }

Bytes timestamps(uint32_t value, uint32_t echo) {
  Bytes out{8, 10};
  put32(out, value);
  put32(out, echo);
  return out;
}

Bytes sack(const std::vector<std::pair<uint32_t, uint32_t>>& blocks) {
  Bytes out{5, static_cast<uint8_t>(2 + 8 * blocks.size())};
  for (const auto& [begin, end] : blocks) {
    put32(out, begin);
    put32(out, end);
  }
  return out;
}

Bytes aligned_timestamps(uint32_t value, uint32_t echo) {
  return join({{1, 1}, timestamps(value, echo)});
}

Bytes aligned_sack(const std::vector<std::pair<uint32_t, uint32_t>>& blocks) {
  return join({{1, 1}, sack(blocks)});
}

Bytes syn_options(uint16_t mss_bytes, uint8_t window_shift, uint32_t ts_value, uint32_t ts_echo) {
  return join({mss(mss_bytes),
               sack_permitted(),
               timestamps(ts_value, ts_echo),
               {1},
               window_scale(window_shift)});
}

Bytes udp(const Ip& header, const Udp& udp) {
  Bytes out;
  put16(out, udp.src_port);
  put16(out, udp.dst_port);
  put16(out, udp.length_field.value_or(static_cast<uint16_t>(8 + udp.payload.size())));
  put16(out, 0);
  put(out, udp.payload);
  seal(header, ip_protocol::kUdp, 6, out);
  return ip(header, ip_protocol::kUdp, out);
}

Bytes wireguard_data(uint32_t inner_bytes, uint32_t mtu) {
  Bytes out{4, 0, 0, 0};
  put32(out, 0x12345678);  // receiver
  out.resize(16);          // counter
  const uint32_t padded_bytes = std::min(mtu, (inner_bytes + 15) / 16 * 16);
  put(out, filler(padded_bytes + 16));
  return out;
}

Bytes icmp(const Ip& header, uint8_t type, uint8_t code, uint32_t rest, const Bytes& body) {
  Bytes out{type, code, 0, 0};
  put32(out, rest);
  put(out, body);
  if (is_v6(header)) {
    seal(header, ip_protocol::kIcmpV6, 2, out);
    return ip(header, ip_protocol::kIcmpV6, out);
  }
  set16(out, 2, checksum(out));
  return ip(header, ip_protocol::kIcmp, out);
}

Bytes echo_request(const Ip& header, uint16_t id, uint16_t seq, uint32_t data_bytes) {
  return icmp(header, is_v6(header) ? 128 : 8, 0, uint32_t{id} << 16 | seq, filler(data_bytes));
}

Bytes echo_reply(const Ip& header, uint16_t id, uint16_t seq, uint32_t data_bytes) {
  return icmp(header, is_v6(header) ? 129 : 0, 0, uint32_t{id} << 16 | seq, filler(data_bytes));
}

Bytes ptb(const Ip& header, uint32_t mtu, const Bytes& packet, std::optional<size_t> quoted_bytes) {
  const bool v6 = is_v6(header);
  const size_t most = quoted_bytes.value_or(v6 ? 1280 - 40 - 8 : 576 - 20 - 8);
  const Bytes quote(packet.begin(),
                    packet.begin() + static_cast<ptrdiff_t>(std::min(most, packet.size())));
  return v6 ? icmp(header, 2, 0, mtu, quote) : icmp(header, 3, 4, mtu & 0xffff, quote);
}

uint16_t ethertype_of(const Bytes& ip_packet) {
  return !ip_packet.empty() && ip_packet[0] >> 4 == 6 ? ethertype::kIPv6 : ethertype::kIPv4;
}

Bytes ethernet(const Bytes& ip_packet) { return ethernet(ethertype_of(ip_packet), ip_packet); }

Bytes ethernet(uint16_t ether_type, const Bytes& payload) {
  Bytes out = mac_addresses();
  put16(out, ether_type);
  put(out, payload);
  return out;
}

Bytes vlan(const std::vector<uint16_t>& ids, const Bytes& ip_packet) {
  Bytes out = mac_addresses();
  for (const uint16_t id : ids) {
    put16(out, ethertype::kVlan);
    put16(out, id);
  }
  put16(out, ethertype_of(ip_packet));
  put(out, ip_packet);
  return out;
}

Bytes padded(Bytes ethernet_frame) {
  ethernet_frame.resize(std::max<size_t>(ethernet_frame.size(), 60));
  return ethernet_frame;
}

Bytes sll(const Bytes& ip_packet, uint16_t packet_type) {
  Bytes out;
  put16(out, packet_type);
  put16(out, 1);  // ARPHRD_ETHER
  put16(out, 6);
  put(out, {0x02, 0, 0, 0, 0, 0x01, 0, 0});
  put16(out, ethertype_of(ip_packet));
  put(out, ip_packet);
  return out;
}

Bytes sll2(const Bytes& ip_packet, uint8_t packet_type, uint32_t ifindex) {
  Bytes out;
  put16(out, ethertype_of(ip_packet));
  put16(out, 0);
  put32(out, ifindex);
  put16(out, 1);  // ARPHRD_ETHER
  put8(out, packet_type);
  put8(out, 6);
  put(out, {0x02, 0, 0, 0, 0, 0x01, 0, 0});
  put(out, ip_packet);
  return out;
}

Bytes pppoe(uint16_t session, const Bytes& ip_packet) {
  Bytes out{0x11, 0x00};
  put16(out, session);
  put16(out, static_cast<uint32_t>(ip_packet.size() + 2));
  put16(out, ethertype_of(ip_packet) == ethertype::kIPv6 ? 0x0057 : 0x0021);
  put(out, ip_packet);
  return out;
}

Bytes mpls(const std::vector<uint32_t>& labels, const Bytes& payload) {
  Bytes out;
  for (size_t i = 0; i < labels.size(); ++i) {
    const uint32_t bottom = i + 1 == labels.size() ? 0x100 : 0;
    put32(out, labels[i] << 12 | bottom | 64);
  }
  put(out, payload);
  return out;
}

Bytes gre(const Ip& outer, uint16_t ether_type, const Bytes& payload, const Gre& options) {
  Bytes out;
  put16(out, (options.checksum ? 0x8000u : 0) | (options.key ? 0x2000u : 0) |
                 (options.sequence ? 0x1000u : 0));
  put16(out, ether_type);
  if (options.checksum) put32(out, 0);
  if (options.key) put32(out, *options.key);
  if (options.sequence) put32(out, *options.sequence);
  put(out, payload);
  if (options.checksum) set16(out, 4, checksum(out));
  return ip(outer, ip_protocol::kGre, out);
}

Bytes vxlan(const Ip& outer, uint32_t vni, const Bytes& ethernet_frame, uint16_t port) {
  Bytes out;
  put32(out, 0x08000000);
  put32(out, vni << 8);
  put(out, ethernet_frame);
  return udp(outer, {.src_port = 49152, .dst_port = port, .payload = out});
}

Bytes geneve(const Ip& outer, uint32_t vni, uint16_t ether_type, const Bytes& payload,
             const Bytes& options) {
  Bytes out;
  put8(out, static_cast<uint32_t>(options.size() / 4));
  put8(out, 0);
  put16(out, ether_type);
  put32(out, vni << 8);
  put(out, options);
  put(out, payload);
  return udp(outer, {.src_port = 49152, .dst_port = 6081, .payload = out});
}

Frame frame(const Bytes& bytes, uint16_t link_type, const Capture& capture) {
  Frame out;
  out.time = capture.time;
  out.number = FrameNumber{capture.number};
  out.interface = capture.interface;
  out.link_type = link_type;
  out.original_bytes =
      capture.original_bytes ? capture.original_bytes : static_cast<uint32_t>(bytes.size());
  out.bytes = bytes;
  return out;
}

}  // namespace mtuscope::build
