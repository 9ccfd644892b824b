#include "capture/frame_filter.h"

#include <fmt/core.h>
#include <pcap/pcap.h>

#include <utility>

#include "capture/error.h"
#include "capture/link_name.h"
#include "capture/pcap_file.h"

namespace mtuscope {

void FrameFilter::Free::operator()(bpf_program* program) const {
  pcap_freecode(program);
  delete program;
}

void FrameFilter::prepare(uint16_t link_type) { program(link_type); }

bool FrameFilter::matches(const Frame& frame) {
  return bpf_filter(program(frame.link_type).bf_insns, frame.bytes.data(), frame.original_bytes,
                    static_cast<u_int>(frame.bytes.size())) != 0;
}

const bpf_program& FrameFilter::program(uint16_t link_type) {
  for (const Program& program : programs_) {
    if (program.link_type == link_type) return *program.code;
  }
  const std::unique_ptr<pcap_t, void (*)(pcap_t*)> handle(
      pcap_open_dead(dlt_of_linktype(link_type), static_cast<int>(kUsualSnaplen)), pcap_close);
  // Zeroed, so that pcap_freecode() is right also when nothing was compiled.
  std::unique_ptr<bpf_program, Free> code(new bpf_program{});
  if (pcap_compile(handle.get(), code.get(), expression_.c_str(), 1, PCAP_NETMASK_UNKNOWN) != 0) {
    throw Error(ErrorKind::kUsage,
                fmt::format("the filter '{}' does not work on link type {}: {}", expression_,
                            link_name(link_type), pcap_geterr(handle.get())),
                "Filters are those of tcpdump, see pcap-filter(7); for example: --filter 'host "
                "10.9.0.2 and tcp port 443'");
  }
  programs_.push_back({link_type, std::move(code)});
  return *programs_.back().code;
}

FilteredSource::FilteredSource(std::unique_ptr<FrameSource> source, const std::string& expression)
    : source_(std::move(source)), filter_(expression) {
  const std::vector<SourceInfo> sources = source_->info();
  filtered_out_.resize(sources.size());
  for (const SourceInfo& info : sources) {
    for (const InterfaceInfo& interface : info.interfaces) filter_.prepare(interface.link_type);
  }
}

bool FilteredSource::next(Frame& frame) {
  while (source_->next(frame)) {
    if (filter_.matches(frame)) return true;
    ++filtered_out_[frame.source];
  }
  return false;
}

std::vector<SourceInfo> FilteredSource::info() const {
  std::vector<SourceInfo> sources = source_->info();
  for (size_t i = 0; i < sources.size(); ++i) sources[i].filtered_out = filtered_out_[i];
  return sources;
}

}  // namespace mtuscope
