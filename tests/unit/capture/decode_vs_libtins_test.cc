// libtins as an independent oracle: every packet of every recorded capture, decoded twice, gives
// the same text. What libtins 4.0 cannot do is left out one thing at a time, and counted:
//   - it has no SLL2 (its header is skipped by hand here), no PPP, no MPLS as link type
//   - it does not parse the transport of a first fragment, and no tunnel except IP in IP
//   - it throws on short quotes in ICMP errors
//   - it takes the captured size for the packet's: zeros stand for what the snaplen cut off
//   - ICMPv6::mtu() is not the MTU of a PTB
// MTUSCOPE_CAPTURES=DIR compares another folder.

#include <gtest/gtest.h>
#include <tins/loopback.h>
#include <tins/tins.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>

#include "capture/decode.h"
#include "capture/link_layer.h"
#include "capture/source.h"
#include "tests/support/packet_corpus.h"
#include "tests/support/packet_text.h"

namespace mtuscope {
namespace {

using PduPtr = std::unique_ptr<Tins::PDU>;

PduPtr parse_ip(std::span<const uint8_t> bytes) {
  const auto size = static_cast<uint32_t>(bytes.size());
  if (!bytes.empty() && bytes[0] >> 4 == 6) return std::make_unique<Tins::IPv6>(bytes.data(), size);
  return std::make_unique<Tins::IP>(bytes.data(), size);
}

// Null where libtins does not know the link type; throws what libtins throws.
PduPtr parse(uint16_t link_type, std::span<const uint8_t> bytes) {
  const auto size = static_cast<uint32_t>(bytes.size());
  switch (link_type) {
    case link_type::kEthernet:
      return std::make_unique<Tins::EthernetII>(bytes.data(), size);
    case link_type::kLinuxSll:
      return std::make_unique<Tins::SLL>(bytes.data(), size);
    case link_type::kNull:
      return std::make_unique<Tins::Loopback>(bytes.data(), size);
    case link_type::kRaw:
    case link_type::kIPv4:
    case link_type::kIPv6:
      return parse_ip(bytes);
    case link_type::kLinuxSll2:
      return bytes.size() > 20 ? parse_ip(bytes.subspan(20)) : nullptr;
    default:
      return nullptr;
  }
}

IpAddress address(const Tins::IPv4Address& a) { return *IpAddress::parse(a.to_string()); }
IpAddress address(const Tins::IPv6Address& a) { return *IpAddress::parse(a.to_string()); }

// What libtins sees, as a Packet. Starts as a copy of ours for the fields it has no notion of.
class Oracle {
 public:
  explicit Oracle(const Packet& ours) : packet_(ours), captured_payload_(ours.payload.size()) {}

  // Empty text: nothing to compare with, and `skipped` says why.
  std::string text(const Tins::PDU& pdu, std::string& skipped) {
    if (const auto* ip = pdu.find_pdu<Tins::IP>()) {
      read_ip(*ip);
    } else if (const auto* ip6 = pdu.find_pdu<Tins::IPv6>()) {
      read_ip6(*ip6);
    } else {
      return "not IP";
    }
    if (packet_.size.bytes == ip_header_bytes_) skipped = "length field 0";
    if (packet_.is_fragment) skipped = "fragment";
    if (!skipped.empty()) return {};
    packet_.src_port = packet_.dst_port = 0;
    if (const auto* tcp = pdu.find_pdu<Tins::TCP>()) {
      read_tcp(*tcp);
    } else if (const auto* udp = pdu.find_pdu<Tins::UDP>()) {
      read_udp(*udp);
    } else if (const auto* icmp = pdu.find_pdu<Tins::ICMP>()) {
      read_icmp(*icmp);
    } else if (const auto* icmp6 = pdu.find_pdu<Tins::ICMPv6>()) {
      read_icmp6(*icmp6);
    } else {
      // libtins may know the protocol (ESP, AH): its bytes stay ours.
      packet_.transport = Transport::kOther;
    }
    return to_text(packet_);
  }

