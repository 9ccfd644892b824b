// Any bytes as TCP options: the first is the header's flags, the rest the options, once complete
// and once as what the snaplen left of them.

#include <algorithm>
#include <cstdint>
#include <cstdlib>

#include "capture/tcp.h"

namespace {

using namespace mtuscope;

constexpr size_t kMostOptionBytes = 40;  // the data offset has 4 bits

void check(WireBytes options, uint8_t flags) {
  TcpHeader header;
  header.flags = flags;
  decode_tcp_options(options, header);
  const bool syn = flags & tcp_flag::kSyn;
  if (header.sack_count > header.sack.size()) std::abort();
  if (header.sack_count * 8u + 2 > options.captured() && header.sack_count != 0) std::abort();
  if (!syn && (header.mss.bytes != 0 || header.sack_permitted || header.window_scale != 0xff)) {
    std::abort();
  }
  if (header.window_scale > 14 && header.window_scale != 0xff) std::abort();
  if (!header.has_timestamps && (header.ts_val != 0 || header.ts_ecr != 0)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size < 1) return 0;
  const std::span<const uint8_t> options(data + 1, std::min(size - 1, kMostOptionBytes));
  check(WireBytes(options, 0), data[0]);
  check(WireBytes(options, kMostOptionBytes), data[0]);
  return 0;
}
