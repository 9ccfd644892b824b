// What this host's kernel is told to do about path MTUs (ip-sysctl.rst of the kernel).

#ifndef MTUSCOPE_PROBES_KERNEL_SETTINGS_H_
#define MTUSCOPE_PROBES_KERNEL_SETTINGS_H_

#include <cstdint>
#include <optional>
#include <string>

namespace mtuscope {

// nullopt: not readable here.
struct KernelSettings {
  std::optional<int64_t> tcp_mtu_probing;  // 0 never, 1 after a black hole was suspected, 2 always
  std::optional<int64_t> tcp_base_mss;     // bytes; where such probing begins
  std::optional<int64_t> ip_no_pmtu_disc;  // 0: path MTU discovery; 1, 2: none; 3: hardened
  std::optional<int64_t> min_pmtu;         // bytes; PTBs below it are not believed
};

// `root`: "/proc/sys".
KernelSettings read_kernel_settings(const std::string& root);

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_KERNEL_SETTINGS_H_