 private:
  void read_ip(const Tins::IP& ip) {
    packet_.src = address(ip.src_addr());
    packet_.dst = address(ip.dst_addr());
    packet_.size = IpSize{ip.tot_len()};
    packet_.protocol = ip.protocol();
    packet_.ttl = ip.ttl();
    packet_.ecn = ip.tos() & 3;
    packet_.dont_fragment = ip.flags() & Tins::IP::DONT_FRAGMENT;
    packet_.more_fragments = ip.flags() & Tins::IP::MORE_FRAGMENTS;
    packet_.fragment_offset = ip.fragment_offset() * 8u;
    packet_.is_fragment = packet_.more_fragments || packet_.fragment_offset != 0;
    packet_.ip_id = ip.id();
    ip_header_bytes_ = ip.header_size();
    if (ip.tot_len() == 0) packet_.size = IpSize{ip_header_bytes_};
  }

  void read_ip6(const Tins::IPv6& ip) {
    packet_.src = address(ip.src_addr());
    packet_.dst = address(ip.dst_addr());
    packet_.size = IpSize{40u + ip.payload_length()};
    packet_.ttl = ip.hop_limit();
    packet_.ecn = ip.traffic_class() & 3;
    ip_header_bytes_ = ip.header_size();
    if (ip.search_header(Tins::IPv6::FRAGMENT) != nullptr) packet_.is_fragment = true;
  }

  void set_payload(uint32_t transport_header_bytes, const Tins::RawPDU* raw) {
    packet_.payload_bytes = packet_.size.bytes - ip_header_bytes_ - transport_header_bytes;
    packet_.payload = {};
    if (raw == nullptr) return;
    // What libtins read of the zeros that stand for bytes not captured does not count.
    const size_t captured = std::min(raw->payload().size(), captured_payload_);
    packet_.payload = {raw->payload().data(), captured};
  }

  void read_tcp(const Tins::TCP& tcp) {
    packet_.transport = Transport::kTcp;
    packet_.src_port = tcp.sport();
    packet_.dst_port = tcp.dport();
    TcpHeader& header = packet_.tcp;
    const bool cut = header.options_cut;
    header = TcpHeader{};
    header.options_cut = cut;
    header.seq = SeqNumber{tcp.seq()};
    header.ack = SeqNumber{tcp.ack_seq()};
    header.window = tcp.window();
    header.flags = static_cast<uint8_t>(tcp.flags());
    header.header_bytes = static_cast<uint8_t>(tcp.data_offset() * 4);
    header.checksum = tcp.checksum();
    using Kind = Tins::TCP::OptionTypes;
    const bool syn = header.flags & tcp_flag::kSyn;
    if (syn && tcp.search_option(Kind::MSS)) header.mss = Mss{tcp.mss()};
    if (syn && tcp.search_option(Kind::WSCALE)) header.window_scale = tcp.winscale();
    if (syn) header.sack_permitted = tcp.has_sack_permitted();
    if (tcp.search_option(Kind::TSOPT)) {
      header.has_timestamps = true;
      std::tie(header.ts_val, header.ts_ecr) = tcp.timestamp();
    }
    if (tcp.search_option(Kind::SACK)) {
      const std::vector<uint32_t> edges = tcp.sack();
      header.sack_count = static_cast<uint8_t>(edges.size() / 2);
      for (size_t i = 0; i + 1 < edges.size(); i += 2) {
        header.sack.at(i / 2) = {SeqNumber{edges[i]}, SeqNumber{edges[i + 1]}};
      }
    }
    set_payload(header.header_bytes, tcp.find_pdu<Tins::RawPDU>());
  }

  void read_udp(const Tins::UDP& udp) {
    packet_.transport = Transport::kUdp;
    packet_.src_port = udp.sport();
    packet_.dst_port = udp.dport();
    set_payload(8, udp.find_pdu<Tins::RawPDU>());
    if (udp.length() != 0) packet_.payload_bytes = udp.length() - 8u;
  }

  // Quotes stay ours: libtins keeps them as bytes.
  void read_icmp(const Tins::ICMP& icmp) {
    packet_.transport = Transport::kIcmp;
    packet_.icmp.type = static_cast<uint8_t>(icmp.type());
    packet_.icmp.code = icmp.code();
    if (icmp.type() == Tins::ICMP::ECHO_REQUEST || icmp.type() == Tins::ICMP::ECHO_REPLY) {
      packet_.icmp.echo_id = icmp.id();
      packet_.icmp.echo_seq = icmp.sequence();
    }
    packet_.icmp.is_ptb = icmp.type() == Tins::ICMP::DEST_UNREACHABLE && icmp.code() == 4;
    if (packet_.icmp.is_ptb) packet_.icmp.ptb_mtu = IpSize{icmp.mtu()};
  }

