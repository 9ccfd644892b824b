// Any bytes as what comes back from the network while probes are under way: an echo reply, a TCP
// segment, the quote in an ICMP error, the payload of a UDP answer. The first byte chooses how many
// probes were sent, the second which parser and family. Nothing but a real answer may be taken for
// one.

#include <cstdint>
#include <cstdlib>
#include <vector>

#include "probes/icmp_transport.h"
#include "probes/probe_tag.h"
#include "probes/syn_codec.h"

namespace {

using namespace mtuscope;

// The same numbers in each run, so that seeds with the right tag exist.
ProbeTags counting_tags() {
  return ProbeTags([next = uint64_t{0x6d74757073636f70}]() mutable { return next++; });
}

void check_echo(IpFamily family, ProbeId sent, bool quote, std::span<const uint8_t> message) {
  EchoCodec codec(family, 0x4d54, counting_tags());
  for (ProbeId id = 0; id < sent; ++id) codec.request(id, IpSize{120 + id});
  const auto id = quote ? codec.match_quote(message) : codec.match_reply(message);
  if (id && *id >= sent) std::abort();
  // A reply that repeats less than the whole tag is none.
  if (id && !quote && message.size() < 8 + kTagBytes) std::abort();
}

void check_syn(IpFamily family, ProbeId sent, bool quote, std::span<const uint8_t> segment) {
  static const IpAddress v4 = IpAddress::parse("192.0.2.1").value();
  static const IpAddress v6 = IpAddress::parse("2001:db8::1").value();
  const IpAddress& address = family == IpFamily::kIPv4 ? v4 : v6;
  SynCodec codec(address, {40001, 40002}, {address, 443}, counting_tags());
  for (ProbeId id = 0; id < sent; ++id) codec.segment(id, IpSize{120 + id});
  const auto id = quote ? codec.match_quote(segment) : codec.match_reply(segment);
  if (id && *id >= sent) std::abort();
  if (id && segment.size() < (quote ? 8 : kTcpHeaderBytes)) std::abort();
}

void check_tag(ProbeId sent, std::span<const uint8_t> payload) {
  ProbeTags tags = counting_tags();
  std::vector<uint8_t> written(kTagBytes);
  for (ProbeId id = 0; id < sent; ++id) tags.write(id, written);
  const auto id = tags.match(payload);
  if (id && (*id >= sent || !tags.may_be(*id, payload))) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  const ProbeId sent = data[0] % 32;
  const IpFamily family = (data[1] & 1) != 0 ? IpFamily::kIPv6 : IpFamily::kIPv4;
  const std::span<const uint8_t> message(data + 2, size - 2);
  if ((data[1] & 2) != 0) {
    check_tag(sent, message);
  } else if ((data[1] & 8) != 0) {
    check_syn(family, sent, (data[1] & 4) != 0, message);
  } else {
    check_echo(family, sent, (data[1] & 4) != 0, message);
  }
  return 0;
}
