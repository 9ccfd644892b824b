// `watch --write`: the packets that a finding is about, kept as a capture: what was just seen
// between its two hosts when it was found, and what follows. Nothing of anybody else.

#ifndef MTUSCOPE_CLI_EVIDENCE_FILE_H_
#define MTUSCOPE_CLI_EVIDENCE_FILE_H_

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/report/finding.h"
#include "capture/packet.h"
#include "capture/pcapng_writer.h"

namespace mtuscope {

class EvidenceFile {
 public:
  // Packets seen lately are remembered in so many bytes. Throws what PcapngWriter throws.
  EvidenceFile(const std::string& path, const std::vector<InterfaceInfo>& interfaces,
               size_t recent_bytes);

  // Every packet, decoded from this frame: remembered, or written where it is evidence.
  void add(const Frame& frame, const Packet& packet);
  // From now on, and as far back as is remembered, packets between its hosts are written.
  void begin(const Finding& finding);
  void end(const Finding& finding);

  // Why writing fails; told once, until it works again.
  std::optional<std::string> take_failure();
  uint64_t written() const { return written_; }

 private:
  // Of one pair of hosts, so that a download goes not all into the file.
  static constexpr uint64_t kMaxPackets = 10'000;

  using Hosts = std::pair<IpAddress, IpAddress>;  // the lower first
  struct Recent {
    Frame frame;  // its bytes are those in the ring
    Hosts hosts;
    size_t at = 0;
  };
  struct Watched {
    uint32_t findings = 0;
    uint64_t packets = 0;
  };
  static Hosts hosts_of(const IpAddress& a, const IpAddress& b);
  static Hosts hosts_of(const Packet& packet);
  void remember(const Frame& frame, const Hosts& hosts);
  void write(const Frame& frame, Watched& watched);

  PcapngWriter writer_;
  std::vector<uint8_t> ring_;
  size_t next_ = 0;  // in the ring
  std::deque<Recent> recent_;
  std::map<Hosts, Watched> watched_;
  std::optional<std::string> failure_;
  bool failing_ = false;
  uint64_t written_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_EVIDENCE_FILE_H_
