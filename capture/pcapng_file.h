// The pcapng capture file: a sequence of blocks in sections, each section with its own byte order
// and its own interfaces (draft-ietf-opsawg-pcapng). Interfaces may differ in link type: `dumpcap
// -i eth0 -i wg0` writes exactly that, and libpcap refuses to read it.

#ifndef MTUSCOPE_CAPTURE_PCAPNG_FILE_H_
#define MTUSCOPE_CAPTURE_PCAPNG_FILE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "capture/byte_input.h"
#include "capture/file_integers.h"
#include "capture/source.h"
#include "capture/source_tally.h"

namespace mtuscope {

// How an interface's ticks become nanoseconds: if_tsresol and if_tsoffset (draft section 4.2).
class TickClock {
 public:
  TickClock() : TickClock(6, 0) {}  // microseconds, the default
  // `resolution`: 10^-n, or 2^-n with the top bit set; `offset_seconds` is added.
  TickClock(uint8_t resolution, int64_t offset_seconds);

  Timestamp time(uint64_t ticks) const;

 private:
  uint64_t multiplier_ = 0;  // ns a tick; 0: use what follows
  uint64_t divisor_ = 0;     // ticks a ns; 0: use the shift
  uint8_t shift_ = 0;        // 2^shift ticks a second
  uint64_t offset_ns_ = 0;   // two's complement
};

class PcapngFile final : public FrameSource {
 public:
  // True when these first 4 bytes are of a section header block.
  static bool recognises(const uint8_t* first_4_bytes);

  // `input` stands at the first section header. Throws Error (kFormat) when that is not complete.
  PcapngFile(std::unique_ptr<ByteInput> input, SourceInfo info, uint32_t source_index);

  // A simple packet block has no time: it gets that of the packet before it, and does not count in
  // first_time, last_time and time_reversals.
  bool next(Frame& frame) override;
  std::vector<SourceInfo> info() const override;
  uint64_t bytes_read() const override { return input_->bytes_read(); }
  uint64_t bytes_total() const override { return input_->bytes_total(); }

 private:
  // What reading a packet needs to know of an interface; SourceInfo has the rest.
  struct Interface {
    uint16_t link_type = 0;
    uint32_t snaplen = 0;
    uint32_t longest_captured = 0;
    TickClock clock;
    std::optional<uint64_t> dropped;                 // of its latest statistics block
    std::optional<uint64_t> dropped_before_packets;  // the sum of what its packets say
  };
  // A packet inside its block, whichever kind of block that is.
  struct PacketFields {
    uint32_t interface = 0;  // in its section
    uint32_t captured = 0;
    uint32_t original = 0;
    uint64_t ticks = 0;
    bool has_time = true;
    const uint8_t* data = nullptr;
    uint32_t room = 0;  // bytes of the block from `data` on
    // Packets of its interface that were dropped since the one before, where the block says it.
    std::optional<uint64_t> dropped;
  };

  bool read_section_header();
  bool read_block(uint32_t type, uint32_t length);
  void read_interface(const uint8_t* body, uint32_t length);
  void read_statistics(const uint8_t* body, uint32_t length);
  bool packet_fields(uint32_t type, const uint8_t* body, uint32_t length, PacketFields& packet);
  void read_packet_options(PacketFields& packet) const;
  bool deliver(const PacketFields& packet, Frame& frame);
  bool ends_here();
  bool damaged(std::string what);

  std::unique_ptr<ByteInput> input_;
  FileIntegers integers_;
  uint32_t source_index_;
  uint32_t section_first_ = 0;         // file-wide index of the section's interface 0
  std::vector<Interface> interfaces_;  // of the whole file, as info_.interfaces
  SourceTally tally_;
  SourceInfo info_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_PCAPNG_FILE_H_
