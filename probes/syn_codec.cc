#include "probes/syn_codec.h"

#include <tins/ip.h>
#include <tins/ipv6.h>
#include <tins/rawpdu.h>
#include <tins/tcp.h>

#include <cassert>
#include <utility>

#include "capture/wire_bytes.h"

namespace mtuscope {
namespace {

// Of an ordinary client: an Ethernet behind it, and as large a window as needs no scaling.
constexpr IpSize kLinkMtu{1500};
constexpr uint16_t kWindow = 65535;
// From one ISN to the next: what is a few bytes off names no other probe, and a round's probes stay
// within 64 KiB.
constexpr uint32_t kLeastStep = 256, kStepSpread = 1024;
constexpr uint8_t kAckFlag = 0x10;
constexpr size_t kQuotedBytes = 8;  // ports and sequence number (RFC 792)

template <typename Ip, typename Address>
std::vector<uint8_t> serialize(const IpAddress& source, const IpAddress& target, Tins::TCP& tcp,
                               const std::vector<uint8_t>& payload) {
  Ip packet = Ip(Address(to_string(target)), Address(to_string(source))) / tcp;
  if (!payload.empty()) packet /= Tins::RawPDU(payload);
  return packet.serialize();
}

}  // namespace

SynCodec::SynCodec(const IpAddress& source, std::vector<uint16_t> source_ports,
                   const Endpoint& target, ProbeTags tags)
    : source_(source),
      source_ports_(std::move(source_ports)),
      target_(target),
      tags_(std::move(tags)),
      next_isn_{static_cast<uint32_t>(tags_.random())} {
  assert(!source_ports_.empty());
}

// The next one whose answers cannot be taken for those of another probe.
SeqNumber SynCodec::choose_isn(uint32_t data) const {
  SeqNumber isn = next_isn_;
  while (by_ack_.contains((isn + 1).value) || by_ack_.contains((isn + 1 + data).value)) {
    isn = isn + 1;
  }
  return isn;
}

void SynCodec::remember(ProbeId id, uint32_t data) {
  if (id >= sent_.size()) sent_.resize(id + 1);
  const SeqNumber isn = choose_isn(data);
  next_isn_ = isn + kLeastStep + static_cast<uint32_t>(tags_.random() % kStepSpread);
  by_isn_[isn.value] = id;
  by_ack_[(isn + 1).value] = id;
  by_ack_[(isn + 1 + data).value] = id;
  sent_[id] = {.isn = isn,
               .source_port = source_ports_[spreads() ? id % source_ports_.size() : 0],
               .tagged = data >= kTagBytes};
}

std::span<const uint8_t> SynCodec::segment(ProbeId id, IpSize size) {
  const IpFamily family = target_.address.family;
  assert(size.bytes >= ip_header_bytes(family) + kSynHeaderBytes);
  payload_.assign(size.bytes - ip_header_bytes(family) - kSynHeaderBytes, 0);
  remember(id, static_cast<uint32_t>(payload_.size()));
  if (sent_[id].tagged) tags_.write(id, payload_);

  Tins::TCP tcp(target_.port, sent_[id].source_port);
  tcp.seq(sent_[id].isn.value);
  tcp.flags(Tins::TCP::SYN);
  tcp.window(kWindow);
  tcp.mss(static_cast<uint16_t>(mss_for_mtu(kLinkMtu, family).bytes));
  packet_ = family == IpFamily::kIPv4
                ? serialize<Tins::IP, Tins::IPv4Address>(source_, target_.address, tcp, payload_)
                : serialize<Tins::IPv6, Tins::IPv6Address>(source_, target_.address, tcp, payload_);
  assert(packet_.size() == size.bytes);
  return std::span<const uint8_t>(packet_).subspan(ip_header_bytes(family));
}

std::optional<ProbeId> SynCodec::match_reply(std::span<const uint8_t> segment) {
  if (segment.size() < kTcpHeaderBytes || (segment[13] & kAckFlag) == 0) return std::nullopt;
  if (load_be16(&segment[0]) != target_.port) return std::nullopt;
  const auto found = by_ack_.find(load_be32(&segment[8]));
  if (found == by_ack_.end()) {
    // Of an older connection with this port pair, or nothing of ours.
    confusions_ += load_be16(&segment[2]) == source_ports_.front();
    return std::nullopt;
  }
  Sent& sent = sent_[found->second];
  if (load_be16(&segment[2]) != sent.source_port) return std::nullopt;
  confusions_ += sent.answered;
  sent.answered = true;
  return found->second;
}

std::optional<ProbeId> SynCodec::match_quote(std::span<const uint8_t> quote) const {
  if (quote.size() < kQuotedBytes) return std::nullopt;
  const auto found = by_isn_.find(load_be32(&quote[4]));
  if (found == by_isn_.end()) return std::nullopt;
  const Sent& sent = sent_[found->second];
  if (load_be16(&quote[0]) != sent.source_port || load_be16(&quote[2]) != target_.port) {
    return std::nullopt;
  }
  if (sent.tagged && quote.size() > kSynHeaderBytes &&
      !tags_.may_be(found->second, quote.subspan(kSynHeaderBytes))) {
    return std::nullopt;
  }
  return found->second;
}

}  // namespace mtuscope
