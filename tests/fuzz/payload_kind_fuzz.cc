// Any bytes as the payload of a segment: source port, destination port, payload. Whatever it is
// called is printable and bounded.

#include <algorithm>
#include <cstdlib>
#include <vector>

#include "analysis/payload/payload_kind.h"
#include "capture/wire_bytes.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace mtuscope;
  constexpr size_t kPorts = 4;
  if (size < kPorts) return 0;
  const uint16_t src = load_be16(data), dst = load_be16(data + 2);
  // So that the sanitizer sees a read behind the end.
  const std::vector<uint8_t> payload(data + kPorts, data + size);
  const std::optional<std::string> kind = payload_kind(payload, src, dst);
  if (!kind) return 0;
  if (payload.empty() || kind->empty() || kind->size() > kMaxPayloadKind) std::abort();
  if (!std::ranges::all_of(*kind, [](char c) { return c >= 0x20 && c <= 0x7e; })) std::abort();
  return 0;
}
