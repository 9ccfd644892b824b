#include "capture/frame_filter.h"

#include <fmt/format.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstdio>
#include <utility>

#include "capture/error.h"
#include "capture/link_layer.h"
#include "capture/link_name.h"
#include "capture/pcap_file.h"

namespace mtuscope {
namespace {

constexpr char kHint[] =
    "Filters are those of tcpdump, see pcap-filter(7); for example: --filter 'host 10.9.0.2 and "
    "tcp port 443'";

// A filter that matches little may pass over gigabytes before it has a frame to give.
constexpr uint64_t kStillReadingMask = 0xffff;

// The header of a capture file, and nothing else: libpcap compiles for what is in a file otherwise
// than for an interface of this host. It knows that a loopback header is in the file's byte order,
// and has AF_INET6 of every BSD and macOS.
using HeaderOnly = std::array<uint32_t, 6>;
HeaderOnly file_header(uint16_t link_type, bool other_order) {
  constexpr uint32_t kVersion =
      std::endian::native == std::endian::little ? 0x00040002 : 0x00020004;
  HeaderOnly header{0xa1b2c3d4, kVersion, 0, 0, kUsualSnaplen, link_type};
  if (!other_order) return header;
  for (uint32_t& field : header) field = __builtin_bswap32(field);
  // Two fields of 16 bits.
  header[1] = header[1] << 16 | header[1] >> 16;
  return header;
}

// Link types that we decode and libpcap has no filters for.
bool only_network_layer(uint16_t link_type) {
  return link_type == link_type::kDltRawOpenBsd || link_type == link_type::kPppWithDir ||
         link_type == link_type::kCiscoHdlcWithDir || link_type == link_type::kMpls;
}

// LINKTYPE_PPP may come without ff 03 before the protocol, for which libpcap always makes room.
bool is_bare_ppp(const Frame& frame) {
  return frame.link_type == link_type::kPpp && frame.bytes.size() >= 2 &&
         !(frame.bytes[0] == 0xff && frame.bytes[1] == 0x03);
}

// A LINKTYPE_NULL header is the family, a small number, in the byte order of the capturing host:
// which need not be that of the file, when a tool rewrote it.
bool is_in_other_order(const Frame& frame) {
  if (frame.bytes.size() < 4) return false;
  const bool small_little = frame.bytes[3] == 0 && frame.bytes[2] == 0;
  return small_little != (std::endian::native == std::endian::little);
}

bool runs(const bpf_program& code, std::span<const uint8_t> bytes, uint32_t original_bytes) {
  return bpf_filter(code.bf_insns, bytes.data(), original_bytes,
                    static_cast<u_int>(bytes.size())) != 0;
}

}  // namespace

void FrameFilter::Free::operator()(bpf_program* program) const {
  pcap_freecode(program);
  delete program;
}

bool FrameFilter::matches(const Frame& frame) {
  const Program& program = this->program(frame.link_type);
  if (program.network != nullptr && (program.code == nullptr || is_bare_ppp(frame))) [[unlikely]] {
    Packet packet;
    packet.tunnel_count = 0;
    NetworkLayer network;
    const WireBytes bytes(frame.bytes, frame.original_bytes);
    if (strip_link_header(frame.link_type, bytes, packet, network) != Undecoded::kNone) {
      return false;
    }
    // `len` and `greater` are about the whole frame, as everywhere.
    return runs(*program.network, network.bytes.span(), frame.original_bytes);
  }
  if (program.code == nullptr) [[unlikely]] {
    return false;
  }
  if (program.other_order != nullptr && is_in_other_order(frame)) {
    return runs(*program.other_order, frame.bytes, frame.original_bytes);
  }
  return runs(*program.code, frame.bytes, frame.original_bytes);
}

const FrameFilter::Program& FrameFilter::program(uint16_t link_type) {
  for (const Program& program : programs_) {
    if (program.link_type == link_type) return program;
  }
  Program program{
      .link_type = link_type, .code = {}, .other_order = {}, .network = {}, .problem = {}};
  if (only_network_layer(link_type)) {
    program.network = compile(link_type::kRaw, false, program.problem);
  } else {
    program.code = compile(link_type, false, program.problem);
  }
  std::string why;  // as before, or it is an expression about the link header: then without
  if (link_type == link_type::kNull) program.other_order = compile(link_type, true, why);
  if (link_type == link_type::kPpp) program.network = compile(link_type::kRaw, false, why);
  programs_.push_back(std::move(program));
  return programs_.back();
}

// Null, and `problem` says why, when libpcap cannot.
FrameFilter::Code FrameFilter::compile(uint16_t link_type, bool other_order,
                                       std::string& problem) const {
  HeaderOnly header = file_header(link_type, other_order);
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  FILE* const file = fmemopen(header.data(), sizeof header, "rb");
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> handle(
      file != nullptr ? pcap_fopen_offline(file, error.data()) : nullptr, pcap_close);
  if (handle == nullptr) {
    if (file != nullptr) fclose(file);
    problem = error.data();
    return nullptr;
  }
  // Zeroed, so that pcap_freecode() is right also when nothing was compiled.
  Code code(new bpf_program{});
  if (pcap_compile(handle.get(), code.get(), expression_.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0) {
    return code;
  }
  problem = pcap_geterr(handle.get());
  return nullptr;
}

FilteredSource::FilteredSource(std::unique_ptr<FrameSource> source, const CaptureOptions& options)
    : source_(std::move(source)), filter_(options.filter), still_reading_(options.still_reading) {
  const std::vector<SourceInfo> sources = source_->info();
  filtered_out_.resize(sources.size());
  refuse_if_useless(sources);
}

void FilteredSource::refuse_if_useless(const std::vector<SourceInfo>& sources) {
  const InterfaceInfo* refused = nullptr;
  for (const SourceInfo& info : sources) {
    for (const InterfaceInfo& interface : info.interfaces) {
      if (filter_.problem(interface.link_type).empty()) return;
      if (refused == nullptr) refused = &interface;
    }
  }
  if (refused == nullptr) return;
  throw Error(ErrorKind::kUsage,
              fmt::format("the filter '{}' does not work on link type {}: {}", filter_.expression(),
                          refused->link_name, filter_.problem(refused->link_type)),
              kHint);
}

bool FilteredSource::next(Frame& frame) {
  while (source_->next(frame)) {
    if (filter_.matches(frame)) return true;
    leave_out(frame);
  }
  refuse_if_useless(source_->info());
  return false;
}

void FilteredSource::leave_out(const Frame& frame) {
  ++filtered_out_[frame.source];
  if ((++left_out_ & kStillReadingMask) == 0 && still_reading_) {
    still_reading_(bytes_read(), bytes_total(), left_out_);
  }
}

std::vector<SourceInfo> FilteredSource::info() const {
  std::vector<SourceInfo> sources = source_->info();
  for (size_t i = 0; i < sources.size(); ++i) {
    sources[i].filtered_out = filtered_out_[i];
    for (InterfaceInfo& interface : sources[i].interfaces) {
      interface.filter_problem = filter_.problem(interface.link_type);
    }
  }
  return sources;
}

}  // namespace mtuscope
