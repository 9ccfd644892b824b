// Any bytes as a frame: the first two choose the link type, the rest is what was captured. The
// decoder must stay inside (the sanitizers watch) and keep its promises.

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <iterator>

#include "capture/decode.h"
#include "capture/link_layer.h"
#include "tests/support/packet_text.h"

namespace {

using namespace mtuscope;

constexpr uint16_t kLinkTypes[] = {link_type::kNull,    link_type::kEthernet, link_type::kPpp,
                                   link_type::kPppHdlc, link_type::kPppEther, link_type::kRaw,
                                   link_type::kLoop,    link_type::kLinuxSll, link_type::kIPv4,
                                   link_type::kIPv6,    link_type::kLinuxSll2};

// Known values stand for themselves, so that seeds can be read; others choose one.
uint16_t choose_link_type(uint16_t value) {
  for (const uint16_t known : kLinkTypes) {
    if (value == known) return value;
  }
  return kLinkTypes[value % std::size(kLinkTypes)];
}

void check(const Frame& frame) {
  Packet packet;
  const Undecoded reason = decode(frame, packet);
  if (reason != Undecoded::kNone) {
    if (to_string(reason).empty() || reason >= Undecoded::kCount) std::abort();
    return;
  }
  const std::string broken = broken_invariant(frame, packet);
  if (broken.empty()) return;
  std::fprintf(stderr, "%s: %s\n", broken.c_str(), to_text(packet).c_str());
  std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 2) return 0;
  Frame frame;
  frame.link_type = choose_link_type(static_cast<uint16_t>(data[0] << 8 | data[1]));
  frame.bytes = {data + 2, size - 2};
  // Once as the whole frame, once as what the snaplen left of a larger one.
  frame.original_bytes = static_cast<uint32_t>(size - 2);
  check(frame);
  frame.original_bytes += 1000;
  check(frame);
  return 0;
}
