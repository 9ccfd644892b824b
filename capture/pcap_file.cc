#include "capture/pcap_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <utility>

#include "capture/error.h"
#include "capture/link_name.h"

namespace mtuscope {
namespace {

constexpr uint32_t kMicroMagic = 0xa1b2c3d4;
constexpr uint32_t kNanoMagic = 0xa1b23c4d;
constexpr size_t kFileHeaderBytes = 24;
constexpr size_t kRecordHeaderBytes = 16;
constexpr int64_t kNsPerSecond = 1'000'000'000;

bool is_magic(uint32_t magic) { return magic == kMicroMagic || magic == kNanoMagic; }

// The order in which the magic number makes sense.
FileIntegers order_of(const uint8_t* magic) { return {!is_magic(FileIntegers{false}.u32(magic))}; }

bool all_zero(const uint8_t* p, size_t n) {
  return std::all_of(p, p + n, [](uint8_t byte) { return byte == 0; });
}

}  // namespace

uint32_t longest_believable_capture(uint32_t snaplen) {
  return std::clamp(snaplen, kUsualSnaplen, kMaxCapturedBytes);
}

bool PcapFile::recognises(const uint8_t* first_8_bytes) {
  const FileIntegers integers = order_of(first_8_bytes);
  return is_magic(integers.u32(first_8_bytes)) && integers.u16(first_8_bytes + 4) == 2 &&
         integers.u16(first_8_bytes + 6) == 4;
}

PcapFile::PcapFile(std::unique_ptr<ByteInput> input, SourceInfo info, uint32_t source_index)
    : input_(std::move(input)), source_index_(source_index), info_(std::move(info)) {
  const uint8_t* header = input_->peek(kFileHeaderBytes);
  if (header == nullptr) {
    throw Error(ErrorKind::kFormat, info_.path + ": the file ends inside its pcap header",
                "Record it again, with `tcpdump -U --immediate-mode` so that nothing stays behind "
                "in a buffer.");
  }
  integers_ = order_of(header);
  fraction_ns_ = integers_.u32(header) == kNanoMagic ? 1 : 1000;
  const uint32_t snaplen = integers_.u32(header + 16);
  longest_captured_ = longest_believable_capture(snaplen);
  // The upper half of the field says whether frames end with a checksum, and how long it is.
  link_type_ = static_cast<uint16_t>(integers_.u32(header + 20) & 0xffff);
  info_.interfaces.push_back({std::nullopt, link_type_, link_name(link_type_), snaplen});
  input_->skip(kFileHeaderBytes);
}

bool PcapFile::next(Frame& frame) {
  const uint8_t* record = input_->peek(kRecordHeaderBytes);
  if (record == nullptr) return ends_here(0);
  const uint32_t captured = integers_.u32(record + 8);
  const uint32_t original = integers_.u32(record + 12);
  if (captured > longest_captured_) [[unlikely]] {
    return damaged(fmt::format("packet {} claims {} captured bytes, more than a packet has",
                               tally_.packets() + 1, captured));
  }
  if (original == 0) [[unlikely]] {
    if (all_zero(record, kRecordHeaderBytes)) {
      return damaged(
          "zeros instead of a packet (the disk was full, the machine crashed, or the file became "
          "shorter meanwhile)");
    }
    if (recognises(record)) {
      return damaged("another pcap header (files joined with cat? name them one by one instead)");
    }
  }
  record = input_->peek(kRecordHeaderBytes + captured);
  if (record == nullptr) return ends_here(captured);
  input_->skip(kRecordHeaderBytes + captured);
  // In a mapped file the next record is still in main memory: it comes nearer while this one is
  // analyzed.
  __builtin_prefetch(record + kRecordHeaderBytes + captured);
  __builtin_prefetch(record + kRecordHeaderBytes + captured + 64);

  frame.original_bytes = std::max(original, captured);
  frame.number = tally_.count(frame.original_bytes);
  frame.time = tally_.recorded_at(
      Timestamp{integers_.u32(record) * kNsPerSecond + integers_.u32(record + 4) * fraction_ns_});
  frame.source = source_index_;
  frame.interface = 0;
  frame.link_type = link_type_;
  frame.bytes = {record + kRecordHeaderBytes, captured};
  return true;
}

// Fewer bytes are left than a record header and `captured` bytes need: the end, or a cut.
bool PcapFile::ends_here(uint32_t captured) {
  if (input_->available() == 0 && input_->damage().empty()) return false;
  if (input_->available() == 0) return damaged(input_->damage());
  std::string what = fmt::format("the file ends inside packet {}: ", tally_.packets() + 1);
  if (input_->available() < kRecordHeaderBytes) {
    what += "its record header is cut";
  } else {
    what += fmt::format("{} of its {} bytes are there", input_->available() - kRecordHeaderBytes,
                        captured);
  }
  if (!input_->damage().empty()) what += " (" + input_->damage() + ")";
  return damaged(std::move(what));
}

bool PcapFile::damaged(std::string what) {
  info_.truncated = true;
  info_.damage = fmt::format("{}, at byte {}", what, input_->offset());
  return false;
}

std::vector<SourceInfo> PcapFile::info() const {
  std::vector<SourceInfo> all{info_};
  tally_.report(all.front());
  return all;
}

}  // namespace mtuscope
