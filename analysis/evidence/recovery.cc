#include "analysis/evidence/recovery.h"

#include <algorithm>

namespace mtuscope {

namespace {
// Linux: tcp_base_mss, without options; each further timeout halves it (net/ipv4/tcp_timer.c,
// tcp_mtu_probing). With tcp_mtu_probing=2 a flow starts there, so its first step is half of it.
constexpr uint32_t kLinuxBaseMss = 1024;
constexpr uint32_t kLinuxSmallest = 128;
// XNU and FreeBSD: with options (netinet/tcp_timer.c of both, pmtud_blackhole_mss).
constexpr uint32_t kBsdMss = 1200;
constexpr uint32_t kFreeBsdMssIPv6 = 1220;
// RFC 9293 3.7.1; FreeBSD falls back to it in a second step, Windows at once (EnablePMTUBHDetect).
constexpr uint32_t kDefaultMss = 536;
constexpr uint32_t kAppleDefaultMss = 512;
}  // namespace

std::optional<SenderStack> stack_of(const HealingSigns& s) {
  const bool v4 = s.family == IpFamily::kIPv4;
  const uint32_t mss = s.payload + s.option_bytes;
  if (!s.smaller) {
    // The same packet without DF, until it is known whether that helps.
    if (v4 && s.df_cleared) return SenderStack::kWindows;
    return std::nullopt;
  }
  if (!s.df_cleared) {
    for (uint32_t step = kLinuxBaseMss; step >= kLinuxSmallest; step /= 2) {
      if (s.payload == step) return SenderStack::kLinux;
    }
  }
  if (mss == kBsdMss) {
    return v4 && !s.df_cleared ? SenderStack::kFreeBsd : SenderStack::kApple;
  }
  if (!v4 && mss == kFreeBsdMssIPv6) return SenderStack::kFreeBsd;
  if (v4 && mss == kDefaultMss) {
    return s.tried_1200 ? SenderStack::kFreeBsd : SenderStack::kWindows;
  }
  if (v4 && mss == kAppleDefaultMss && s.df_cleared) return SenderStack::kApple;
  return std::nullopt;
}

bool tried_mss(std::span<const Transmission> sendings, uint32_t mss, uint32_t fixed_headers,
               IpSize arrived) {
  return std::ranges::any_of(sendings, [&](const Transmission& t) {
    return t.size > arrived && t.size.bytes == mss + fixed_headers;
  });
}

std::string describe_stack(const Recovery& recovery) {
  if (!recovery.stack) return {};
  switch (*recovery.stack) {
    case SenderStack::kLinux:
      return "that is how Linux heals itself with net.ipv4.tcp_mtu_probing: after some timeouts "
             "segments of tcp_base_mss (1024), then half of it";
    case SenderStack::kApple:
      return "that is how Apple's systems heal themselves: on the second timeout an MSS of 1200, "
             "or 512, and no DF";
    case SenderStack::kFreeBsd:
      return "that is how FreeBSD heals itself with net.inet.tcp.pmtud_blackhole_detection: after "
             "the second timeout an MSS of 1200 (IPv6: 1220), then 536";
    case SenderStack::kWindows:
      return "that is how Windows heals itself: an MSS of 536, or the same packets without DF";
  }
  return {};
}

}  // namespace mtuscope
