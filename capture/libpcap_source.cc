#include "capture/libpcap_source.h"

#include <fmt/core.h>
#include <pcap/pcap.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <exception>

#include "capture/link_name.h"

namespace mtuscope {
namespace {

// libpcap wants a FILE: one that reads from a ByteInput (fopencookie(3)).
ssize_t read_cookie(void* cookie, char* to, size_t room) {
  auto& input = *static_cast<ByteInput*>(cookie);
  try {
    const uint8_t* bytes = input.peek(1);
    if (bytes == nullptr) return 0;
    const size_t n = std::min(room, input.available());
    std::memcpy(to, bytes, n);
    input.skip(n);
    return static_cast<ssize_t>(n);
  } catch (const std::exception&) {  // must not pass through libpcap
    errno = EIO;
    return -1;
  }
}

}  // namespace

void LibpcapSource::Close::operator()(pcap* handle) const { pcap_close(handle); }

std::unique_ptr<LibpcapSource> LibpcapSource::open(std::unique_ptr<ByteInput> input,
                                                   SourceInfo info, uint32_t source_index,
                                                   std::string& why) {
  std::unique_ptr<LibpcapSource> source(new LibpcapSource(std::move(info), source_index));
  FILE* file = fopencookie(input.get(), "r", {read_cookie, nullptr, nullptr, nullptr});
  if (file == nullptr) {
    why = std::strerror(errno);
    return nullptr;
  }
  setvbuf(file, nullptr, _IONBF, 0);  // the input has a buffer, and its offset() is then exact
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  source->handle_.reset(
      pcap_fopen_offline_with_tstamp_precision(file, PCAP_TSTAMP_PRECISION_NANO, error.data()));
  if (source->handle_ == nullptr) {
    fclose(file);
    why = error.data();
    return nullptr;
  }
  pcap* const handle = source->handle_.get();
  source->input_ = std::move(input);
  const uint16_t link_type = linktype_of_dlt(pcap_datalink(handle));
  source->info_.interfaces.push_back({std::nullopt, link_type, link_name(link_type),
                                      static_cast<uint32_t>(std::max(0, pcap_snapshot(handle)))});
  return source;
}

bool LibpcapSource::next(Frame& frame) {
  if (info_.truncated) return false;
  const uint64_t start = input_->offset();
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int result = pcap_next_ex(handle_.get(), &header, &bytes);
  if (result != 1) {
    if (result == PCAP_ERROR || !input_->damage().empty()) {
      const char* why =
          input_->damage().empty() ? pcap_geterr(handle_.get()) : input_->damage().c_str();
      info_.truncated = true;
      info_.damage = fmt::format("packet {}: {}, at byte {}", tally_.packets() + 1, why, start);
    }
    return false;
  }
  frame.time = Timestamp{int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec};
  frame.original_bytes = std::max(header->len, header->caplen);
  frame.number = tally_.count(frame.original_bytes);
  frame.time = tally_.recorded_at(frame.time);
  frame.source = source_index_;
  frame.interface = 0;
  frame.link_type = info_.interfaces.front().link_type;
  frame.bytes = {bytes, header->caplen};
  return true;
}

std::vector<SourceInfo> LibpcapSource::info() const {
  std::vector<SourceInfo> all{info_};
  tally_.report(all.front());
  return all;
}

}  // namespace mtuscope
