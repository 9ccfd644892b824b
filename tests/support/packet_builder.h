// Packets for tests, byte for byte, with right checksums unless a test wants them wrong:
//
//   using namespace mtuscope;
//   const build::Bytes bytes = build::ethernet(build::tcp(
//       {.src = "10.9.0.2", .dst = "10.9.0.1"},
//       {.src_port = 4096, .dst_port = 50498, .seq = 1, .flags = tcp_flag::kAck,
//        .options = build::aligned_timestamps(100, 200), .payload_bytes = 1368}));
//   const Frame frame = build::frame(bytes, link_type::kEthernet);   // `bytes` must outlive it
//
// The family follows from the text of the addresses. Every packet is a plain vector, so wrapping
// (ethernet, vlan, gre ...) is calling the next function, and malforming is assigning to a byte.

#ifndef MTUSCOPE_TESTS_SUPPORT_PACKET_BUILDER_H_
#define MTUSCOPE_TESTS_SUPPORT_PACKET_BUILDER_H_

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "capture/frame.h"
#include "capture/packet.h"

namespace mtuscope::build {

using Bytes = std::vector<uint8_t>;

Bytes join(std::initializer_list<Bytes> parts);

// ---- IP

struct Ip {
  std::string src = "10.9.0.2";
  std::string dst = "10.9.0.1";
  uint8_t ttl = 64;
  uint8_t ecn = 0;
  uint32_t id = 1;
  bool dont_fragment = true;     // IPv4 only
  bool more_fragments = false;   // on IPv6 this and the offset insert a fragment header
  uint32_t fragment_offset = 0;  // bytes, a multiple of 8
  Bytes options = {};            // IPv4, a multiple of 4 bytes
  std::optional<uint16_t> length_field = std::nullopt;  // said instead of the true length
};

// Any protocol; `payload` is what follows the IP header. IPv6 extension headers are built by hand:
// their first number as `protocol`, their bytes at the start of `payload`.
Bytes ip(const Ip& ip, uint8_t protocol, const Bytes& payload);

// ---- TCP

struct Tcp {
  uint16_t src_port = 4096;
  uint16_t dst_port = 50498;
  uint32_t seq = 1;
  uint32_t ack = 1;
  uint8_t flags = tcp_flag::kAck;
  uint16_t window = 64;
  Bytes options = {};  // padded with NOPs to a multiple of 4
  uint32_t payload_bytes = 0;
};

Bytes tcp(const Ip& ip, const Tcp& tcp);

Bytes mss(uint16_t bytes);
Bytes window_scale(uint8_t shift);
Bytes sack_permitted();
Bytes timestamps(uint32_t value, uint32_t echo);
Bytes sack(const std::vector<std::pair<uint32_t, uint32_t>>& blocks);
// NOP NOP in front, as every system sends them outside SYNs.
Bytes aligned_timestamps(uint32_t value, uint32_t echo);
Bytes aligned_sack(const std::vector<std::pair<uint32_t, uint32_t>>& blocks);
// What a Linux SYN carries: MSS, SACK permitted, timestamps, NOP, window scale.
Bytes syn_options(uint16_t mss_bytes, uint8_t window_shift = 7, uint32_t ts_value = 1,
                  uint32_t ts_echo = 0);

// ---- UDP

struct Udp {
  uint16_t src_port = 51820;
  uint16_t dst_port = 51820;
  Bytes payload = {};
  std::optional<uint16_t> length_field = std::nullopt;  // said instead of the true length
};

Bytes udp(const Ip& ip, const Udp& udp);

// A WireGuard data message for an inner packet of this size: padded to 16 bytes, but never beyond
// the tunnel's MTU.
Bytes wireguard_data(uint32_t inner_bytes, uint32_t mtu = 1420);

// ---- ICMP: version 6 where the addresses are IPv6

// `rest` is the second 32-bit word of the header.
Bytes icmp(const Ip& ip, uint8_t type, uint8_t code, uint32_t rest, const Bytes& body);
Bytes echo_request(const Ip& ip, uint16_t id, uint16_t seq, uint32_t data_bytes);
Bytes echo_reply(const Ip& ip, uint16_t id, uint16_t seq, uint32_t data_bytes);
// Packet too big about `packet` (an IP packet), quoting at most `quoted_bytes` of it; by default as
// much as Linux quotes: 576 (IPv4) or 1280 (IPv6) bytes in all.
Bytes ptb(const Ip& ip, uint32_t mtu, const Bytes& packet,
          std::optional<size_t> quoted_bytes = std::nullopt);

// ---- Link layers around an IP packet (or anything, where an EtherType is given)

Bytes ethernet(const Bytes& ip_packet);
Bytes ethernet(uint16_t ether_type, const Bytes& payload);
// Ethernet with tags, outermost first, all 0x8100.
Bytes vlan(const std::vector<uint16_t>& ids, const Bytes& ip_packet);
// Zeros up to Ethernet's 60 bytes without FCS.
Bytes padded(Bytes ethernet_frame);
// packet_type: 0 to us, 3 to another host, 4 outgoing.
Bytes sll(const Bytes& ip_packet, uint16_t packet_type = 0);
Bytes sll2(const Bytes& ip_packet, uint8_t packet_type = 0, uint32_t ifindex = 2);
Bytes pppoe(uint16_t session, const Bytes& ip_packet);                  // from the PPPoE header on
Bytes mpls(const std::vector<uint32_t>& labels, const Bytes& payload);  // from the labels on

// ---- Tunnels: whole outer IP packets

struct Gre {
  std::optional<uint32_t> key = std::nullopt;
  std::optional<uint32_t> sequence = std::nullopt;
  bool checksum = false;
};

Bytes gre(const Ip& outer, uint16_t ether_type, const Bytes& payload, const Gre& options = {});
Bytes vxlan(const Ip& outer, uint32_t vni, const Bytes& ethernet_frame, uint16_t port = 4789);
Bytes geneve(const Ip& outer, uint32_t vni, uint16_t ether_type, const Bytes& payload,
             const Bytes& options = {});

// ---- Frames

struct Capture {
  Timestamp time = {};
  uint64_t number = 1;
  uint32_t interface = 0;
  uint32_t original_bytes = 0;  // 0: as many as there are
};

// The frame refers to `bytes`, which must outlive it and what is decoded from it.
Frame frame(const Bytes& bytes, uint16_t link_type, const Capture& capture = {});
Frame frame(Bytes&&, uint16_t, const Capture& = {}) = delete;

// 0x0800 or 0x86dd, by the version nibble.
uint16_t ethertype_of(const Bytes& ip_packet);

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_PACKET_BUILDER_H_
