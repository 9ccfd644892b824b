#include "analysis/advice/next_step.h"

#include <fmt/format.h>

namespace mtuscope {
namespace {

std::string look_at_service(const Finding& finding) {
  if (finding.flows.empty()) return "look for the route, the firewall or the host";
  const FlowDirection& flow = finding.flows.front();
  return fmt::format("on {}: mtuscope doctor --port {} {}, which looks at route, firewall and host",
                     to_string(flow.src.address), flow.dst.port, to_string(flow.dst.address));
}

}  // namespace

std::string next_step(const Finding& finding) {
  if (finding.severity == Severity::kInfo) return {};
  switch (finding.kind) {
    case FindingKind::kPtbSuspect:
      return "look at the MTU that the reporter has for this path, and whether a NAT on the way "
             "translates what ICMP errors quote (RFC 5508 4)";
    case FindingKind::kFragmentLoss:
      return "make the datagrams smaller (a smaller tunnel MTU; for DNS, an EDNS buffer size of "
             "1232), or let fragments pass the firewall";
    case FindingKind::kRandomLoss:
      return "no MTU helps: look at the link, and at queues and rate limits where the losses come "
             "under load";
    case FindingKind::kZeroWindow:
      return fmt::format("look at the program{} that reads, not at the network",
                         finding.dst ? " on " + to_string(*finding.dst) : "");
    case FindingKind::kPathOutage:
      // A suspected one may have been a limit that came and went.
      return std::string(finding.confidence == Confidence::kConfirmed ? "no MTU helps: " : "") +
             "see what happened to links, routes and tunnels at these times";
    case FindingKind::kDataUndelivered:
      return "no MTU helps: look for a firewall, NAT or proxy that drops it (of connections that "
             "were idle, TCP keepalives below its timeout help); captures of both ends, given to "
             "mtuscope analyze together, show where";
    case FindingKind::kSynUnanswered:
      return look_at_service(finding);
    case FindingKind::kDnsUnanswered:
      return "look at the server, its firewall and the route; where large answers are what is "
             "lost, set the EDNS buffer size to 1232 at resolver and server, and let DNS over TCP "
             "pass (RFC 9715, RFC 7766)";
    default:
      return {};
  }
}

}  // namespace mtuscope
