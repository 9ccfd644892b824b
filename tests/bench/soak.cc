// soak PACKETS FLOWS MEMORY_MB: what `watch` does in weeks, in a minute: feeds the analyzer packets
// at full speed, as it does live, and watches what it needs. In every thousand packets there are
// downloads that go on for good, connections that come and go, a flood of half-open ones, of DNS
// queries that nobody answers and of fragments that nothing follows, all from addresses that never
// come again, losses, and one black hole. Fails when the memory grows beyond
// its bound, when it still grows in the last three quarters, when the black hole is not found, or
// when packets take longer in the end than in the beginning.

#include <malloc.h>
#include <sys/resource.h>

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <vector>

#include "analysis/analyzer.h"
#include "capture/dns.h"
#include "capture/packet.h"

namespace {

using namespace mtuscope;  // NOLINT(build/namespaces): a test program

constexpr uint32_t kDownloads = 64;
constexpr uint16_t kPort = 443;

size_t heap_bytes() {
  const struct mallinfo2 heap = mallinfo2();
  return heap.uordblks + heap.hblkhd;
}

size_t resident_bytes() {
  size_t pages = 0, resident = 0;
  std::FILE* const file = std::fopen("/proc/self/statm", "r");
  if (file == nullptr || std::fscanf(file, "%zu %zu", &pages, &resident) != 2) std::abort();
  std::fclose(file);
  return resident * 4096;
}

IpAddress address(uint32_t number) {
  const uint8_t bytes[4] = {static_cast<uint8_t>(number >> 24), static_cast<uint8_t>(number >> 16),
                            static_cast<uint8_t>(number >> 8), static_cast<uint8_t>(number)};
  return IpAddress::from_v4(bytes);
}
const IpAddress kServer = address(0x0a090002);

class Soak {
 public:
  explicit Soak(size_t memory) {
    analyzer_.watch();
    analyzer_.limit_memory(memory);
    sources_.push_back({.path = "soak", .format = "live"});
    for (uint32_t i = 0; i < kDownloads; ++i) open(0x0a010000 + i, 40000);
  }

