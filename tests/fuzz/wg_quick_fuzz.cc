// Any bytes as a wg-quick file: read or refused, and no key of it is ever repeated.

#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "capture/error.h"
#include "cli/wg_quick_file.h"

namespace {

using namespace mtuscope;

// In the seeds it stands where keys do.
constexpr std::string_view kKey = "yAnz5TF+lXXJte14tji3zlMNq+hd2rYUIgJBgB3fBmk=";

void must_hide(std::string_view text) {
  if (text.find(kKey) != std::string_view::npos) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  try {
    const WgQuickFile file = parse_wg_quick(text, "wg0.conf");
    if (file.interface_header.number == 0) std::abort();
    if (file.mtu && (file.mtu->bytes < 68 || file.mtu->bytes > 65535)) std::abort();
    const std::string diff = mtu_diff(file, IpSize{1280});
    if (diff.empty() != (file.mtu == IpSize{1280})) std::abort();
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kFormat || error.hint().empty()) std::abort();
    must_hide(error.what());
    must_hide(error.hint());
  }
  return 0;
}
