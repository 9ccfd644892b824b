// Where frames come from: a capture file, a compressed one, standard input, an interface. One
// narrow interface, several implementations behind open_captures().

#ifndef MTUSCOPE_CAPTURE_SOURCE_H_
#define MTUSCOPE_CAPTURE_SOURCE_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/frame.h"
#include "capture/units.h"

namespace mtuscope {

struct InterfaceInfo {
  std::optional<std::string> name;
  uint16_t link_type = 0;  // LINKTYPE_ value
  std::string link_name;   // "EN10MB", "RAW", "LINUX_SLL2": as libpcap names it
  uint32_t snaplen = 0;    // bytes; 0 means unlimited or unknown
  // Why --filter cannot be used on it, in libpcap's words, so that none of its frames passed; empty
  // when it can, or there is no filter.
  std::string filter_problem = {};
};

struct SourceInfo {
  std::string path;           // as the user gave it; "-" is standard input
  std::string format;         // "pcap", "pcapng", "pcap (gzip)", "libpcap: pcap variant", "live"
  uint64_t packets = 0;       // in the file, whatever the filter keeps
  uint64_t bytes = 0;         // sum of their original lengths
  uint64_t filtered_out = 0;  // of these packets, those that the filter did not let through
  // The earliest and the latest time of any packet; nullopt when no packet has a time.
  std::optional<Timestamp> first_time, last_time;
  std::vector<InterfaceInfo> interfaces;  // of all sections of a pcapng file, in file order
  bool truncated = false;           // the file ends inside a packet, or is damaged from there on
  std::string damage;               // what is wrong and at which byte offset, empty when nothing is
  std::optional<uint64_t> dropped;  // packets the capturing kernel dropped, where the file says
  uint64_t time_reversals = 0;      // frames whose time is before that of the frame before
  // The clock was set back by more than packets are out of order, all times together, for the last
  // time at this packet: the times from there on are counted on from before.
  Duration clock_set_back{0};
  FrameNumber set_back_at{};
  bool empty = false;  // without a byte, among others that were read; `damage` says so too
  // Set when this is the same file as an earlier source (its index): it is read only once, and
  // everything but path and format is empty here.
  std::optional<uint32_t> repeat_of;
};

class FrameSource {
 public:
  virtual ~FrameSource() = default;
  // False at the end. A damaged end is not an error: it is in info().truncated.
  // Throws Error only when the system fails, and kUsage at the end where a filter can be used on
  // none of the interfaces and none of them was known in the beginning.
  virtual bool next(Frame& frame) = 0;
  // One per input file, in the order given; complete once next() has returned false. Before, what
  // is known so far: interfaces may still be added.
  virtual std::vector<SourceInfo> info() const = 0;
  // Bytes of input read so far and in total (0 when unknown), for progress.
  virtual uint64_t bytes_read() const = 0;
  virtual uint64_t bytes_total() const = 0;
};

struct CaptureOptions {
  // Tcpdump syntax; empty keeps everything. Where interfaces differ in link type, it is used on
  // those on which it makes sense; InterfaceInfo::filter_problem says why the others are left out.
  std::string filter;
  // By path: how far the clock that it was recorded with is ahead of the common one, by which
  // several captures are merged. Missing ones are 0. Frames keep their own times.
  std::vector<Duration> clock_ahead = {};
  // Called now and then while next() looks for a frame that the filter lets through, which may take
  // long: with bytes_read(), bytes_total(), and the number of frames left out until then.
  using StillReading = std::function<void(uint64_t, uint64_t, uint64_t)>;
  StillReading still_reading = {};
};

// Opens the captures as one, merged by time where there are several (each file keeps its own frame
// numbers and its own order; at equal times the file that was named first comes first). What a path
// holds is found from its first bytes, not from its name; "-", pipes and FIFOs are read as they
// come. A capture without packets is a valid, empty one. Throws Error: kNotFound, kPermission,
// kFormat (not a capture, empty files only, a directory), kUsage (no path, a filter expression that
// is wrong or makes no sense on any interface described before the first packet, standard input
// named twice or a terminal), kSystem.
std::unique_ptr<FrameSource> open_captures(const std::vector<std::string>& paths,
                                           const CaptureOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_SOURCE_H_
