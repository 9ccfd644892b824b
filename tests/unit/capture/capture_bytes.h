// Capture files as bytes, written by hand so that the readers are not tested against themselves.

#ifndef MTUSCOPE_TESTS_UNIT_CAPTURE_CAPTURE_BYTES_H_
#define MTUSCOPE_TESTS_UNIT_CAPTURE_CAPTURE_BYTES_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "capture/byte_input.h"
#include "capture/source.h"
#include "tests/support/temp_dir.h"

namespace mtuscope::testing {

using Bytes = std::vector<uint8_t>;
using build::TempDir;

// Appends integers in one byte order.
class ByteWriter {
 public:
  explicit ByteWriter(bool big_endian) : big_endian_(big_endian) {}

  ByteWriter& u16(uint64_t v) { return integer(v, 2); }
  ByteWriter& u32(uint64_t v) { return integer(v, 4); }
  ByteWriter& u64(uint64_t v) { return integer(v, 8); }
  ByteWriter& raw(std::string_view text) {
    bytes_.insert(bytes_.end(), text.begin(), text.end());
    return *this;
  }
  ByteWriter& raw(const Bytes& bytes) {
    bytes_.insert(bytes_.end(), bytes.begin(), bytes.end());
    return *this;
  }
  ByteWriter& pad_to_4() {
    while (bytes_.size() % 4 != 0) bytes_.push_back(0);
    return *this;
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  ByteWriter& integer(uint64_t v, int size) {
    for (int i = 0; i < size; ++i) {
      const int shift = 8 * (big_endian_ ? size - 1 - i : i);
      bytes_.push_back(static_cast<uint8_t>(v >> shift));
    }
    return *this;
  }
  bool big_endian_;
  Bytes bytes_;
};

// A classic pcap file.
class PcapBytes {
 public:
  struct Options {
    bool big_endian = false;
    uint32_t magic = 0xa1b2c3d4;
    uint32_t snaplen = 65535;
    uint32_t network = 1;
    uint16_t minor_version = 4;
  };
  PcapBytes() : PcapBytes(Options{}) {}
  explicit PcapBytes(const Options& o) : out_(o.big_endian) {
    out_.u32(o.magic).u16(2).u16(o.minor_version).u32(0).u32(0).u32(o.snaplen).u32(o.network);
  }
  PcapBytes& packet(uint32_t seconds, uint32_t fraction, std::string_view data,
                    uint32_t original = 0) {
    out_.u32(seconds).u32(fraction).u32(data.size()).u32(original != 0 ? original : data.size());
    out_.raw(data);
    return *this;
  }
  PcapBytes& raw(std::string_view bytes) {
    out_.raw(bytes);
    return *this;
  }
  const Bytes& bytes() const { return out_.bytes(); }

 private:
  ByteWriter out_;
};

// A pcapng file, block by block.
class PcapngBytes {
 public:
  explicit PcapngBytes(bool big_endian = false) { section(big_endian); }

  PcapngBytes& section(bool big_endian) {
    big_endian_ = big_endian;
    return block(0x0a0d0d0a, body().u32(0x1a2b3c4d).u16(1).u16(0).u64(~uint64_t{0}));
  }
  // `options` from option().
  PcapngBytes& interface(uint16_t link_type, uint32_t snaplen = 0, const Bytes& options = {}) {
    return block(1, body().u16(link_type).u16(0).u32(snaplen).raw(options));
  }
  PcapngBytes& packet(uint32_t interface, uint64_t ticks, std::string_view data,
                      uint32_t original = 0, const Bytes& options = {}) {
    return block(6, body()
                        .u32(interface)
                        .u32(ticks >> 32)
                        .u32(ticks & 0xffffffff)
                        .u32(data.size())
                        .u32(original != 0 ? original : data.size())
                        .raw(data)
                        .pad_to_4()
                        .raw(options));
  }
  PcapngBytes& simple_packet(std::string_view data, uint32_t original) {
    return block(3, body().u32(original).raw(data).pad_to_4());
  }
  PcapngBytes& obsolete_packet(uint16_t interface, uint16_t drops, uint64_t ticks,
                               std::string_view data) {
    return block(2, body()
                        .u16(interface)
                        .u16(drops)
                        .u32(ticks >> 32)
                        .u32(ticks & 0xffffffff)
                        .u32(data.size())
                        .u32(data.size())
                        .raw(data)
                        .pad_to_4());
  }
  PcapngBytes& statistics(uint32_t interface, const Bytes& options) {
    return block(5, body().u32(interface).u64(0).raw(options));
  }
  PcapngBytes& block(uint32_t type, const ByteWriter& content) {
    const size_t length = content.bytes().size() + 12;
    const Bytes whole = body().u32(type).u32(length).raw(content.bytes()).u32(length).bytes();
    bytes_.insert(bytes_.end(), whole.begin(), whole.end());
    return *this;
  }
  ByteWriter body() const { return ByteWriter(big_endian_); }
  Bytes option(uint16_t code, const Bytes& value) const {
    return body().u16(code).u16(value.size()).raw(value).pad_to_4().bytes();
  }
  const Bytes& bytes() const { return bytes_; }

 private:
  bool big_endian_ = false;
  Bytes bytes_;
};

// What a frame said, copied.
struct SeenFrame {
  int64_t ns = 0;
  uint64_t number = 0;
  uint32_t source = 0;
  uint32_t interface = 0;
  uint16_t link_type = 0;
  uint32_t original_bytes = 0;
  std::string data;
};

inline Bytes numbered_bytes(size_t count) {
  Bytes bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * 2654435761u >> 13);
  return bytes;
}

// Reads it all in records of this size, the last one shorter.
inline Bytes read_in_records(ByteInput& input, size_t record) {
  Bytes all;
  for (;;) {
    const uint8_t* bytes = input.peek(record);
    const size_t n = bytes != nullptr ? record : input.available();
    if (n == 0) return all;
    if (bytes == nullptr) bytes = input.peek(n);
    all.insert(all.end(), bytes, bytes + n);
    input.skip(n);
  }
}

inline std::vector<SeenFrame> read_all(FrameSource& source) {
  std::vector<SeenFrame> frames;
  Frame f;
  while (source.next(f)) {
    frames.push_back({f.time.ns, f.number.value, f.source, f.interface, f.link_type,
                      f.original_bytes, std::string(f.bytes.begin(), f.bytes.end())});
  }
  return frames;
}

inline std::vector<std::string> data_of(const std::vector<SeenFrame>& frames) {
  std::vector<std::string> all;
  for (const SeenFrame& frame : frames) all.push_back(frame.data);
  return all;
}

}  // namespace mtuscope::testing

#endif  // MTUSCOPE_TESTS_UNIT_CAPTURE_CAPTURE_BYTES_H_
