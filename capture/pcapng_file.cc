#include "capture/pcapng_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "capture/error.h"
#include "capture/link_name.h"
#include "capture/pcap_file.h"

namespace mtuscope {
namespace {

// Block types (draft-ietf-opsawg-pcapng section 4, 11.1).
constexpr uint32_t kSectionHeader = 0x0a0d0d0a;  // the same in both byte orders
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kObsoletePacket = 2;
constexpr uint32_t kSimplePacket = 3;
constexpr uint32_t kInterfaceStatistics = 5;
constexpr uint32_t kEnhancedPacket = 6;

constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;

// Option codes of interface blocks, packet blocks and statistics blocks.
constexpr uint16_t kEndOfOptions = 0;
constexpr uint16_t kIfName = 2;
constexpr uint16_t kIfTsresol = 9;
constexpr uint16_t kIfTsoffset = 14;
constexpr uint16_t kEpbDropcount = 4;
constexpr uint16_t kIsbIfdrop = 5;
constexpr uint16_t kIsbOsdrop = 7;

constexpr uint32_t kBlockHeaderBytes = 8;     // type, total length
constexpr uint32_t kBlockOverheadBytes = 12;  // and total length again
constexpr uint32_t kSectionHeaderBytes = 28;
// Blocks that are no packets are either skipped unseen or small; a section header, interface or
// statistics block that claims more is damage.
constexpr uint32_t kLongestDescription = uint32_t{1} << 20;

constexpr uint64_t kNsPerSecond = 1'000'000'000;

// Calls visit(code, value, length) for each option in `options`, up to the first that does not fit.
template <class Visit>
void for_each_option(FileIntegers integers, std::span<const uint8_t> options, Visit visit) {
  while (options.size() >= 4) {
    const uint16_t code = integers.u16(options.data());
    const uint16_t length = integers.u16(options.data() + 2);
    const size_t padded = 4 + ((size_t{length} + 3) & ~size_t{3});
    if (code == kEndOfOptions || options.size() < 4 + size_t{length}) return;
    visit(code, options.data() + 4, length);
    if (padded > options.size()) return;
    options = options.subspan(padded);
  }
}

}  // namespace

TickClock::TickClock(uint8_t resolution, int64_t offset_seconds)
    : offset_ns_(static_cast<uint64_t>(offset_seconds) * kNsPerSecond) {
  const uint8_t exponent = resolution & 0x7f;
  if ((resolution & 0x80) != 0) {
    shift_ = std::min<uint8_t>(exponent, 63);
    return;
  }
  const auto power_of_ten = [](int n) {
    uint64_t power = 1;
    for (; n > 0; --n) power *= 10;
    return power;
  };
  if (exponent <= 9) {
    multiplier_ = power_of_ten(9 - exponent);
  } else {
    divisor_ = power_of_ten(std::min(exponent - 9, 19));  // 10^19 is the last that fits
  }
}

// Arithmetic modulo 2^64 throughout: a damaged file may hold any number of ticks.
Timestamp TickClock::time(uint64_t ticks) const {
  uint64_t ns;
  if (multiplier_ != 0) [[likely]] {
    ns = ticks * multiplier_;
  } else if (divisor_ != 0) {
    ns = ticks / divisor_;
  } else {
    const uint64_t fraction = ticks & ((uint64_t{1} << shift_) - 1);
    __extension__ using Wide = unsigned __int128;
    ns = (ticks >> shift_) * kNsPerSecond +
         static_cast<uint64_t>((static_cast<Wide>(fraction) * kNsPerSecond) >> shift_);
  }
  return Timestamp{static_cast<int64_t>(ns + offset_ns_)};
}

bool PcapngFile::recognises(const uint8_t* first_4_bytes) {
  return FileIntegers{}.u32(first_4_bytes) == kSectionHeader;
}

PcapngFile::PcapngFile(std::unique_ptr<ByteInput> input, SourceInfo info, uint32_t source_index)
    : input_(std::move(input)), source_index_(source_index), info_(std::move(info)) {
  if (!read_section_header()) {
    throw Error(ErrorKind::kFormat, info_.path + " begins like pcapng, but: " + info_.damage,
                "Record it again, or write it anew with `editcap -F pcapng`.");
  }
  // Interfaces stand before the first packet: known before next(), the filter is compiled for them.
  while (const uint8_t* block =
             input_->available() >= kBlockHeaderBytes ? input_->peek(kBlockHeaderBytes) : nullptr) {
    const uint32_t type = integers_.u32(block);
    const uint32_t length = integers_.u32(block + 4);
    if (type != kInterfaceDescription || input_->available() < length) break;
    if (!read_block(type, length)) break;
  }
}

bool PcapngFile::next(Frame& frame) {
  for (;;) {
    const uint8_t* block = input_->peek(kBlockHeaderBytes);
    if (block == nullptr) return ends_here();
    const uint32_t type = integers_.u32(block);
    if (type == kSectionHeader) [[unlikely]] {
      if (!read_section_header()) return false;
      continue;
    }
    const uint32_t length = integers_.u32(block + 4);
    if (type != kEnhancedPacket && type != kSimplePacket && type != kObsoletePacket) [[unlikely]] {
      if (!read_block(type, length)) return false;
      continue;
    }
    if (length < kBlockOverheadBytes || length % 4 != 0 ||
        length > kMaxCapturedBytes + kLongestDescription) [[unlikely]] {
      return damaged(fmt::format("a packet block claims to be {} bytes long", length));
    }
    block = input_->peek(length);
    if (block == nullptr) return ends_here();
    if (integers_.u32(block + length - 4) != length) [[unlikely]] {
      return damaged("the two lengths of a packet block differ");
    }
    PacketFields packet;
    if (!packet_fields(type, block + kBlockHeaderBytes, length - kBlockOverheadBytes, packet)) {
      return damaged(fmt::format("a packet block is too short ({} bytes)", length));
    }
    if (!deliver(packet, frame)) return false;
    input_->skip(length);
    return true;
  }
}

// The three kinds of packet block (draft 4.3, 4.4, appendix A). False when one is too short for its
// fixed fields.
bool PcapngFile::packet_fields(uint32_t type, const uint8_t* body, uint32_t length,
                               PacketFields& packet) {
  const uint32_t fixed = type == kSimplePacket ? 4 : 20;
  if (length < fixed) return false;
  packet.data = body + fixed;
  packet.room = length - fixed;
  if (type == kSimplePacket) {
    packet.has_time = false;
    packet.original = integers_.u32(body);
    packet.captured = std::min(packet.original, packet.room);
    if (section_first_ < interfaces_.size() && interfaces_[section_first_].snaplen != 0) {
      packet.captured = std::min(packet.captured, interfaces_[section_first_].snaplen);
    }
    return true;
  }
  if (type == kEnhancedPacket) {
    packet.interface = integers_.u32(body);
  } else {
    packet.interface = integers_.u16(body);
    const uint16_t drops = integers_.u16(body + 2);
    if (drops != 0xffff) packet.dropped = drops;
  }
  packet.ticks = uint64_t{integers_.u32(body + 4)} << 32 | integers_.u32(body + 8);
  packet.captured = integers_.u32(body + 12);
  packet.original = integers_.u32(body + 16);
  // Padded to 4 bytes; whatever is left beyond that are options, which few writers add.
  if (type == kEnhancedPacket && packet.captured <= packet.room &&
      packet.room - packet.captured >= 4) [[unlikely]] {
    read_packet_options(packet);
  }
  return true;
}

void PcapngFile::read_packet_options(PacketFields& packet) const {
  const uint32_t padded = std::min((packet.captured + 3) & ~uint32_t{3}, packet.room);
  for_each_option(integers_, {packet.data + padded, packet.room - padded},
                  [&](uint16_t code, const uint8_t* value, uint16_t bytes) {
                    if (code == kEpbDropcount && bytes >= 8) packet.dropped = integers_.u64(value);
                  });
}

bool PcapngFile::deliver(const PacketFields& packet, Frame& frame) {
  if (packet.interface >= interfaces_.size() - section_first_) [[unlikely]] {
    return damaged(fmt::format("packet {} names interface {}, which the file does not describe",
                               tally_.packets() + 1, packet.interface));
  }
  const uint32_t index = section_first_ + packet.interface;
  Interface& interface = interfaces_[index];
  if (packet.captured > packet.room || packet.captured > interface.longest_captured) [[unlikely]] {
    return damaged(fmt::format("packet {} claims {} captured bytes, more than its block has",
                               tally_.packets() + 1, packet.captured));
  }
  if (packet.dropped) [[unlikely]] {
    auto& sum = interface.dropped_before_packets;
    sum = sum.value_or(0) + *packet.dropped;
  }
  frame.original_bytes = std::max(packet.original, packet.captured);
  frame.number = tally_.count(frame.original_bytes);
  frame.time =
      packet.has_time ? tally_.recorded_at(interface.clock.time(packet.ticks)) : tally_.previous();
  frame.source = source_index_;
  frame.interface = index;
  frame.link_type = interface.link_type;
  frame.bytes = {packet.data, packet.captured};
  return true;
}

bool PcapngFile::read_section_header() {
  const uint8_t* block = input_->peek(kSectionHeaderBytes);
  if (block == nullptr) return ends_here();
  integers_ = FileIntegers{};
  if (integers_.u32(block + 8) != kByteOrderMagic) integers_.swapped = true;
  if (integers_.u32(block + 8) != kByteOrderMagic) {
    return damaged("a section header without its byte-order magic");
  }
  const uint32_t length = integers_.u32(block + 4);
  if (integers_.u16(block + 12) != 1) {
    return damaged(fmt::format("pcapng version {}.{} is not known", integers_.u16(block + 12),
                               integers_.u16(block + 14)));
  }
  if (length < kSectionHeaderBytes || length % 4 != 0 || length > kLongestDescription) {
    return damaged(fmt::format("a section header claims to be {} bytes long", length));
  }
  if (input_->peek(length) == nullptr) return ends_here();
  input_->skip(length);
  section_first_ = static_cast<uint32_t>(interfaces_.size());
  return true;
}

// A block that is no packet and no section header: what we know is read, the rest is skipped.
bool PcapngFile::read_block(uint32_t type, uint32_t length) {
  if (length < kBlockOverheadBytes || length % 4 != 0) {
    return damaged(fmt::format("a block of type {:#x} claims to be {} bytes long", type, length));
  }
  if (type != kInterfaceDescription && type != kInterfaceStatistics) {
    const uint64_t start = input_->offset();
    if (input_->discard(length)) return true;
    return damaged(fmt::format("the file ends inside a block that began at byte {}", start));
  }
  if (length > kLongestDescription) {
    return damaged(fmt::format("an interface block claims to be {} bytes long", length));
  }
  const uint8_t* block = input_->peek(length);
  if (block == nullptr) return ends_here();
  const uint32_t body_bytes = length - kBlockOverheadBytes;
  if (body_bytes < (type == kInterfaceDescription ? 8u : 12u)) {
    return damaged(fmt::format("an interface block is too short ({} bytes)", length));
  }
  if (type == kInterfaceDescription) {
    read_interface(block + kBlockHeaderBytes, body_bytes);
  } else {
    read_statistics(block + kBlockHeaderBytes, body_bytes);
  }
  input_->skip(length);
  return true;
}

void PcapngFile::read_interface(const uint8_t* body, uint32_t length) {
  Interface interface;
  interface.link_type = integers_.u16(body);
  interface.snaplen = integers_.u32(body + 4);
  interface.longest_captured = longest_believable_capture(interface.snaplen);
  std::optional<std::string> name;
  uint8_t resolution = 6;
  int64_t offset_seconds = 0;
  for_each_option(integers_, {body + 8, length - 8},
                  [&](uint16_t code, const uint8_t* value, uint16_t bytes) {
                    if (code == kIfName) {
                      name.emplace(reinterpret_cast<const char*>(value), bytes);
                    } else if (code == kIfTsresol && bytes >= 1) {
                      resolution = value[0];
                    } else if (code == kIfTsoffset && bytes >= 8) {
                      offset_seconds = static_cast<int64_t>(integers_.u64(value));
                    }
                  });
  // Names are C strings to some writers.
  if (name && name->find('\0') != std::string::npos) name->resize(name->find('\0'));
  interface.clock = TickClock(resolution, offset_seconds);
  interfaces_.push_back(interface);
  info_.interfaces.push_back(
      {std::move(name), interface.link_type, link_name(interface.link_type), interface.snaplen});
}

// Counts run from the start of the capture, so the latest block of an interface replaces earlier
// ones (draft 4.6).
void PcapngFile::read_statistics(const uint8_t* body, uint32_t length) {
  const uint32_t index = integers_.u32(body);
  if (index >= interfaces_.size() - section_first_) return;
  std::optional<uint64_t> dropped;
  for_each_option(integers_, {body + 12, length - 12},
                  [&](uint16_t code, const uint8_t* value, uint16_t bytes) {
                    if ((code == kIsbIfdrop || code == kIsbOsdrop) && bytes >= 8) {
                      dropped = dropped.value_or(0) + integers_.u64(value);
                    }
                  });
  if (dropped) interfaces_[section_first_ + index].dropped = dropped;
}

// Fewer bytes are left than the block at the cursor needs: the end, or a cut.
bool PcapngFile::ends_here() {
  if (input_->available() == 0 && input_->damage().empty()) return false;
  if (input_->available() == 0) return damaged(input_->damage());
  std::string what = fmt::format(
      "the file ends inside a block, after packet {}: {} bytes of it "
      "are there",
      tally_.packets(), input_->available());
  if (!input_->damage().empty()) what += " (" + input_->damage() + ")";
  return damaged(std::move(what));
}

bool PcapngFile::damaged(std::string what) {
  info_.truncated = true;
  info_.damage = fmt::format("{}, at byte {}", what, input_->offset());
  return false;
}

std::vector<SourceInfo> PcapngFile::info() const {
  std::vector<SourceInfo> all{info_};
  SourceInfo& info = all.front();
  tally_.report(info);
  for (const Interface& interface : interfaces_) {
    // Both count the same packets, statistics until they were written, packets until the last one
    // that was kept: the larger count has seen more of them. nullopt is less than any.
    const auto dropped = std::max(interface.dropped, interface.dropped_before_packets);
    if (dropped) info.dropped = info.dropped.value_or(0) + *dropped;
  }
  return all;
}

}  // namespace mtuscope
