// Packets inside packets: GRE, VXLAN, Geneve, IP in IP; and WireGuard seen from outside, whose
// inside nobody can see. decode() asks here after every packet that could be one; when the inside
// turns out to be none, the outer packet stands as it is.

#ifndef MTUSCOPE_CAPTURE_TUNNEL_H_
#define MTUSCOPE_CAPTURE_TUNNEL_H_

#include <cstddef>
#include <cstdint>

#include "capture/link_layer.h"
#include "capture/packet.h"
#include "capture/wire_bytes.h"

namespace mtuscope {

// What a WireGuard data message adds to the padded inner packet: type and receiver 8, counter 8,
// tag 16 (https://www.wireguard.com/protocol/). A keepalive is just that.
inline constexpr uint32_t kWireGuardMessageBytes = 32;
// The inner packet is padded to this, but never beyond the tunnel's MTU
// (drivers/net/wireguard/send.c, calculate_skb_padding).
inline constexpr uint32_t kWireGuardPadding = 16;

// Appends a layer, addresses and size left alone. False when there is no room.
bool push_tunnel(Packet& packet, TunnelKind kind, uint32_t id);

// Whether protocol or ports say that `packet` may carry another packet. Fragments do not count:
// what they carry is not whole, and they must stay visible as fragments.
bool may_be_tunnel(const Packet& packet);

// Takes the tunnel header off: `ip_payload` is what follows the (outer) IP header of `packet`.
// Appends the layer, with the outer addresses and size, and gives the inner packet. False when it
// is no tunnel after all or there is no room; the caller then restores tunnel_count.
bool strip_tunnel(WireBytes ip_payload, Packet& packet, NetworkLayer& inner);

// WireGuard messages by type and length (https://www.wireguard.com/protocol/): initiation 148,
// response 92, cookie 64, data 32 + a multiple of 16 or + the tunnel's MTU. `datagram_bytes` is the
// length of the whole UDP payload, of which `payload` may be only a part.
bool has_wireguard_shape(WireBytes payload, uint32_t datagram_bytes);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_TUNNEL_H_
