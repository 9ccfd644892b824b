#include "analysis/evidence/unreachable.h"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

namespace mtuscope {

namespace {

constexpr uint8_t kUnreachableV4 = 3, kUnreachableV6 = 1;
constexpr size_t kMaxKinds = 8;

// https://www.iana.org/assignments/icmp-parameters
std::string_view words_v4(uint8_t code) {
  switch (code) {
    case 0:
      return "network unreachable";
    case 1:
      return "host unreachable";
    case 2:
      return "protocol unreachable";
    case 3:
      return "port unreachable";
    case 5:
      return "source route failed";
    case 6:
      return "network unknown";
    case 7:
      return "host unknown";
    case 9:
      return "network administratively prohibited";
    case 10:
      return "host administratively prohibited";
    case 13:
      return "administratively prohibited";
    default:
      return "destination unreachable";
  }
}

// https://www.iana.org/assignments/icmpv6-parameters
std::string_view words_v6(uint8_t code) {
  switch (code) {
    case 0:
      return "no route to the destination";
    case 1:
      return "administratively prohibited";
    case 3:
      return "address unreachable";
    case 4:
      return "port unreachable";
    case 5:
      return "source address refused by policy";
    case 6:
      return "route rejects the destination";
    default:
      return "destination unreachable";
  }
}

}  // namespace

bool is_unreachable(const IcmpHeader& icmp, IpFamily family) {
  if (icmp.is_ptb) return false;
  return icmp.type == (family == IpFamily::kIPv4 ? kUnreachableV4 : kUnreachableV6);
}

bool refuses(uint8_t type, uint8_t code, IpFamily family) {
  if (family == IpFamily::kIPv4) {
    return type == kUnreachableV4 &&
           (code == 2 || code == 3 || code == 9 || code == 10 || code == 13);
  }
  return type == kUnreachableV6 && (code == 1 || (code >= 4 && code <= 6));
}

std::string unreachable_words(uint8_t type, uint8_t code, IpFamily family) {
  const bool v4 = family == IpFamily::kIPv4;
  return fmt::format("{} ({} type {} code {})", v4 ? words_v4(code) : words_v6(code),
                     v4 ? "ICMP" : "ICMPv6", type, code);
}

bool is_counted_in(const UnreachableCount& c, const Packet& icmp) {
  return c.reporter == icmp.src && c.type == icmp.icmp.type && c.code == icmp.icmp.code;
}

void count_unreachable(const Packet& p, std::vector<UnreachableCount>& counts) {
  const auto known =
      std::ranges::find_if(counts, [&](const UnreachableCount& c) { return is_counted_in(c, p); });
  if (known != counts.end()) {
    ++known->count;
  } else if (counts.size() < kMaxKinds) {
    counts.push_back({p.src, p.icmp.type, p.icmp.code, 1, FrameRef(p.source, p.frame)});
  }
}

std::string describe(const UnreachableCount& c) {
  std::string text = fmt::format("{} says {}", to_string(c.reporter),
                                 unreachable_words(c.type, c.code, c.reporter.family));
  if (c.count > 1) text += fmt::format(", {} times", c.count);
  return text;
}

}  // namespace mtuscope
