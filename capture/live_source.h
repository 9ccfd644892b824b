// Frames as they arrive on interfaces of this host, by libpcap: the first bytes of each packet, in
// order of time over all interfaces. Never waits for packets by itself: the loop that reads from it
// calls wait().

#ifndef MTUSCOPE_CAPTURE_LIVE_SOURCE_H_
#define MTUSCOPE_CAPTURE_LIVE_SOURCE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "capture/frame.h"
#include "capture/source.h"
#include "capture/source_tally.h"
#include "capture/units.h"

struct pcap;

namespace mtuscope {

struct LiveOptions {
  std::vector<std::string> interfaces;  // at least one; "any" stands for all of them
  std::string filter;                   // tcpdump syntax, applied by the kernel; empty: everything
  uint32_t buffer_bytes = 16u << 20;    // of the kernel, for each interface
};

// Enough of a packet for all headers, tunnels included, and to say what its first bytes are.
inline constexpr uint32_t kLiveSnaplen = 256;

class LiveSource {
 public:
  // Throws Error: kNotFound (no such interface), kPermission (says what to grant), kUsage (the
  // filter), kSystem.
  explicit LiveSource(const LiveOptions& options);
  ~LiveSource();

  // The next frame that has arrived; false when there is none now. Its bytes are valid until the
  // next call. A frame may be held back for some milliseconds, until none of another interface can
  // be earlier.
  bool next(Frame& frame);
  // Until there is something to read, for at most so long, or until a signal comes or one of
  // `others` (file descriptors) is readable.
  void wait(Duration at_most, std::span<const int> others = {});
  // Every interface has gone.
  bool ended() const;

  // Interfaces that have gone since the last call, with the reason: "eth0: The interface
  // disappeared".
  std::vector<std::string> take_losses();
  // One source, whose interfaces are in the order given. `dropped` is up to date.
  std::vector<SourceInfo> info() const;

 private:
  struct Interface;
  void open(const std::string& name, const LiveOptions& options);
  void fetch(Interface& interface);
  bool may_pass(Timestamp time) const;

  std::vector<std::unique_ptr<Interface>> interfaces_;
  std::vector<std::string> losses_;
  SourceTally tally_;
  Timestamp now_;  // since wait() returned
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_LIVE_SOURCE_H_
