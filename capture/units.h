// The units every other file speaks in: sizes, sequence numbers, frame numbers and times, each its
// own type, and the only place where one is converted into another.
//
// A *size* is always the length of a whole IP packet in bytes: IP header included, link header
// excluded, as on the wire. An MTU, a PLPMTU (RFC 8899) and both ends of a bracket are sizes. An
// MSS is TCP payload without options (RFC 9293 3.7.1, RFC 6691).

#ifndef MTUSCOPE_CAPTURE_UNITS_H_
#define MTUSCOPE_CAPTURE_UNITS_H_

#include <compare>
#include <cstdint>

namespace mtuscope {

// Bytes of a whole IP packet, IP header included, link header excluded. 0 means "unknown".
struct IpSize {
  uint32_t bytes = 0;
  friend constexpr auto operator<=>(IpSize, IpSize) = default;
};

// The MTU of every link that carries IPv6 is at least this (RFC 8200 5).
inline constexpr IpSize kLeastIPv6Mtu{1280};

// Bytes of TCP payload in a segment without TCP options (RFC 9293 3.7.1). 0 means "not announced".
struct Mss {
  uint32_t bytes = 0;
  friend constexpr auto operator<=>(Mss, Mss) = default;
};

enum class IpFamily : uint8_t { kIPv4 = 4, kIPv6 = 6 };

inline constexpr uint32_t kIPv4HeaderBytes = 20;  // without options, RFC 791 3.1
inline constexpr uint32_t kIPv6HeaderBytes = 40;  // without extension headers, RFC 8200 3
inline constexpr uint32_t kTcpHeaderBytes = 20;   // without options, RFC 9293 3.1
inline constexpr uint32_t kUdpHeaderBytes = 8;    // RFC 768

// Bytes of the fixed IP header of this family.
constexpr uint32_t ip_header_bytes(IpFamily family) {
  return family == IpFamily::kIPv4 ? kIPv4HeaderBytes : kIPv6HeaderBytes;
}

// MTU - 40 (IPv4) or MTU - 60 (IPv6), RFC 6691 2; an MTU too small for the headers gives 0.
constexpr Mss mss_for_mtu(IpSize mtu, IpFamily family) {
  const uint32_t headers = ip_header_bytes(family) + kTcpHeaderBytes;
  return Mss{mtu.bytes > headers ? mtu.bytes - headers : 0};
}

// The size of a full segment of this MSS: what mss_for_mtu takes away, added again.
constexpr IpSize mtu_for_mss(Mss mss, IpFamily family) {
  return IpSize{mss.bytes + ip_header_bytes(family) + kTcpHeaderBytes};
}

// A TCP sequence number. Ordered only within half the number space (RFC 9293 3.4), so there is no
// operator<: use before() and distance().
struct SeqNumber {
  uint32_t value = 0;
  friend constexpr bool operator==(SeqNumber, SeqNumber) = default;
  constexpr SeqNumber operator+(uint32_t bytes) const { return SeqNumber{value + bytes}; }
  constexpr SeqNumber operator-(uint32_t bytes) const { return SeqNumber{value - bytes}; }
};

// Bytes from a to b; negative when b is before a. Right while they are less than 2^31 apart.
constexpr int32_t distance(SeqNumber a, SeqNumber b) {
  return static_cast<int32_t>(b.value - a.value);
}
constexpr bool before(SeqNumber a, SeqNumber b) { return distance(a, b) > 0; }
constexpr bool at_or_before(SeqNumber a, SeqNumber b) { return distance(a, b) >= 0; }

// Nanoseconds; differences of timestamps.
struct Duration {
  int64_t ns = 0;
  friend constexpr auto operator<=>(Duration, Duration) = default;
  constexpr Duration operator+(Duration d) const { return {ns + d.ns}; }
  constexpr Duration operator-(Duration d) const { return {ns - d.ns}; }
  constexpr double seconds() const { return static_cast<double>(ns) * 1e-9; }
  static constexpr Duration milliseconds(int64_t ms) { return {ms * 1'000'000}; }
  static constexpr Duration from_seconds(double s) { return {static_cast<int64_t>(s * 1e9)}; }
};

// Nanoseconds since 1970-01-01 UTC. Captures may carry any value: nothing may assume order.
struct Timestamp {
  int64_t ns = 0;
  friend constexpr auto operator<=>(Timestamp, Timestamp) = default;
  constexpr Duration operator-(Timestamp t) const { return {ns - t.ns}; }
  constexpr Timestamp operator+(Duration d) const { return {ns + d.ns}; }
  constexpr Timestamp operator-(Duration d) const { return {ns - d.ns}; }
};

// 1-based position of a frame in its own source, as Wireshark shows it; 0 means "none".
// A filter does not renumber.
struct FrameNumber {
  uint64_t value = 0;
  friend constexpr auto operator<=>(FrameNumber, FrameNumber) = default;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_UNITS_H_
