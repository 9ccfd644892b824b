#include "probes/reflector_peers.h"

#include <algorithm>

namespace mtuscope {
namespace {

IpAddress host_of(const IpAddress& address) {
  IpAddress host = address;
  if (host.family == IpFamily::kIPv6) std::fill(host.bytes.begin() + 8, host.bytes.end(), 0);
  return host;
}

}  // namespace

PeerTable::Peer PeerTable::find(const Endpoint& endpoint) {
  const auto host = hosts_.find(host_of(endpoint.address));
  if (host == hosts_.end()) return {};
  const auto session = host->second.sessions.find(endpoint);
  if (session == host->second.sessions.end()) return {};
  return {&host->second.bucket, &session->second};
}

PeerTable::Admission PeerTable::admit(const Endpoint& endpoint, Timestamp issued, Timestamp now) {
  Peer peer = find(endpoint);
  if (peer.session != nullptr) {
    if (issued < peer.session->issued) return {Standing::kStale, {}};
    if (issued > peer.session->issued) *peer.session = {.issued = issued, .local = {}};
    peer.session->last_used = now;
    return {Standing::kWelcome, peer};
  }
  if (issued <= distrusted_) return {Standing::kStale, {}};
  const IpAddress address = host_of(endpoint.address);
  forget_idle(now);
  if (!make_room(address, now)) return {Standing::kFull, {}};
  const auto [host, is_new] = hosts_.try_emplace(address, Host{TokenBucket(limits_.rate, now), {}});
  hosts_served_ += is_new;
  PeerSession& session = host->second.sessions[endpoint];
  session = {.issued = issued, .last_used = now, .used = {}, .local = {}};
  return {Standing::kWelcome, {&host->second.bucket, &session}};
}

void PeerTable::forget_idle(Timestamp now) {
  for (auto& [address, host] : hosts_) {
    std::erase_if(host.sessions,
                  [&](const auto& entry) { return now - entry.second.last_used > limits_.forget; });
  }
  std::erase_if(hosts_, [](const auto& entry) { return entry.second.sessions.empty(); });
}

// For one more session of this host.
bool PeerTable::make_room(const IpAddress& address, Timestamp now) {
  const auto used = [](const auto& session) { return session.second.last_used; };
  const auto evictable = [&](Timestamp last_used) { return now - last_used >= limits_.evictable; };
  if (const auto host = hosts_.find(address); host != hosts_.end()) {
    auto& sessions = host->second.sessions;
    if (sessions.size() < limits_.sessions) return true;
    const auto oldest = std::ranges::min_element(sessions, {}, used);
    if (!evictable(oldest->second.last_used)) return false;
    sessions.erase(oldest);
    distrusted_ = now;
    return true;
  }
  if (hosts_.size() < limits_.hosts) return true;
  const auto last_used = [&](const auto& host) {
    return std::ranges::max_element(host.second.sessions, {}, used)->second.last_used;
  };
  const auto oldest = std::ranges::min_element(hosts_, {}, last_used);
  if (!evictable(last_used(*oldest))) return false;
  hosts_.erase(oldest);
  distrusted_ = now;
  return true;
}

}  // namespace mtuscope
