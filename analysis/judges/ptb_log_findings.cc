#include "analysis/judges/ptb_log_findings.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/evidence/evidence_text.h"
#include "capture/ip.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxFindings = 32;

// "TCP 10.9.0.2:4096 -> 10.9.0.1:50498", "UDP ...", "a GRE packet ...".
std::string quoted(const IcmpQuote& q) {
  if (!q.present) return "no packet";
  const std::string ends = fmt::format("{} -> {}", to_string(q.src), to_string(q.dst));
  const std::string with_ports =
      q.ports_present ? fmt::format("{} -> {}", to_string(Endpoint{q.src, q.src_port}),
                                    to_string(Endpoint{q.dst, q.dst_port}))
                      : ends;
  switch (q.protocol) {
    case ip_protocol::kTcp:
      return "TCP " + with_ports;
    case ip_protocol::kUdp:
      return "UDP " + with_ports;
    case ip_protocol::kSctp:
      return "SCTP " + with_ports;
    case ip_protocol::kIcmp:
    case ip_protocol::kIcmpV6:
      return "ICMP " + ends;
    case ip_protocol::kGre:
      return "GRE " + ends;
    case ip_protocol::kIPv4:
    case ip_protocol::kIPv6:
      return "IP in IP " + ends;
    case ip_protocol::kEsp:
      return "ESP " + ends;
    default:
      return fmt::format("IP protocol {} {}", q.protocol, ends);
  }
}

// Packets that carry packets: what is said about them concerns the path of the tunnel.
bool is_tunnel(const IcmpQuote& q) {
  constexpr std::array<uint16_t, 5> kTunnelPorts{4789, 8472, 6081, 51820, 4500};
  if (q.protocol == ip_protocol::kUdp) {
    return q.ports_present && std::ranges::any_of(kTunnelPorts, [&](uint16_t port) {
             return q.src_port == port || q.dst_port == port;
           });
  }
  return q.protocol == ip_protocol::kGre || q.protocol == ip_protocol::kIPv4 ||
         q.protocol == ip_protocol::kIPv6 || q.protocol == ip_protocol::kEsp;
}

std::string reason(const PtbGroup& g) {
  const PtbNotice& n = g.notice;
  switch (g.fault) {
    case PtbFault::kNoMtu:
      return "it says an MTU of 0, as routers older than RFC 1191 do: the sender can only guess";
    case PtbFault::kBelowMinimum:
      return n.to.family == IpFamily::kIPv4
                 ? fmt::format("its MTU of {} is below the 68 bytes that every IPv4 link carries",
                               n.mtu.bytes)
                 : fmt::format(
                       "its MTU of {} is below the 1280 bytes that every IPv6 link carries, "
                       "so the sender discards it",
                       n.mtu.bytes);
    case PtbFault::kNotSmaller:
      return fmt::format(
          "its MTU of {} is not smaller than the packet of {} bytes that it is about", n.mtu.bytes,
          n.quote.size.bytes);
    case PtbFault::kNeverSent:
      return "it quotes bytes that the flow never sent";
    case PtbFault::kElsewhere:
      return fmt::format("it was sent to {}, but the packet that it quotes came from {}",
                         to_string(n.to), to_string(n.quote.src));
    case PtbFault::kNone:
      break;
  }
  return {};
}

// What else it can be, and what the sender makes of it.
std::string consequence(const PtbGroup& g) {
  switch (g.fault) {
    case PtbFault::kNoMtu:
      return "RFC 1191 section 7.1 gives the sizes to try (1492, 1006, 508, ...); Linux goes down "
             "to 552 bytes and clears DF";
    case PtbFault::kBelowMinimum:
      return g.notice.to.family == IpFamily::kIPv4
                 ? "Linux goes down to 552 bytes at most, and clears DF"
                 : "RFC 8201 section 4: a node must not go below 1280";
    case PtbFault::kNotSmaller:
      return "a smaller packet is not what would have helped; often a tunnel endpoint that reports "
             "the MTU of the link instead of the tunnel's";
    case PtbFault::kNeverSent:
      return "a forgery, or a firewall on the way that changes sequence numbers; hosts ignore it "
             "(RFC 5927 4.1)";
    case PtbFault::kElsewhere:
      return "a forgery, or a NAT that translates the message but not what it quotes; the host "
             "can't match it to a connection";
    case PtbFault::kNone:
      break;
  }
  return {};
}

Finding about(const PtbGroup& g) {
  const PtbNotice& n = g.notice;
  Finding f;
  f.src = n.quote.present ? n.quote.src : n.to;
  if (n.quote.present) f.dst = n.quote.dst;
  if (g.flow) {
    f.src = g.flow->src.address;
    f.dst = g.flow->dst.address;
  }
  f.confidence = Confidence::kConfirmed;
  f.reporter = n.reporter;
  f.first_time = n.time;
  f.last_time = g.last;
  if (g.flow) {
    f.flows.push_back(*g.flow);
    f.flow_count = 1;
  }
  list_frames({g.frames.begin(), g.frames.end()}, f);
  return f;
}

std::string times(uint64_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

void say_rewritten(const PtbGroup& g, Finding& f) {
  if (!g.rewritten) return;
  f.evidence_for.push_back(fmt::format(
      "the quoted bytes are those of {}: a NAT changed the quote, and the host can't match it",
      describe(*g.flow)));
}

}  // namespace

std::vector<Finding> suspect_ptbs(const PtbLog& log, bool complete) {
  std::vector<Finding> findings;
  for (const PtbGroup& g : log.groups()) {
    if (g.fault == PtbFault::kNone || (g.fault == PtbFault::kNeverSent && !complete)) continue;
    if (findings.size() >= kMaxFindings) break;
    Finding f = about(g);
    f.kind = FindingKind::kPtbSuspect;
    f.severity = Severity::kWarning;
    f.explanation = fmt::format("A packet-too-big message from {} cannot be right: {}.",
                                to_string(g.notice.reporter), reason(g));
    f.evidence_for.push_back(fmt::format("seen {} ({}), quoting {}", times(g.count),
                                         describe_frames(f.frames), quoted(g.notice.quote)));
    if (g.rewritten) {
      say_rewritten(g, f);
    } else {
      f.evidence_for.push_back(consequence(g));
    }
    findings.push_back(std::move(f));
  }
  return findings;
}

std::vector<Finding> unfollowed_ptbs(const PtbLog& log) {
  std::vector<Finding> findings;
  for (const PtbGroup& g : log.groups()) {
    if (g.fault != PtbFault::kNone) continue;
    if (findings.size() >= kMaxFindings) break;
    const IcmpQuote& q = g.notice.quote;
    Finding f = about(g);
    f.kind = FindingKind::kNotTested;
    f.severity = Severity::kInfo;
    f.pmtu = g.notice.mtu;
    f.explanation = fmt::format(
        "{} told {} that {} may have {} bytes; it quoted {}, so whether that was obeyed is not "
        "known.",
        to_string(g.notice.reporter), to_string(g.notice.to),
        q.present ? "packets to " + to_string(q.dst) : std::string("its packets"),
        g.notice.mtu.bytes, quoted(q));
    f.evidence_for.push_back(
        fmt::format("seen {} ({})", times(g.count), describe_frames(f.frames)));
    if (is_tunnel(q)) {
      f.evidence_for.push_back(
          "the quoted packet carries others: this is the limit of the path below the tunnel, whose "
          "own MTU is smaller by the encapsulation");
    }
    say_rewritten(g, f);
    findings.push_back(std::move(f));
  }
  return findings;
}

}  // namespace mtuscope
