// TCP SYNs that carry data, and what answers them: the identity of TCP probes. Pure.
//
// All probes of a flow have the same addresses and ports, so that routers which share the load by
// flow send all of them the same way. They differ in their initial sequence number (ISN), which is
// how answers are told apart (RFC 9293 3.10.7):
// - a closed port answers RST with ACK = ISN + 1 + data: it names the size that arrived;
// - an open port answers SYN-ACK with ACK = ISN + 1, or ISN + 1 + data if it takes the data (TCP
//   Fast Open, RFC 7413).
// ISNs begin at a random number and are chosen so that no two probes share one of these numbers.
// They grow by about a packet at a time: to a firewall, and to a server that holds one of them half
// open, the next is within the window. Linux then answers in turn SYN-ACK and RST (tcp_check_req).
//
// Others hold on to the first SYN of a port pair and answer the next ones with what it was
// (challenge ACK, RFC 5961 4), until our host's RST gets there. Answers that name nothing new are
// counted; after a few, every probe gets the next of a set of source ports. Routers may then take
// probes different ways.

#ifndef MTUSCOPE_PROBES_SYN_CODEC_H_
#define MTUSCOPE_PROBES_SYN_CODEC_H_

#include <cstdint>
#include <optional>
#include <span>
#include <unordered_map>
#include <vector>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/probe_record.h"
#include "probes/probe_tag.h"
#include "probes/transport.h"

namespace mtuscope {

// The TCP header of a probe: with an MSS option, without which firewalls may refuse a SYN.
inline constexpr uint32_t kSynHeaderBytes = kTcpHeaderBytes + 4;

class SynCodec {
 public:
  // `source_ports`: at least one; all but the first are for servers that confuse probes.
  SynCodec(const IpAddress& source, std::vector<uint16_t> source_ports, const Endpoint& target,
           ProbeTags tags = ProbeTags());

  // The segment of an IP packet of this size, which is at least kSynHeaderBytes and the IP header.
  std::span<const uint8_t> segment(ProbeId id, IpSize size);

  // `segment` begins with the TCP header: which probe it proves to have arrived.
  std::optional<ProbeId> match_reply(std::span<const uint8_t> segment);
  // `quote`: what an ICMP error quotes of a probe, from its TCP header on: at least 8 bytes.
  std::optional<ProbeId> match_quote(std::span<const uint8_t> quote) const;

  // Of all probes, until spreads().
  FlowIdentity flow() const { return {source_ports_.front(), target_.port, 0}; }
  // The server confuses probes: source ports are used in turn.
  bool spreads() const { return confusions_ >= kConfusions; }

 private:
  struct Sent {
    SeqNumber isn;
    uint16_t source_port = 0;
    bool tagged = false, answered = false;
  };
  static constexpr uint32_t kConfusions = 3;

  SeqNumber choose_isn(uint32_t data) const;
  void remember(ProbeId id, uint32_t data);

  IpAddress source_;
  std::vector<uint16_t> source_ports_;
  Endpoint target_;
  ProbeTags tags_;
  SeqNumber next_isn_;
  std::vector<Sent> sent_;  // by id
  std::unordered_map<uint32_t, ProbeId> by_isn_, by_ack_;
  uint32_t confusions_ = 0;
  std::vector<uint8_t> payload_, packet_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_SYN_CODEC_H_
