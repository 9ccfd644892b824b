#include "cli/evidence_file.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace mtuscope {

EvidenceFile::EvidenceFile(const std::string& path, const std::vector<InterfaceInfo>& interfaces,
                           size_t recent_bytes)
    : writer_(path, interfaces), ring_(recent_bytes) {}

EvidenceFile::Hosts EvidenceFile::hosts_of(const IpAddress& a, const IpAddress& b) {
  return a < b ? Hosts{a, b} : Hosts{b, a};
}

// An ICMP error belongs to the hosts of the packet that it quotes.
EvidenceFile::Hosts EvidenceFile::hosts_of(const Packet& packet) {
  const bool quotes =
      packet.transport == Transport::kIcmp && packet.icmp.is_error && packet.icmp.quote.present;
  return quotes ? hosts_of(packet.icmp.quote.src, packet.icmp.quote.dst)
                : hosts_of(packet.src, packet.dst);
}

void EvidenceFile::add(const Frame& frame, const Packet& packet) {
  const Hosts hosts = hosts_of(packet);
  const auto watched = watched_.empty() ? watched_.end() : watched_.find(hosts);
  if (watched != watched_.end()) {
    write(frame, watched->second);
  } else {
    remember(frame, hosts);
  }
}

void EvidenceFile::remember(const Frame& frame, const Hosts& hosts) {
  const size_t size = frame.bytes.size();
  if (size > ring_.size() / 2) return;
  if (next_ + size > ring_.size()) {
    // What is left of the last round at its end is older than what lies at the beginning.
    while (!recent_.empty() && recent_.front().at >= next_) recent_.pop_front();
    next_ = 0;
  }
  while (!recent_.empty() && recent_.front().at < next_ + size &&
         recent_.front().at + recent_.front().frame.bytes.size() > next_) {
    recent_.pop_front();
  }
  std::copy(frame.bytes.begin(), frame.bytes.end(),
            ring_.begin() + static_cast<std::ptrdiff_t>(next_));
  Recent& kept = recent_.emplace_back(Recent{frame, hosts, next_});
  kept.frame.bytes = {ring_.data() + next_, size};
  next_ += size;
}

void EvidenceFile::begin(const Finding& finding) {
  if (!finding.src || !finding.dst) return;
  const Hosts hosts = hosts_of(*finding.src, *finding.dst);
  Watched& watched = watched_[hosts];
  if (watched.findings++ > 0) return;
  for (const Recent& recent : recent_) {
    if (recent.hosts == hosts) write(recent.frame, watched);
  }
  // Written once, even when the finding ends and comes back.
  std::erase_if(recent_, [&](const Recent& recent) { return recent.hosts == hosts; });
}

void EvidenceFile::end(const Finding& finding) {
  if (!finding.src || !finding.dst) return;
  const auto watched = watched_.find(hosts_of(*finding.src, *finding.dst));
  if (watched == watched_.end() || --watched->second.findings > 0) return;
  watched_.erase(watched);
}

void EvidenceFile::write(const Frame& frame, Watched& watched) {
  if (watched.packets >= kMaxPackets) return;
  if (writer_.write(frame)) {
    ++watched.packets;
    ++written_;
    failing_ = false;
    return;
  }
  if (!failing_) failure_ = std::strerror(errno);
  failing_ = true;
}

std::optional<std::string> EvidenceFile::take_failure() { return std::exchange(failure_, {}); }

}  // namespace mtuscope
