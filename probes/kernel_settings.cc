#include "probes/kernel_settings.h"

#include <fstream>

namespace mtuscope {

KernelSettings read_kernel_settings(const std::string& root) {
  const auto read = [&](const char* name) -> std::optional<int64_t> {
    std::ifstream file(root + "/net/ipv4/" + name);
    int64_t value = 0;
    return file >> value ? std::optional(value) : std::nullopt;
  };
  return {.tcp_mtu_probing = read("tcp_mtu_probing"),
          .tcp_base_mss = read("tcp_base_mss"),
          .ip_no_pmtu_disc = read("ip_no_pmtu_disc"),
          .min_pmtu = read("route/min_pmtu")};
}

}  // namespace mtuscope
