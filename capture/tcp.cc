#include "capture/tcp.h"

#include <algorithm>

namespace mtuscope {
namespace {

// https://www.iana.org/assignments/tcp-parameters
constexpr uint8_t kEndOfList = 0, kNop = 1, kMss = 2, kWindowScale = 3, kSackPermitted = 4,
                  kSack = 5, kTimestamps = 8;
constexpr uint32_t kSackBlockBytes = 8;
constexpr uint8_t kMaxWindowScale = 14;  // RFC 7323 2.3: larger is taken as 14

// NOP NOP TIMESTAMPS 10: what nearly every segment starts its options with (RFC 7323 appendix A).
constexpr uint32_t kAlignedTimestamps = 0x0101080a;
constexpr uint32_t kAlignedTimestampsBytes = 12;

void read_timestamps(const uint8_t* value, TcpHeader& header) {
  header.has_timestamps = true;
  header.ts_val = load_be32(value);
  header.ts_ecr = load_be32(value + 4);
}

// `bytes` of SACK blocks; only whole ones are taken.
void read_sack(const uint8_t* blocks, size_t bytes, TcpHeader& header) {
  const size_t count = std::min(bytes / kSackBlockBytes, header.sack.size());
  for (size_t i = 0; i < count; ++i) {
    const uint8_t* block = blocks + i * kSackBlockBytes;
    header.sack[i] = {SeqNumber{load_be32(block)}, SeqNumber{load_be32(block + 4)}};
  }
  header.sack_count = static_cast<uint8_t>(count);
}

// One whole option of `length` bytes, kind and length included. False when its length is wrong.
bool read_option(uint8_t kind, const uint8_t* option, size_t length, TcpHeader& header) {
  const bool syn = header.flags & tcp_flag::kSyn;
  switch (kind) {
    case kMss:
      if (length != 4) return false;
      if (syn) header.mss = Mss{load_be16(option + 2)};
      return true;
    case kWindowScale:
      if (length != 3) return false;
      if (syn) header.window_scale = std::min(option[2], kMaxWindowScale);
      return true;
    case kSackPermitted:
      if (length != 2) return false;
      if (syn) header.sack_permitted = true;
      return true;
    case kSack:
      if (length < 2 + kSackBlockBytes || (length - 2) % kSackBlockBytes != 0) return false;
      read_sack(option + 2, length - 2, header);
      return true;
    case kTimestamps:
      if (length != 10) return false;
      read_timestamps(option + 2, header);
      return true;
    default:
      return true;
  }
}

void decode_options_from(size_t at, WireBytes options, TcpHeader& header) {
  while (options.has(at + 1)) {
    const uint8_t kind = options.u8(at);
    if (kind == kEndOfList) return;
    if (kind == kNop) {
      ++at;
      continue;
    }
    if (!options.has(at + 2)) break;
    const size_t length = options.u8(at + 1);
    if (length < 2 || !options.claims(at + length)) {
      header.options_cut = true;
      return;
    }
    if (!options.has(at + length)) {
      if (kind == kSack) read_sack(options.data() + at + 2, options.captured() - at - 2, header);
      break;
    }
    if (!read_option(kind, options.at(at, length), length, header)) header.options_cut = true;
    at += length;
  }
  // The list may end without an end-of-list option, but only at its full length.
  if (at != options.claimed()) header.options_cut = true;
}

}  // namespace

void decode_tcp_options(WireBytes options, TcpHeader& header) {
  header.mss = Mss{};
  header.window_scale = 0xff;
  header.sack_permitted = false;
  header.has_timestamps = false;
  header.options_cut = false;
  header.sack_count = 0;
  header.ts_val = 0;
  header.ts_ecr = 0;

  size_t at = 0;
  if (options.has(kAlignedTimestampsBytes) && options.be32(0) == kAlignedTimestamps) {
    read_timestamps(options.data() + 4, header);
    at = kAlignedTimestampsBytes;
    if (options.claimed() == at) return;
  }
  decode_options_from(at, options, header);
}

Undecoded decode_tcp(WireBytes bytes, Packet& packet) {
  if (!bytes.has(kTcpHeaderBytes)) {
    return bytes.claims(kTcpHeaderBytes) ? Undecoded::kTransportTruncated
                                         : Undecoded::kTransportBad;
  }
  const uint32_t header_bytes = uint32_t{bytes.u8(12)} >> 4 << 2;
  if (header_bytes < kTcpHeaderBytes || !bytes.claims(header_bytes)) {
    return Undecoded::kTransportBad;
  }
  packet.transport = Transport::kTcp;
  packet.src_port = bytes.be16(0);
  packet.dst_port = bytes.be16(2);
  TcpHeader& header = packet.tcp;
  header.seq = SeqNumber{bytes.be32(4)};
  header.ack = SeqNumber{bytes.be32(8)};
  header.flags = bytes.u8(13);
  header.window = bytes.be16(14);
  header.checksum = bytes.be16(16);
  header.header_bytes = static_cast<uint8_t>(header_bytes);
  decode_tcp_options(bytes.with_length(header_bytes).past(kTcpHeaderBytes), header);

  const WireBytes payload = bytes.after(header_bytes);
  packet.payload_bytes = static_cast<uint32_t>(payload.claimed());
  packet.payload = payload.span();
  return Undecoded::kNone;
}

}  // namespace mtuscope