  // About a thousand packets.
  void round(uint32_t new_flows) {
    for (uint32_t i = 0; i < 400; ++i) download(downloads_++ % kDownloads);
    for (uint32_t i = 0; i < new_flows; ++i)
      short_connection(0x0b000000 + connections_++ % 200'000);
    for (uint32_t i = 0; i < 40; ++i) {  // half-open, each from another address
      send(address(0x20000000 + flood_++ * 7), kServer, 1024, kPort, tcp_flag::kSyn, 1, 0, 0);
    }
    for (uint32_t i = 0; i < 20; ++i) {
      send_datagram(address(0x20000000 + flood_++ * 7), kDnsPort, true);
      send_datagram(address(0x20000000 + flood_++ * 7), 4000, false);
    }
    if (++rounds_ % 16 == 0) stuck();
    if (rounds_ % 10 == 0) look();
  }

  void look() {
    for (const FindingNews& n : analyzer_.news(time_, sources_)) {
      ++told_;
      found_ = found_ || n.finding.kind == FindingKind::kPmtuBlackhole;
    }
    if (rounds_ % 500 == 0) analyzer_.make_room(heap_bytes());
  }

  uint64_t packets() const { return packets_; }
  uint64_t told() const { return told_; }
  bool found() const { return found_; }
  AnalyzerCounts counts() const { return analyzer_.counts(); }

 private:
  // The next one.
  Packet packet(const IpAddress& src, const IpAddress& dst) {
    Packet p;
    time_ = time_ + Duration{10'000};
    p.time = time_;
    p.frame = FrameNumber{++packets_};
    p.src = src;
    p.dst = dst;
    p.ttl = 64;
    p.ip_id = static_cast<uint32_t>(packets_ & 0xffff);
    return p;
  }

  // `sacked`: the end of a block that begins behind the stuck segment; 0: no SACK.
  void send(const IpAddress& src, const IpAddress& dst, uint16_t src_port, uint16_t dst_port,
            uint8_t flags, uint32_t seq, uint32_t ack, uint32_t bytes, uint32_t sacked = 0) {
    Packet p = packet(src, dst);
    p.dont_fragment = true;
    p.protocol = 6;
    p.transport = Transport::kTcp;
    p.src_port = src_port;
    p.dst_port = dst_port;
    p.tcp.seq = SeqNumber{seq};
    p.tcp.ack = SeqNumber{ack};
    p.tcp.flags = flags;
    p.tcp.window = 60000;
    p.tcp.header_bytes = 20;
    if (flags & tcp_flag::kSyn) {
      p.tcp.mss = Mss{1460};
      p.tcp.sack_permitted = true;
      p.tcp.window_scale = 7;
    }
    if (sacked != 0) {
      p.tcp.sack_count = 1;
      p.tcp.sack[0] = {SeqNumber{2760}, SeqNumber{sacked}};
    }
    p.payload_bytes = bytes;
    p.size = IpSize{40 + bytes};
    analyzer_.add(p);
  }

  // A DNS query, or the first fragment of something.
  void send_datagram(const IpAddress& src, uint16_t port, bool query) {
    static constexpr uint8_t kQuery[] = {0, 1, 1,   0,   0,   1, 0, 0, 0, 0, 0,
                                         0, 3, 'w', 'w', 'w', 0, 0, 1, 0, 1};
    Packet p = packet(src, kServer);
    p.protocol = 17;
    p.transport = Transport::kUdp;
    p.src_port = 40'000;
    p.dst_port = port;
    p.is_fragment = p.more_fragments = !query;
    if (query) p.payload = kQuery;
    p.payload_bytes = query ? sizeof kQuery : 1472;
    p.size = IpSize{28 + p.payload_bytes};
    analyzer_.add(p);
  }

  void open(uint32_t client, uint16_t port) {
    send(address(client), kServer, port, kPort, tcp_flag::kSyn, 999, 0, 0);
    send(kServer, address(client), kPort, port, tcp_flag::kSyn | tcp_flag::kAck, 999, 1000, 0);
    send(address(client), kServer, port, kPort, tcp_flag::kAck, 1000, 1000, 0);
  }

  // One segment and its acknowledgement; now and then the segment is lost, and repeated.
  void download(uint32_t i) {
    const IpAddress client = address(0x0a010000 + i);
    uint32_t& next = next_[i];
    if (next == 0) next = 1000;
    send(kServer, client, kPort, 40000, tcp_flag::kAck, next, 1000, 1460);
    if (downloads_ % 1009 == 0) {
      time_ = time_ + Duration::milliseconds(1);
      send(kServer, client, kPort, 40000, tcp_flag::kAck, next, 1000, 1460);
    }
    next += 1460;
    send(client, kServer, 40000, kPort, tcp_flag::kAck, 1000, next, 0);
  }

  void short_connection(uint32_t client) {
    const uint16_t port = static_cast<uint16_t>(1024 + connections_ % 60'000);
    const IpAddress from = address(client);
    open(client, port);
    send(from, kServer, port, kPort, tcp_flag::kAck, 1000, 1000, 100);
    send(kServer, from, kPort, port, tcp_flag::kAck, 1000, 1100, 1200);
    send(from, kServer, port, kPort, tcp_flag::kAck | tcp_flag::kFin, 1100, 2200, 0);
    send(kServer, from, kPort, port, tcp_flag::kAck | tcp_flag::kFin, 2200, 1101, 0);
    send(from, kServer, port, kPort, tcp_flag::kAck, 1101, 2201, 0);
  }

  // The next sending of a segment that never arrives.
  void stuck() {
    const uint32_t client = 0x0a020001;
    if (stuck_++ == 0) {
      open(client, 5000);
      send(kServer, address(client), kPort, 5000, tcp_flag::kAck, 1000, 1000, 300);
      send(address(client), kServer, 5000, kPort, tcp_flag::kAck, 1000, 1300, 0);
    }
    if (stuck_ > 12) return;
    send(kServer, address(client), kPort, 5000, tcp_flag::kAck, 1300, 1000, 1460);
    const uint32_t small = 2760 + (stuck_ - 1) * 100;
    send(kServer, address(client), kPort, 5000, tcp_flag::kAck, small, 1000, 100);
    send(address(client), kServer, 5000, kPort, tcp_flag::kAck, 1000, 1300, 0, small + 100);
    time_ = time_ + Duration::milliseconds(300 << stuck_);
  }

  Analyzer analyzer_;
  std::vector<SourceInfo> sources_;
  Timestamp time_{1'700'000'000'000'000'000};
  uint64_t packets_ = 0, told_ = 0;
  uint32_t downloads_ = 0, connections_ = 0, flood_ = 0, rounds_ = 0, stuck_ = 0;
  uint32_t next_[kDownloads] = {};
  bool found_ = false;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 4) {
    std::fprintf(stderr, "usage: soak PACKETS FLOWS MEMORY_MB\n");
    return 2;
  }
  const uint64_t packets = std::strtoull(argv[1], nullptr, 10);
  const uint64_t flows = std::strtoull(argv[2], nullptr, 10);
  const size_t memory = std::strtoull(argv[3], nullptr, 10) << 20;
  const size_t before = resident_bytes();
  Soak soak(memory);
  using Clock = std::chrono::steady_clock;
  size_t early_heap = 0, early_resident = 0;
  double early_ns = 0, late_ns = 0;
  for (unsigned quarter = 1; quarter <= 4; ++quarter) {
    const Clock::time_point begin = Clock::now();
    const uint64_t first = soak.packets();
    while (soak.packets() < packets * quarter / 4) {
      const double wanted = static_cast<double>(flows) / static_cast<double>(packets) * 1000;
      soak.round(static_cast<uint32_t>(wanted > 40 ? wanted - 40 : 0));
    }
    const double ns = std::chrono::duration<double, std::nano>(Clock::now() - begin).count() /
                      static_cast<double>(soak.packets() - first);
    const AnalyzerCounts counts = soak.counts();
    std::printf(
        "%llu packets, %llu flows: %.0f ns a packet, heap %zu MB, resident %zu MB; "
        "%llu flows and %llu paths are followed, %llu and %llu were evicted; %llu DNS and %llu "
        "fragment pairs are followed, %llu and %llu were evicted\n",
        static_cast<unsigned long long>(soak.packets()),
        static_cast<unsigned long long>(counts.flows), ns, heap_bytes() >> 20,
        resident_bytes() >> 20, static_cast<unsigned long long>(counts.open_flows),
        static_cast<unsigned long long>(counts.paths),
        static_cast<unsigned long long>(counts.evicted_flows),
        static_cast<unsigned long long>(counts.evicted_paths),
        static_cast<unsigned long long>(counts.dns_services),
        static_cast<unsigned long long>(counts.fragmented_paths),
        static_cast<unsigned long long>(counts.evicted_dns_services),
        static_cast<unsigned long long>(counts.evicted_fragment_paths));
    if (quarter == 1) early_heap = heap_bytes(), early_resident = resident_bytes(), early_ns = ns;
    late_ns = ns;
  }
  const auto check = [](bool holds, const char* what) {
    if (!holds) std::printf("FAILED: %s\n", what);
    return holds;
  };
  bool good = check(soak.found(), "the black hole was not found");
#ifdef __SANITIZE_ADDRESS__
  return good ? 0 : 1;  // it keeps what is freed
#endif
  good &= check(heap_bytes() <= memory, "the heap is larger than the limit");
  good &= check(resident_bytes() - before <= memory + memory / 4, "resident beyond the limit");
  good &= check(heap_bytes() <= early_heap + memory / 20, "the heap still grows");
  good &= check(resident_bytes() <= early_resident + memory / 20, "resident memory still grows");
  constexpr uint64_t kLong = 20'000'000;  // shorter runs are no measure of time
  good &= check(packets < kLong || late_ns <= early_ns * 2, "packets take longer and longer");
  return good ? 0 : 1;
}
