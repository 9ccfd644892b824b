// Where the MTU of containers' networks is set.

#include <fmt/format.h>

#include "analysis/advice/encapsulation.h"
#include "analysis/advice/fix_writer.h"

namespace mtuscope {

namespace {

// Of the outer packet, as settings count that are about the network below.
uint32_t around_vxlan(IpSize inner) {
  return outer_size(layer_of(*find_encapsulation("vxlan")), inner, inner).bytes;
}

}  // namespace

Fix fix_docker_default(const FixTarget& target) {
  return {
      "",
      place(target,
            "/etc/docker/daemon.json, merged into what is there, then systemctl restart docker; "
            "for docker0 alone, other networks have settings of their own"),
      fmt::format("{{ \"mtu\": {} }}", target.mtu.bytes),
      "remove \"mtu\" again, then systemctl restart docker"};
}

Fix fix_docker_networks(const FixTarget& target) {
  return {
      "",
      place(target,
            "/etc/docker/daemon.json, merged into what is there, then systemctl restart docker; "
            "networks that exist must be recreated"),
      fmt::format("{{ \"default-network-opts\": {{\"bridge\": {{"
                  "\"com.docker.network.driver.mtu\": \"{}\"}}}} }}",
                  target.mtu.bytes),
      "remove \"default-network-opts\" again, then systemctl restart docker"};
}

Fix fix_compose(const FixTarget& target) {
  return {"", place(target, "compose.yaml, then docker compose down and docker compose up -d"),
          fmt::format("networks:\n  default:\n    driver_opts:\n"
                      "      com.docker.network.driver.mtu: \"{}\"",
                      target.mtu.bytes),
          "remove the lines again, then docker compose down and docker compose up -d"};
}

Fix fix_podman(const FixTarget& target) {
  return {"", place(target, "then run the containers with --network narrow"),
          fmt::format("podman network create --opt mtu={} narrow", target.mtu.bytes),
          "podman network rm narrow"};
}

// Cilium, Helm values: its MTU is that of the underlying network, of which it takes its own
// encapsulation.
Fix fix_cilium(const FixTarget& target) {
  const auto command = [](uint32_t mtu) {
    return fmt::format(
        "helm upgrade cilium cilium/cilium -n kube-system --reuse-values --set MTU={}", mtu);
  };
  return {"",
          place(target,
                "the cluster, then restart the agents and the pods; it is the MTU of the outer "
                "packets, 50 less with native routing"),
          command(around_vxlan(target.mtu)), command(0)};  // 0: found out by itself
}

Fix fix_calico(const FixTarget& target) {
  const auto patch = [](uint32_t mtu) {
    return fmt::format(
        "kubectl patch installation default --type merge "
        "-p '{{\"spec\":{{\"calicoNetwork\":{{\"mtu\":{}}}}}}}'",
        mtu);
  };
  return {"", place(target, "the cluster, then restart the pods"), patch(target.mtu.bytes),
          patch(0)};  // 0: found out by itself
}

// flannel, Documentation/backends.md: its MTU is that of the outgoing packets.
Fix fix_flannel(const FixTarget& target) {
  return {
      "",
      place(target,
            "net-conf.json of the ConfigMap kube-flannel-cfg, then restart its pods; it is the "
            "MTU of the outer packets"),
      fmt::format("\"Backend\": {{\"Type\": \"vxlan\", \"MTU\": {}}}", around_vxlan(target.mtu)),
      "\"Backend\": {\"Type\": \"vxlan\"}"};
}

}  // namespace mtuscope
