// blast INTERFACE FILE PACKETS_PER_SECOND SECONDS: sends the Ethernet frames of a capture file over
// and over, at an even rate, past the interface's queue. Prints how many it sent and how long that
// took: "400000 2.0003". Where the machine can't keep the rate, that shows.

#include <linux/if_packet.h>
#include <net/if.h>
#include <pcap/pcap.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <thread>
#include <vector>

namespace {

using Clock = std::chrono::steady_clock;

constexpr size_t kBatch = 64;

[[noreturn]] void fail(const char* what, const char* why) {
  std::fprintf(stderr, "blast: %s: %s\n", what, why);
  std::exit(2);
}

std::vector<std::vector<uint8_t>> read_frames(const char* path) {
  char error[PCAP_ERRBUF_SIZE];
  pcap_t* const file = pcap_open_offline(path, error);
  if (file == nullptr) fail(path, error);
  std::vector<std::vector<uint8_t>> frames;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  while (pcap_next_ex(file, &header, &bytes) == 1)
    frames.emplace_back(bytes, bytes + header->caplen);
  pcap_close(file);
  if (frames.empty()) fail(path, "no frames");
  return frames;
}

int open_sender(const char* interface) {
  const int sender = socket(AF_PACKET, SOCK_RAW, 0);
  sockaddr_ll to{};
  to.sll_family = AF_PACKET;
  to.sll_ifindex = static_cast<int>(if_nametoindex(interface));
  const int on = 1;
  if (sender < 0 || bind(sender, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0 ||
      setsockopt(sender, SOL_PACKET, PACKET_QDISC_BYPASS, &on, sizeof on) != 0) {
    fail(interface, std::strerror(errno));
  }
  return sender;
}

double seconds_since(Clock::time_point begin) {
  return std::chrono::duration<double>(Clock::now() - begin).count();
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: blast INTERFACE FILE PACKETS_PER_SECOND SECONDS\n");
    return 2;
  }
  std::vector<std::vector<uint8_t>> frames = read_frames(argv[2]);
  const double rate = std::atof(argv[3]), seconds = std::atof(argv[4]);
  const int sender = open_sender(argv[1]);
  iovec parts[kBatch];
  mmsghdr messages[kBatch] = {};
  uint64_t sent = 0;
  const Clock::time_point begin = Clock::now();
  double now = 0;
  while ((now = seconds_since(begin)) < seconds) {
    const auto due = static_cast<uint64_t>(rate * now);
    if (sent >= due) {
      std::this_thread::sleep_for(std::chrono::microseconds(50));
      continue;
    }
    const size_t count = std::min<uint64_t>(kBatch, due - sent);
    for (size_t i = 0; i < count; ++i) {
      std::vector<uint8_t>& frame = frames[(sent + i) % frames.size()];
      parts[i] = {.iov_base = frame.data(), .iov_len = frame.size()};
      messages[i].msg_hdr.msg_iov = &parts[i];
      messages[i].msg_hdr.msg_iovlen = 1;
    }
    const int done = sendmmsg(sender, messages, static_cast<unsigned>(count), 0);
    if (done < 0 && errno != ENOBUFS && errno != EAGAIN) fail(argv[1], std::strerror(errno));
    if (done > 0) sent += static_cast<uint64_t>(done);
  }
  close(sender);
  std::printf("%llu %.4f\n", static_cast<unsigned long long>(sent), now);
  return 0;
}
