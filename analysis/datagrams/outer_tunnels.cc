#include "analysis/datagrams/outer_tunnels.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/size_case.h"
#include "analysis/statistics/growing_intervals.h"
#include "capture/tunnel.h"

namespace mtuscope {

namespace {

constexpr size_t kMaxDirections = 64;
constexpr size_t kMaxLargest = kMostTimes;
constexpr size_t kMaxHeard = 64;
// More than any round trip, less than the second timeout of a sender that hears nothing.
constexpr Duration kHeardWithin = Duration::milliseconds(1000);
constexpr uint8_t kInitiation = 1, kResponse = 2;  // message types
// An initiation is repeated after 5 s and a little more (REKEY_TIMEOUT); a healthy tunnel makes a
// new one every 120 s.
constexpr Duration kRepeatedWithin = Duration::milliseconds(15'000);
// A handshake that is not answered by then is repeated.
constexpr Duration kAnsweredWithin = Duration::milliseconds(5'000);
// UDP payloads of QUIC's first packets: at least 1200, and never more than fits where IPv6 goes.
constexpr uint32_t kLeastQuicInitial = 1200, kMostQuicPacket = 1280;

bool is_repeated_quic(const InnerSizes& inner) {
  const uint32_t least = kLeastQuicInitial + ip_header_bytes(IpFamily::kIPv4) + kUdpHeaderBytes;
  return inner.largest.bytes >= least && inner.smallest.bytes <= kMostQuicPacket;
}

std::string words(const InnerSizes& inner) {
  return fmt::format("{} to {} bytes", inner.smallest.bytes, inner.largest.bytes);
}

Finding base_finding(FindingKind kind, const OuterTunnel& tunnel) {
  Finding f{.kind = kind, .confidence = Confidence::kSuspected};
  f.src = tunnel.src.address;
  f.dst = tunnel.dst.address;
  f.flows = {{tunnel.src, tunnel.dst}};
  f.flow_count = 1;
  return f;
}

}  // namespace

// The repetition, in words and frames.
struct OuterTunnels::Shape {
  IpSize size;
  InnerSizes inner;
  Timestamp begin, end;
  size_t repeated = 0;    // members of the longest series
  std::string intervals;  // of it, in seconds
  std::vector<FrameRef> frames;
};

InnerSizes inner_sizes(uint32_t udp_payload_bytes) {
  const uint32_t padded =
      udp_payload_bytes > kWireGuardMessageBytes ? udp_payload_bytes - kWireGuardMessageBytes : 0;
  const bool at_mtu = padded % kWireGuardPadding != 0;
  const uint32_t below = at_mtu ? padded / kWireGuardPadding * kWireGuardPadding
                                : padded - std::min(padded, kWireGuardPadding);
  return {IpSize{below + 1}, IpSize{padded}, at_mtu};
}

OuterTunnels::Direction* OuterTunnels::direction(const Ends& ends) {
  const auto at = directions_.find(ends);
  return at == directions_.end() ? nullptr : &at->second;
}

void OuterTunnels::add(const Packet& p) {
  const Ends ends{{p.src, p.src_port}, {p.dst, p.dst_port}};
  Direction* d = direction(ends);
  if (d == nullptr) {
    if (directions_.size() >= kMaxDirections) return;
    d = &directions_[ends];
    d->tunnel.src = ends.first;
    d->tunnel.dst = ends.second;
  }
  ++d->tunnel.packets;
  d->tunnel.largest = std::max(d->tunnel.largest, p.size);
  d->source = p.source;
  d->interface = p.interface;
  const uint8_t type = p.payload.empty() ? 0 : p.payload[0];
  if (type == kInitiation) {
    if (d->initiation && p.time - *d->initiation < kRepeatedWithin) d->repeated_initiation = p.time;
    d->initiation = p.time;
  } else if (type == kResponse) {
    d->response = p.time;
  } else if (p.payload_bytes > kWireGuardMessageBytes) {  // less is a keepalive
    note_data(p, *d, direction({ends.second, ends.first}));
  }
}

void OuterTunnels::note_data(const Packet& p, Direction& d, Direction* back) {
  if (back != nullptr && !back->largest.empty()) {
    ++back->heard_total;
    if (back->heard.size() < kMaxHeard) back->heard.push_back(p.time);
  }
  const Sighting seen{p.time, FrameRef(p.source, p.frame), p.size, p.payload_bytes};
  if (!d.largest.empty() && p.size < d.largest.front().size) {
    d.smaller = seen;
    return;
  }
  if (!d.largest.empty() && p.size > d.largest.front().size) {
    d.smaller = d.largest.back();
    d.largest.clear();
    d.largest_total = 0;
  }
  if (d.largest.empty()) {
    d.heard.clear();
    d.heard_total = 0;
  }
  ++d.largest_total;
  if (d.largest.size() < kMaxLargest) d.largest.push_back(seen);
}

std::vector<OuterTunnel> OuterTunnels::describe(const std::vector<SourceInfo>& sources) const {
  std::vector<OuterTunnel> tunnels;
  for (const auto& [ends, d] : directions_) {
    tunnels.push_back(d.tunnel);
    if (d.source < sources.size() && d.interface < sources[d.source].interfaces.size()) {
      tunnels.back().interface = sources[d.source].interfaces[d.interface].name;
    }
  }
  return tunnels;
}

std::optional<IpFamily> OuterTunnels::family() const {
  if (directions_.empty()) return std::nullopt;
  const IpFamily first = directions_.begin()->first.first.address.family;
  const bool same = std::ranges::all_of(
      directions_, [&](const auto& entry) { return entry.first.first.address.family == first; });
  return same ? std::optional(first) : std::nullopt;
}

std::vector<Finding> OuterTunnels::judge(
    const std::function<bool(const Way&)>& is_seen_inside) const {
  std::vector<Finding> findings;
  for (const auto& [ends, there] : directions_) {
    const auto back = directions_.find({ends.second, ends.first});
    // Of one direction alone nothing is known.
    if (back == directions_.end()) continue;
    if (is_seen_inside({ends.first.address, ends.second.address})) continue;
    if (auto f = judge(there, back->second)) findings.push_back(std::move(*f));
  }
  return findings;
}

std::optional<Finding> OuterTunnels::judge(const Direction& there, const Direction& back) const {
  if (there.largest_total < kFewestRepeated || there.largest_total > there.largest.size()) {
    return std::nullopt;
  }
  Shape shape{.size = there.largest.front().size,
              .inner = inner_sizes(there.largest.front().payload),
              .begin = there.largest.front().time,
              .end = there.largest.back().time};
  if (shape.inner.smallest < kSmallestCredibleFailure) return std::nullopt;
  std::vector<Timestamp> times;
  for (const Sighting& s : there.largest) {
    times.push_back(s.time);
    shape.frames.push_back(s.frame);
  }
  const auto series = only_growing_intervals(times);
  if (!series) return std::nullopt;
  shape.repeated = series->size();
  for (size_t i = 1; i < series->size(); ++i) {
    const Duration interval = times[(*series)[i]] - times[(*series)[i - 1]];
    shape.intervals += fmt::format("{}{:.2f}", i == 1 ? "" : ", ", interval.seconds());
  }
  const auto since = [&](const std::optional<Timestamp>& t) { return t && *t >= shape.begin; };
  if (since(there.repeated_initiation) || since(back.repeated_initiation)) {
    return question(there, shape,
                    "but the tunnel's handshake is repeated too: nothing of any size may get "
                    "through");
  }
  const auto answers = [&](const Direction& asks, const Direction& replies) {
    return since(asks.initiation) && replies.response && *replies.response >= *asks.initiation &&
           *replies.response - *asks.initiation < kAnsweredWithin;
  };
  const bool answered = answers(there, back) || answers(back, there);
  const bool only_repeats =
      there.heard_total == there.heard.size() && only_growing_intervals(there.heard).has_value();
  const bool heard =
      !there.heard.empty() && there.heard.front() - shape.begin <= kHeardWithin && !only_repeats;
  const bool flows = there.smaller && there.smaller->time >= shape.begin && heard;
  if (!answered && !flows) {
    return question(there, shape,
                    "but nothing shows that smaller ones arrive: the other end did not answer");
  }
  if (is_repeated_quic(shape.inner)) {
    return question(there, shape,
                    "as a path that drops them would cause it, and as a QUIC handshake that "
                    "nobody answers does");
  }
  return suspect(there, shape, answered);
}

Finding OuterTunnels::suspect(const Direction& there, const Shape& shape, bool answered) {
  Finding f = base_finding(FindingKind::kPmtuBlackhole, there.tunnel);
  f.severity = Severity::kCritical;
  f.bracket.upper = shape.size;
  f.first_time = shape.begin;
  f.last_time = shape.end;
  list_frames(shape.frames, f);
  f.explanation = fmt::format(
      "WireGuard sends packets of {} bytes from {} to {} again and again at growing intervals, "
      "while smaller ones flow: inner packets of {} seem to vanish.",
      shape.size.bytes, to_string(*f.src), to_string(*f.dst), words(shape.inner));
  f.evidence_for.push_back(
      fmt::format("nothing of {} bytes was sent but {} packets ({}), {} of them after {} s, as a "
                  "retransmission timer backs off",
                  shape.size.bytes, shape.frames.size(), describe_frames(f.frames), shape.repeated,
                  shape.intervals));
  if (there.smaller && there.smaller->time >= shape.begin) {
    f.evidence_for.push_back(
        fmt::format("smaller packets followed, the last of {} bytes (frame {})",
                    there.smaller->size.bytes, there.smaller->frame.frame().value));
  }
  if (answered) {
    f.evidence_for.push_back(
        "a handshake of the tunnel was answered meanwhile: small packets pass");
  }
  f.evidence_for.push_back(
      fmt::format("{} bytes carry an inner packet of {}{}", shape.size.bytes, words(shape.inner),
                  shape.inner.at_tunnel_mtu
                      ? fmt::format(": {} is the tunnel's MTU, beyond which nothing is padded",
                                    shape.inner.largest.bytes)
                      : ", padded to 16"));
  f.evidence_against.push_back(
      "the packets are encrypted: a host behind the tunnel that went away, or a program that "
      "repeats one question, looks the same; a capture inside the tunnel tells");
  return f;
}

Finding OuterTunnels::question(const Direction& there, const Shape& shape, const std::string& why) {
  Finding f = base_finding(FindingKind::kNotTested, there.tunnel);
  f.severity = Severity::kInfo;
  f.open_question = true;
  f.first_time = shape.begin;
  f.last_time = shape.end;
  list_frames(shape.frames, f);
  f.explanation = fmt::format(
      "WireGuard repeats packets of {} bytes (inner {}) from {} to {} at growing intervals, {}: "
      "record inside the tunnel",
      shape.size.bytes, words(shape.inner), to_string(*f.src), to_string(*f.dst), why);
  return f;
}

Recommendation recommend_inside(const Finding& finding) {
  const IpFamily family = finding.src->family;
  const uint32_t around = ip_header_bytes(family) + kUdpHeaderBytes;
  Finding inside = finding;
  inside.bracket = {std::nullopt, inner_sizes(finding.bracket.upper->bytes - around).smallest};
  Recommendation r = recommend_from_outside(inside, wireguard_over(family));
  r.scope = fmt::format("the WireGuard interface of {} and {}", to_string(*finding.src),
                        to_string(*finding.dst));
  return r;
}

}  // namespace mtuscope
