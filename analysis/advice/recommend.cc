#include "analysis/advice/recommend.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/advice/choose_fixes.h"
#include "analysis/advice/common_size.h"
#include "analysis/advice/encapsulation_stack.h"
#include "analysis/advice/fixes.h"
#include "analysis/advice/receiver_advice.h"

namespace mtuscope {

namespace {

constexpr IpSize kSafeFloor = kLeastIPv6Mtu;
constexpr IpSize kLeastDatagram{576};  // that every IPv4 host accepts, RFC 791 3.1

// No host is told to use less: IPv6 does not run over such a link (RFC 8200 5), and for IPv4
// systems refuse it or take it for an attack (Linux: net.ipv4.route.min_pmtu, 552).
IpSize least_mtu(const Finding& f) {
  return f.dst->family == IpFamily::kIPv6 ? kLeastIPv6Mtu : kLeastDatagram;
}

struct Choice {
  IpSize mtu;
  Certainty certainty = Certainty::kEstimate;
  std::string basis;
  std::string arithmetic;
  uint32_t may_be_left = 0;
};

bool pads(const LinkFacts& link) {
  return link.encapsulation != nullptr && link.encapsulation->padding_ends_at_mtu;
}

// What the tunnel makes of its packets, at the most and at the least where the underlay's family is
// not known.
Layer layer_over(const LinkFacts& link, IpFamily otherwise) {
  Layer layer = layer_of(*link.encapsulation, link.underlay.value_or(otherwise));
  layer.more = link.option_bytes;
  layer.options = link.options;
  return layer;
}
Layer dearest(const LinkFacts& link) { return layer_over(link, IpFamily::kIPv6); }
Layer cheapest(const LinkFacts& link) { return layer_over(link, IpFamily::kIPv4); }

// The underlay would carry a packet of this size: what lost it is somewhere else.
bool has_room(IpSize underlay, const Layer& layer, const LinkFacts& link, IpSize size) {
  return outer_size(layer, size, std::max(size, link.mtu)) <= underlay;
}

Choice of_underlay(const LinkFacts& link, IpSize underlay) {
  const Layer layer = dearest(link);
  Choice choice{.mtu = tunnel_mtu(layer, underlay),
                .certainty = Certainty::kExact,
                .basis = {},
                .arithmetic = arithmetic({.link = underlay, .layers = {layer}})};
  choice.basis = fmt::format("the path under the tunnel carries {} bytes: {}", underlay.bytes,
                             choice.arithmetic);
  return choice;
}

std::optional<Choice> from_underlay(const Finding& f, const LinkFacts& link) {
  if (!link.underlay_mtu || link.encapsulation == nullptr) return std::nullopt;
  const Bracket& bracket = f.bracket;
  if (bracket.upper && has_room(*link.underlay_mtu, dearest(link), link, *bracket.upper)) {
    return std::nullopt;
  }
  Choice choice = of_underlay(link, *link.underlay_mtu);
  if (choice.mtu.bytes == 0) return std::nullopt;
  if (pads(link) && bracket.exact() && *bracket.lower < choice.mtu) {
    choice.basis += fmt::format(
        "; only {} pass now, because {} pads to {} bytes while the interface's MTU is larger",
        bracket.lower->bytes, link.encapsulation->title, link.encapsulation->block);
  }
  return choice;
}

std::optional<Choice> from_ptb(const Finding& f) {
  if (!f.pmtu || !f.reporter || (f.bracket.upper && *f.pmtu >= *f.bracket.upper)) {
    return std::nullopt;
  }
  return Choice{.mtu = *f.pmtu,
                .certainty = Certainty::kExact,
                .basis = fmt::format("{} reports that the path carries {} bytes",
                                     to_string(*f.reporter), f.pmtu->bytes),
                .arithmetic = {}};
}

// What an exact limit inside a padding tunnel says about the path under it.
void add_padding(const LinkFacts& link, Choice& choice) {
  const Encapsulation& tunnel = *link.encapsulation;
  if (choice.mtu.bytes % tunnel.block != 0) {
    choice.basis += fmt::format(
        "; {} is no multiple of {}, to which {} pads, so the limit is likely behind the tunnel and "
        "not under it",
        choice.mtu.bytes, tunnel.block, tunnel.title);
    return;
  }
  choice.may_be_left = tunnel.block - 1;
  choice.basis += fmt::format(
      "; {} pads to {} bytes, so up to {} more may be possible once the interface is set lower",
      tunnel.title, tunnel.block, choice.may_be_left);
  for (const CommonSize& underlay : common_underlays()) {
    const Layer layer = cheapest(link);
    const IpSize best = tunnel_mtu(layer, underlay.size);
    if (best < choice.mtu || best.bytes > choice.mtu.bytes + choice.may_be_left) continue;
    choice.basis +=
        fmt::format(" ({}, where {} is {})", arithmetic({.link = underlay.size, .layers = {layer}}),
                    underlay.size.bytes, underlay.why);
    return;
  }
}

std::optional<Choice> from_exact_bracket(const Finding& f, const LinkFacts& link) {
  if (!f.bracket.exact()) return std::nullopt;
  Choice choice{.mtu = *f.bracket.lower,
                .certainty = Certainty::kExact,
                .basis = fmt::format("{} bytes pass and {} do not", f.bracket.lower->bytes,
                                     f.bracket.upper->bytes),
                .arithmetic = {}};
  if (pads(link)) add_padding(link, choice);
  return choice;
}

// Not below the floor either, unless the floor itself is proven not to pass.
bool lies_within(IpSize mtu, const Finding& f) {
  const Bracket& bracket = f.bracket;
  const bool above_floor = !bracket.upper || *bracket.upper > kSafeFloor;
  return (!bracket.upper || mtu < *bracket.upper) && (!above_floor || mtu >= kSafeFloor) &&
         mtu >= std::max(bracket.lower.value_or(IpSize{0}), least_mtu(f));
}

std::string floor_words(const Finding& f) {
  std::string measure = fmt::format("mtuscope probe {} makes it exact", to_string(*f.dst));
  if (f.bracket.upper && *f.bracket.upper <= kSafeFloor) return measure;
  return fmt::format("the safe floor is {}; {}", kSafeFloor.bytes, measure);
}

std::optional<Choice> from_half_clamp(const Finding& f, const LinkFacts& link) {
  if (!link.half_clamp || !lies_within(*link.half_clamp, f)) return std::nullopt;
  return Choice{.mtu = *link.half_clamp,
                .certainty = Certainty::kEstimate,
                .basis = fmt::format("an estimate: whoever clamps the MSS of the other direction "
                                     "takes {} bytes for what the path carries; {}",
                                     link.half_clamp->bytes, floor_words(f)),
                .arithmetic = {}};
}

std::optional<Choice> from_common_underlays(const Finding& f, const LinkFacts& link) {
  const IpSize upper = *f.bracket.upper;
  const Layer layer = dearest(link);
  for (const CommonSize& underlay : common_underlays()) {
    // It must be too small for what was lost, whichever family carries it.
    if (has_room(underlay.size, cheapest(link), link, upper)) continue;
    const IpSize mtu = tunnel_mtu(layer, underlay.size);
    if (!lies_within(mtu, f)) continue;
    const std::string sum = arithmetic({.link = underlay.size, .layers = {layer}});
    return Choice{
        .mtu = mtu,
        .certainty = Certainty::kEstimate,
        .basis = fmt::format(
            "an estimate: {}{}, where {} ({}) is the largest common underlay that loses "
            "{}-byte packets{}; {}",
            sum, link.measured ? " (as measured in the capture)" : "", underlay.size.bytes,
            underlay.why, upper.bytes,
            link.underlay ? "" : "; an IPv4 underlay would leave 20 more", floor_words(f)),
        .arithmetic = sum};
  }
  return std::nullopt;
}

std::optional<Choice> from_common_paths(const Finding& f) {
  for (const CommonSize& common : common_path_mtus()) {
    if (!lies_within(common.size, f)) continue;
    return Choice{
        .mtu = common.size,
        .certainty = Certainty::kEstimate,
        .basis = fmt::format("an estimate: {} ({}) is the largest common size below {}, and the "
                             "path may carry less; {}",
                             common.size.bytes, common.why, f.bracket.upper->bytes, floor_words(f)),
        .arithmetic = {}};
  }
  return std::nullopt;
}

std::optional<Choice> from_common_sizes(const Finding& f, const LinkFacts& link) {
  if (!f.bracket.upper) return std::nullopt;
  return link.encapsulation == nullptr ? from_common_paths(f) : from_common_underlays(f, link);
}

Choice from_floor(const Finding& f) {
  const IpSize lower = f.bracket.lower.value_or(IpSize{0});
  if (lower >= kSafeFloor || (f.bracket.upper && *f.bracket.upper <= kSafeFloor)) {
    if (lower < least_mtu(f)) {
      return {.mtu = least_mtu(f),
              .certainty = Certainty::kFloor,
              .basis = fmt::format("every IPv4 host accepts {} bytes (RFC 791 3.1); that the path "
                                   "carries them is not proven",
                                   kLeastDatagram.bytes),
              .arithmetic = {}};
    }
    return {.mtu = lower,
            .certainty = Certainty::kFloor,
            .basis = fmt::format("packets of {} bytes are proven to pass; more may", lower.bytes),
            .arithmetic = {}};
  }
  return {.mtu = kSafeFloor,
          .certainty = Certainty::kFloor,
          .basis = fmt::format("the safe floor: no common size lies between it and {}",
                               f.bracket.upper ? f.bracket.upper->bytes : 0),
          .arithmetic = {}};
}

Choice any_choice(const Finding& f, const LinkFacts& link) {
  if (auto choice = from_underlay(f, link)) return *choice;
  if (auto choice = from_exact_bracket(f, link)) return *choice;
  if (auto choice = from_ptb(f)) return *choice;
  if (auto choice = from_half_clamp(f, link)) return *choice;
  if (auto choice = from_common_sizes(f, link)) return *choice;
  return from_floor(f);
}

// `mtu` 0: there is no size to be set.
Choice choose(const Finding& f, const LinkFacts& link) {
  const IpSize least = least_mtu(f);
  Choice choice = any_choice(f, link);
  if (choice.mtu >= least && (!f.bracket.upper || *f.bracket.upper > least)) return choice;
  choice = {.mtu = IpSize{0}, .certainty = Certainty::kFloor, .basis = {}, .arithmetic = {}};
  const std::string lost = f.bracket.upper
                               ? fmt::format("packets of {} bytes are lost", f.bracket.upper->bytes)
                               : std::string("the path carries less");
  choice.basis =
      f.dst->family == IpFamily::kIPv6
          ? fmt::format(
                "{}, and IPv6 needs {} on every link (RFC 8200 5): a link that carries less "
                "must cut and join packets itself, beneath IPv6, or be given a larger MTU",
                lost, least.bytes)
          : fmt::format(
                "{}, and IPv4 hosts take {} bytes for granted (RFC 791 3.1): rather a link "
                "or a filter that is broken than one to adapt to",
                lost, least.bytes);
  return choice;
}

std::string_view interface_words(LinkNature nature) {
  switch (nature) {
    case LinkNature::kWireGuard:
      return "the WireGuard interface";
    case LinkNature::kTailscale:
      return "the Tailscale interface";
    case LinkNature::kTunnel:
      return "the tunnel interface";
    case LinkNature::kPpp:
      return "the PPP interface";
    case LinkNature::kContainer:
      return "the containers' network";
    case LinkNature::kPlain:
      break;
  }
  return "the path";
}

std::string scope_words(const Finding& f, const LinkFacts& link) {
  const std::string src = to_string(*f.src), dst = to_string(*f.dst);
  if (link.nature == LinkNature::kPlain) return fmt::format("the path {} -> {}", src, dst);
  if (!link.name.empty()) return link.name;
  const std::string mtu = link.mtu.bytes == 0 ? "" : fmt::format(", now MTU {}", link.mtu.bytes);
  return fmt::format("{} of {} and {}{}", interface_words(link.nature), src, dst, mtu);
}

Recommendation written_out(const Finding& f, const LinkFacts& link, Choice choice) {
  Recommendation r;
  r.scope = scope_words(f, link);
  r.verify = verify_command(to_string(*f.dst), link.name, link.nature, choice.mtu);
  r.verify_limit = verify_limit(to_string(*f.dst), link.nature, choice.mtu);
  r.verify_on = to_string(*f.src);
  r.certainty = choice.certainty;
  if (choice.mtu.bytes == 0) {
    r.scope = "No MTU setting mends " + r.scope;
    r.basis = std::move(choice.basis);
    return r;
  }
  r.mtu = choice.mtu;
  r.mss_ipv4 = mss_for_mtu(r.mtu, IpFamily::kIPv4);
  if (r.mtu >= kLeastIPv6Mtu) r.mss_ipv6 = mss_for_mtu(r.mtu, IpFamily::kIPv6);
  r.basis = std::move(choice.basis);
  if (r.mtu < kSafeFloor) r.basis += "; IPv6 needs 1280, so only IPv4 will work";
  r.arithmetic = std::move(choice.arithmetic);
  r.may_be_left = choice.may_be_left;
  r.fixes = choose_fixes(f, link, r.mtu);
  return r;
}

// The ends are those of the tunnel's outer packets: what counts inside is not for them, and what
// they can verify is that the outer packets will pass.
Recommendation outside(Recommendation r, const Finding& ends, const LinkFacts& link) {
  if (r.mtu.bytes == 0) return r;
  r.fixes = choose_interface_fixes(ends, link, r.mtu);
  r.verify = verify_command(to_string(*ends.dst), "", LinkNature::kPlain,
                            outer_size(dearest(link), r.mtu, r.mtu));
  r.verify_limit =
      "this shows what passes under the tunnel, not that the change is made: the same probe, of a "
      "host inside it and without --max, does";
  return r;
}

}  // namespace

std::string_view to_string(Certainty certainty) {
  switch (certainty) {
    case Certainty::kExact:
      return "exact";
    case Certainty::kEstimate:
      return "estimate";
    case Certainty::kFloor:
      break;
  }
  return "floor";
}

bool calls_for_a_size(const Finding& finding) {
  switch (finding.kind) {
    case FindingKind::kPmtuBlackhole:
      return finding.bracket.upper.has_value();
    case FindingKind::kPtbIgnored:
      return finding.pmtu.has_value();
    case FindingKind::kSizeDependentLoss:
      return finding.bracket.lower.has_value();
    default:
      return false;
  }
}

Recommendation recommend(const Finding& finding, const LinkFacts& link) {
  // Lost between two points: what else is lost in the receiver comes after that.
  const bool on_the_way = finding.located && finding.located->to;
  if (finding.lost_in_receiver && !on_the_way) return advise_receiver(finding);
  return written_out(finding, link, choose(finding, link));
}

bool goes_before(const Recommendation& a, const Recommendation& b) {
  const auto is_a_host = [](const Recommendation& r) {
    return r.mtu.bytes == 0 && !r.fixes.empty();
  };
  if (is_a_host(a) != is_a_host(b)) return is_a_host(b);
  return a.mtu < b.mtu;
}

Recommendation recommend_path(std::span<const Finding> findings, LinkFacts link) {
  for (const Finding& finding : findings) {
    const bool half = finding.kind == FindingKind::kMssClamped && finding.clamped &&
                      finding.severity == Severity::kWarning;
    if (half) link.half_clamp = finding.clamped;
  }
  std::optional<Recommendation> least;
  for (const Finding& finding : findings) {
    if (!calls_for_a_size(finding)) continue;
    Recommendation r = recommend(finding, link);
    if (!least || goes_before(r, *least)) least = std::move(r);
  }
  return *least;
}

Recommendation recommend_tunnel(const IpAddress& src, const IpAddress& dst, const LinkFacts& link,
                                IpSize underlay, uint32_t left) {
  Finding ends;
  ends.src = src;
  ends.dst = dst;
  Choice choice = of_underlay(link, underlay);
  choice.may_be_left = left;
  if (left > 0) choice.certainty = Certainty::kFloor;
  return outside(written_out(ends, link, std::move(choice)), ends, link);
}

Recommendation recommend_from_outside(const Finding& finding, const LinkFacts& link) {
  return outside(recommend(finding, link), finding, link);
}

namespace {

// An interface's own MTU is what larger packets are probed up to.
bool is_interface_mtu(LinkNature nature) {
  return nature == LinkNature::kWireGuard || nature == LinkNature::kTailscale ||
         nature == LinkNature::kTunnel;
}

}  // namespace

std::string verify_command(const std::string& host, const std::string& via, LinkNature nature,
                           IpSize mtu) {
  std::string command = "mtuscope probe " + host;
  if (is_interface_name(via)) command += " --via " + via;
  return is_interface_mtu(nature) || mtu.bytes == 0 ? command
                                                    : command + fmt::format(" --max {}", mtu.bytes);
}

std::string verify_limit(const std::string& host, LinkNature nature, IpSize mtu) {
  if (is_interface_mtu(nature) || mtu.bytes == 0) return {};
  return fmt::format(
      "this shows that {} bytes pass, not that the change is made: mtuscope doctor {} --verify "
      "sees a route's or interface's MTU, with --port N (of a TCP service there) an MSS clamp, too",
      mtu.bytes, host);
}

}  // namespace mtuscope
