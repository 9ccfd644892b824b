// The writers behind write_fix(), one for each system, in families: tunnels, containers, hosts.

#ifndef MTUSCOPE_ANALYSIS_ADVICE_FIX_WRITER_H_
#define MTUSCOPE_ANALYSIS_ADVICE_FIX_WRITER_H_

#include <string>

#include "analysis/advice/fixes.h"

namespace mtuscope {

// The interface's name, or `placeholder` where there is none that could be written.
std::string interface_or(const FixTarget& target, const char* placeholder);
// `where`, then on which hosts, as far as either is known.
std::string place(const FixTarget& target, const std::string& where);

Fix fix_wg_quick(const FixTarget& target);
Fix fix_networkd(const FixTarget& target);
Fix fix_network_manager(const FixTarget& target);
Fix fix_nixos(const FixTarget& target);
Fix fix_tailscale(const FixTarget& target);
Fix fix_gluetun(const FixTarget& target);
Fix fix_openvpn(const FixTarget& target);
Fix fix_pppd(const FixTarget& target);

Fix fix_docker_default(const FixTarget& target);
Fix fix_docker_networks(const FixTarget& target);
Fix fix_compose(const FixTarget& target);
Fix fix_podman(const FixTarget& target);
Fix fix_cilium(const FixTarget& target);
Fix fix_calico(const FixTarget& target);
Fix fix_flannel(const FixTarget& target);

Fix fix_ip_link(const FixTarget& target);
Fix fix_route(const FixTarget& target);
Fix fix_nftables(const FixTarget& target);
Fix fix_iptables(const FixTarget& target);
Fix fix_tcp_mtu_probing(const FixTarget& target);
Fix fix_windows(const FixTarget& target);
Fix fix_macos(const FixTarget& target);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_ADVICE_FIX_WRITER_H_