  void read_icmp6(const Tins::ICMPv6& icmp) {
    packet_.transport = Transport::kIcmp;
    packet_.icmp.type = static_cast<uint8_t>(icmp.type());
    packet_.icmp.code = icmp.code();
    if (icmp.type() == Tins::ICMPv6::ECHO_REQUEST || icmp.type() == Tins::ICMPv6::ECHO_REPLY) {
      packet_.icmp.echo_id = icmp.identifier();
      packet_.icmp.echo_seq = icmp.sequence();
    }
  }

  Packet packet_;
  size_t captured_payload_;
  uint32_t ip_header_bytes_ = 0;
};

// How many packets were compared, and why the others were not.
struct Tally {
  uint64_t compared = 0;
  std::map<std::string, uint64_t> skipped;
};

void compare(const Frame& frame, Tally& tally) {
  Packet ours;
  const Undecoded reason = decode(frame, ours);
  const bool whole = frame.bytes.size() == frame.original_bytes;
  if (reason != Undecoded::kNone && reason != Undecoded::kNotIp) {
    // Recorded packets are well-formed: only the snaplen may stop us.
    EXPECT_FALSE(whole) << to_string(reason);
    ++tally.skipped[std::string(to_string(reason))];
    return;
  }
  if (reason == Undecoded::kNone && ours.tunnel_count > 0) {
    ++tally.skipped["tunnel"];
    return;
  }
  if (reason == Undecoded::kNone && ours.transport == Transport::kTcp && ours.tcp.options_cut &&
      !whole) {
    ++tally.skipped["options cut by the snaplen"];
    return;
  }
  const std::string text = reason == Undecoded::kNone ? to_text(ours) : "not IP";
  std::string skipped;
  std::string theirs;
  try {
    std::vector<uint8_t> bytes(frame.bytes.begin(), frame.bytes.end());
    bytes.resize(std::max<size_t>(bytes.size(), frame.original_bytes));
    const PduPtr pdu = parse(frame.link_type, bytes);
    if (pdu == nullptr) {
      skipped = "link type";
    } else {
      theirs = Oracle(ours).text(*pdu, skipped);
    }
  } catch (const Tins::exception_base& error) {
    const bool quote = ours.transport == Transport::kIcmp && ours.icmp.is_error;
    EXPECT_TRUE(quote) << "libtins: " << error.what() << "; ours: " << text;
    skipped = "quote";
  }
  if (!skipped.empty()) {
    ++tally.skipped[skipped];
    return;
  }
  EXPECT_EQ(text, theirs);
  ++tally.compared;
}

void report(const Tally& tally) {
  std::string text = "compared " + std::to_string(tally.compared);
  for (const auto& [why, count] : tally.skipped) {
    text += ", skipped " + std::to_string(count) + " (" + why + ")";
  }
  std::printf("%s\n", text.c_str());
}

std::vector<std::string> captures() {
  const char* elsewhere = std::getenv("MTUSCOPE_CAPTURES");
  const std::filesystem::path folder = elsewhere
                                           ? std::filesystem::path(elsewhere)
                                           : std::filesystem::path(MTUSCOPE_SOURCE_DIR) / "pcaps";
  std::vector<std::string> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().find(".pcap") == std::string::npos) continue;
    paths.push_back(entry.path().string());
  }
  return paths;
}

TEST(DecodeVsLibtins, RecordedCapturesAreReadTheSame) {
  const std::vector<std::string> paths = captures();
  if (paths.empty()) GTEST_SKIP() << "no captures";
  Tally tally;
  for (const std::string& path : paths) {
    const std::unique_ptr<FrameSource> source = open_captures({path}, {});
    Frame frame;
    while (source->next(frame)) {
      SCOPED_TRACE(path + " frame " + std::to_string(frame.number.value));
      compare(frame, tally);
      if (HasFatalFailure() || HasNonfatalFailure()) return report(tally);
    }
  }
  report(tally);
  EXPECT_GT(tally.compared, 0u);
}

TEST(DecodeVsLibtins, BuiltPacketsAreReadTheSame) {
  Tally tally;
  for (const CorpusPacket& c : packet_corpus()) {
    if (c.name.rfind("valid-", 0) != 0) continue;
    SCOPED_TRACE(c.name);
    compare(build::frame(c.bytes, c.link_type), tally);
  }
  report(tally);
  EXPECT_GT(tally.compared, 10u);
}

}  // namespace
}  // namespace mtuscope
