#include "cli/json_parts.h"

#include <string_view>
#include <utility>

#include "analysis/advice/next_step.h"
#include "capture/link_name.h"
#include "capture/tunnel_words.h"
#include "cli/doctor_checks.h"
#include "cli/flows_text.h"
#include "cli/time_format.h"

namespace mtuscope {

Json json(IpSize size) { return size.bytes == 0 ? Json() : Json(size.bytes); }
Json json(Mss mss) { return mss.bytes == 0 ? Json() : Json(mss.bytes); }
Json json(Timestamp time) { return rfc3339(time); }
Json json(const IpAddress& address) { return to_string(address); }
Json json(const Endpoint& endpoint) { return to_string(endpoint); }
Json json(double number) { return number; }
Json json(uint64_t number) { return number; }
Json json(uint32_t number) { return number; }
Json json(const std::string& text) { return text; }

Json json(const Recovery& recovery) {
  return {{"size", json(recovery.size)},
          {"time", json(recovery.time)},
          {"after_ms", milliseconds(recovery.after)},
          {"df_cleared", recovery.df_cleared},
          {"stack", recovery.stack ? Json(to_string(*recovery.stack)) : Json()}};
}

Json json(const Hop& hop) {
  return {{"ttl", hop.ttl}, {"address", hop.address ? json(*hop.address) : Json()}};
}

Json json(const PtbReport& ptb) {
  return {{"reporter", json(ptb.reporter)}, {"mtu", ptb.mtu.bytes}};
}

Json json(const Bracket& bracket) {
  return {{"lower", json(bracket.lower)}, {"upper", json(bracket.upper)}};
}

Json json(const FlowDirection& flow) { return {{"src", json(flow.src)}, {"dst", json(flow.dst)}}; }

Json json(const PathTunnel& tunnel) {
  const TunnelLayer& layer = tunnel.layer;
  const bool ip = has_outer_ip(layer.kind);
  return {{"kind", to_string(layer.kind)},
          {"src", ip ? json(layer.outer_src) : Json()},
          {"dst", ip ? json(layer.outer_dst) : Json()},
          {"id", layer.id == 0 ? Json() : Json(layer.id)},
          {"overhead", tunnel.bytes == 0 ? Json() : Json(tunnel.bytes)}};
}

Json json(const SizeCount& size) {
  return {{"size", json(size.size)}, {"sent", size.sent}, {"delivered", size.delivered}};
}

Json json(const Fix& fix) {
  return {{"system", fix.system},
          {"where", fix.where},
          {"change", fix.change},
          {"rollback", fix.rollback.empty() ? Json() : Json(fix.rollback)}};
}

Json json(const InterfaceInfo& interface) {
  return {{"name", json(interface.name)},
          {"link_type", interface.link_name},
          {"snaplen", interface.snaplen == 0 ? Json() : Json(interface.snaplen)},
          {"filter_problem",
           interface.filter_problem.empty() ? Json() : Json(interface.filter_problem)}};
}

Json json(FrameRef frame) {
  if (!frame) return Json();
  return {{"source", frame.source()}, {"frame", frame.frame().value}};
}

Json json(const Stall& stall) {
  return {{"cause", to_string(stall.cause)},
          {"src", json(stall.flow.src)},
          {"dst", json(stall.flow.dst)},
          {"first_time", json(stall.begin)},
          {"last_time", json(stall.end)},
          {"waited_ms", milliseconds(stall.waited)},
          {"ended", stall.ended},
          {"answer", stall.answer},
          {"size", json(stall.size)},
          {"times", stall.times == 0 ? Json() : Json(stall.times)},
          {"before", json(stall.before)},
          {"after", json(stall.after)},
          {"explanation", stall_words(stall)}};
}

Json json(const SourceInfo& source) {
  return {{"path", source.path},
          {"format", source.format},
          {"packets", source.packets},
          {"bytes", source.bytes},
          {"filtered_out", source.filtered_out},
          {"first_time", json(source.first_time)},
          {"last_time", json(source.last_time)},
          {"interfaces", array_of(source.interfaces)},
          {"truncated", source.truncated},
          {"damage", source.damage.empty() ? Json() : Json(source.damage)},
          {"dropped", json(source.dropped)},
          {"time_reversals", source.time_reversals}};
}

Json json(const Located& located) {
  return {{"from", json(located.from)},
          {"to", json(located.to)},
          {"where", located.where},
          {"entered", located.entered},
          {"came_out", located.came_out}};
}

Json json(const Finding& finding) {
  Json frames = Json::array();
  for (const FrameNumber frame : finding.frames) frames.push_back(frame.value);
  const std::string next = next_step(finding);
  return {{"kind", to_string(finding.kind)},
          {"severity", to_string(finding.severity)},
          {"confidence", to_string(finding.confidence)},
          {"chance", json(finding.chance)},
          {"src", json(finding.src)},
          {"dst", json(finding.dst)},
          {"flows", array_of(finding.flows)},
          {"flow_count", finding.flow_count},
          {"vantage", to_string(finding.vantage)},
          {"interface", json(finding.interface)},
          {"bracket", json(finding.bracket)},
          {"pmtu", json(finding.pmtu)},
          {"clamped", json(finding.clamped)},
          {"reporter", json(finding.reporter)},
          {"recovered", json(finding.recovered)},
          {"located", json(finding.located)},
          {"first_time", json(finding.first_time)},
          {"last_time", json(finding.last_time)},
          {"source", finding.source},
          {"frames", std::move(frames)},
          {"explanation", finding.explanation},
          {"evidence_for", finding.evidence_for},
          {"evidence_against", finding.evidence_against},
          {"next_step", next.empty() ? Json() : Json(next)}};
}

Json json(const PathReport& path) {
  return {{"src", json(path.src)},
          {"dst", json(path.dst)},
          {"flows", path.flows},
          {"bracket", json(path.bracket)},
          {"interface_mtu", json(path.announced_mtu)},
          {"tunnels", array_of(path.tunnels)},
          {"sizes", array_of(path.sizes)}};
}

Json json(const FlowReport& flow) {
  return {{"src", json(flow.ends[0])},
          {"dst", json(flow.ends[1])},
          {"state", to_string(flow.state)},
          {"reset_by", flow.reset_by ? json(flow.ends[*flow.reset_by]) : Json()},
          {"first_time", json(flow.first_time)},
          {"last_time", json(flow.last_time)},
          {"bytes_sent", flow.bytes[0]},
          {"bytes_received", flow.bytes[1]},
          {"repeated_sent", flow.repeated[0]},
          {"repeated_received", flow.repeated[1]},
          {"waited_ms", milliseconds(flow.waited)},
          {"stuck_bytes", flow.stuck_bytes.empty() ? Json() : Json(flow.stuck_bytes)},
          {"stalls_total", flow.stalls_total},
          {"stalls", array_of(flow.stalls)}};
}

Json json(const OuterTunnel& tunnel) {
  return {{"kind", "wireguard"},
          {"src", json(tunnel.src)},
          {"dst", json(tunnel.dst)},
          {"packets", tunnel.packets},
          {"largest", json(tunnel.largest)},
          {"interface", json(tunnel.interface)}};
}

Json json(const PointReport& point) {
  return {{"name", point.name}, {"sources", point.sources}, {"packets", point.packets}};
}

Json json(const CrossedSize& size) {
  return {{"size", json(size.size)},
          {"entered", size.entered},
          {"came_out", size.came_out},
          {"not_recorded", size.not_recorded}};
}

Json json(const CrossedDirection& direction) {
  return {{"from", direction.from},
          {"to", direction.to},
          {"order_known", direction.order_known},
          {"src", json(direction.src)},
          {"dst", json(direction.dst)},
          {"src_at_to", json(direction.src_at_to)},
          {"dst_at_to", json(direction.dst_at_to)},
          {"sizes", array_of(direction.sizes)},
          {"only_at_to", direction.only_at_to},
          {"super_packets", direction.super_packets}};
}

Json json(const Between& between) {
  const std::optional<ClockOffset>& clock = between.clock;
  const std::optional<Duration>& round_trip = between.round_trip;
  return {{"a", between.a},
          {"b", between.b},
          {"matched", between.matched},
          {"other_flows", between.other_flows},
          {"outside", between.outside},
          {"given_up", between.given_up},
          {"same_clock", between.same_clock},
          {"clock_ahead_ms", clock ? Json(milliseconds(clock->ahead)) : Json()},
          {"clock_uncertainty_ms", clock ? Json(milliseconds(clock->uncertainty)) : Json()},
          {"round_trip_ms", round_trip ? Json(milliseconds(*round_trip)) : Json()},
          {"directions", array_of(between.directions)}};
}

Json json(const Recommendation& recommendation) {
  return {
      {"scope", recommendation.scope},
      {"mtu", json(recommendation.mtu)},
      {"mss_ipv4", json(recommendation.mss_ipv4)},
      {"mss_ipv6", json(recommendation.mss_ipv6)},
      {"exact", recommendation.certainty == Certainty::kExact},
      {"certainty", to_string(recommendation.certainty)},
      {"basis", recommendation.basis},
      {"arithmetic", recommendation.arithmetic.empty() ? Json() : Json(recommendation.arithmetic)},
      {"may_be_left", recommendation.may_be_left},
      {"fixes", array_of(recommendation.fixes)},
      {"verify", recommendation.verify.empty() ? Json() : Json(recommendation.verify)},
      {"verify_on", recommendation.verify_on.empty() ? Json() : Json(recommendation.verify_on)},
      {"verify_limit",
       recommendation.verify_limit.empty() ? Json() : Json(recommendation.verify_limit)}};
}

// Every reason that occurred. The keys are to_string(Undecoded).
Json json(const CaptureQuality& quality) {
  Json undecoded = Json::object();
  for (size_t reason = 1; reason < quality.undecoded.size(); ++reason) {
    if (quality.undecoded[reason] == 0) continue;
    undecoded[std::string(to_string(static_cast<Undecoded>(reason)))] = quality.undecoded[reason];
  }
  Json unread = Json::array();
  for (const auto& [link_type, packets] : quality.unread_link_types) {
    unread.push_back(
        {{"link_type", link_name(link_type)}, {"number", link_type}, {"packets", packets}});
  }
  return {{"undecoded", std::move(undecoded)},
          {"unread_link_types", std::move(unread)},
          {"duplicates", quality.duplicates},
          {"one_way_flows", quality.one_way_flows},
          {"offloaded_packets", quality.offloaded_packets},
          {"unseen_acked_bytes", quality.unseen_acked_bytes},
          {"ranges_given_up", quality.ranges_given_up},
          {"evicted_flows", quality.evicted_flows},
          {"evicted_paths", quality.evicted_paths},
          {"evicted_dns_services", quality.evicted_dns_services},
          {"evicted_fragment_paths", quality.evicted_fragment_paths},
          {"dns_questions_given_up", quality.dns_questions_given_up},
          {"one_way_dns_queries", quality.one_way_dns_queries}};
}

Json json(const Check& check) {
  return {{"check", check.name},
          {"family", check.family ? Json(static_cast<int>(*check.family)) : Json()},
          {"state", to_string(check.state)},
          {"looked_at", check.looked_at},
          {"found", check.found.empty() ? Json() : Json(check.found)},
          {"unseen", check.unseen.empty() ? Json() : Json(check.unseen)}};
}

}  // namespace mtuscope
