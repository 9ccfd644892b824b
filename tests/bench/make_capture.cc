// make_capture bulk|short COUNT SNAPLEN FILE: writes the captures that the benchmark reads. The
// same arguments give the same bytes.
//
//   bulk   COUNT packets of 8 downloads side by side: handshake, request, full segments with
//          timestamps, an ACK for every second one, 64 segments in flight.
//   short  COUNT connections of 10 packets each: handshake, request, answer, both FINs; 1000 at any
//          time, 16 from each client address.
//
// SNAPLEN 0 keeps whole frames. Ethernet, IPv4, nanosecond pcap in the byte order of this machine.

#include <array>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <vector>

namespace {

constexpr uint32_t kServer = 0x0a090002;  // 10.9.0.2
constexpr uint16_t kServerPort = 443;
constexpr uint32_t kSegmentBytes = 1448;  // a 1500-byte packet with timestamps
constexpr uint8_t kFin = 0x01, kSyn = 0x02, kPsh = 0x08, kAck = 0x10;
constexpr size_t kEthernetBytes = 14, kIpBytes = 20, kTcpBytes = 20;

void put16(uint8_t* at, uint32_t value) {
  at[0] = static_cast<uint8_t>(value >> 8);
  at[1] = static_cast<uint8_t>(value);
}
void put32(uint8_t* at, uint32_t value) {
  put16(at, value >> 16);
  put16(at + 2, value);
}

// The ones' complement sum of RFC 1071; `size` is even.
uint32_t sum16(const uint8_t* at, size_t size, uint32_t sum) {
  for (size_t i = 0; i < size; i += 2) sum += static_cast<uint32_t>(at[i] << 8 | at[i + 1]);
  return sum;
}
uint32_t folded(uint32_t sum) {
  while (sum >> 16) sum = (sum & 0xffff) + (sum >> 16);
  return ~sum & 0xffff;
}

class CaptureWriter {
 public:
  CaptureWriter(const char* path, uint32_t snaplen)
      : file_(std::fopen(path, "wb")), snaplen_(snaplen == 0 ? 262144 : snaplen) {
    if (file_ == nullptr) {
      std::perror(path);
      std::exit(2);
    }
    const std::array<uint32_t, 6> header{0xa1b23c4d, 2 | 4 << 16, 0, 0, snaplen_, 1};
    write(header.data(), sizeof header);
  }
  CaptureWriter(const CaptureWriter&) = delete;
  CaptureWriter& operator=(const CaptureWriter&) = delete;
  ~CaptureWriter() {
    if (std::fclose(file_) != 0) std::perror("make_capture"), std::exit(2);
  }

  // `bytes` of a frame whose headers are given and whose payload is zeros, 1 us after the one
  // before.
  void add(const uint8_t* headers, size_t header_bytes, uint32_t frame_bytes) {
    time_ns_ += 1000;
    const uint32_t kept = frame_bytes < snaplen_ ? frame_bytes : snaplen_;
    const std::array<uint32_t, 4> record{
        static_cast<uint32_t>(1'700'000'000 + time_ns_ / 1'000'000'000),
        static_cast<uint32_t>(time_ns_ % 1'000'000'000), kept, frame_bytes};
    write(record.data(), sizeof record);
    const size_t from_headers = kept < header_bytes ? kept : header_bytes;
    write(headers, from_headers);
    static constexpr std::array<uint8_t, kSegmentBytes> kZeros{};
    write(kZeros.data(), kept - from_headers);
    ++packets_;
  }

  uint64_t packets() const { return packets_; }
  uint32_t milliseconds() const { return static_cast<uint32_t>(time_ns_ / 1'000'000); }

 private:
  void write(const void* data, size_t size) {
    if (size != 0 && std::fwrite(data, size, 1, file_) != 1) {
      std::perror("make_capture");
      std::exit(2);
    }
  }

  std::FILE* file_;
  uint32_t snaplen_;
  uint64_t time_ns_ = 0;
  uint64_t packets_ = 0;
};

enum Side : uint8_t { kClientSide, kServerSide };

// Both ends of one connection: sends from one end put the packet into the capture.
class Connection {
 public:
  Connection() = default;
  Connection(uint32_t client, uint16_t client_port, uint32_t number)
      : address_{client, kServer}, port_{client_port, kServerPort} {
    // Spread over the number space, as initial sequence numbers are.
    next_ = {number * 2654435761u, number * 2246822519u};
  }

  void send(CaptureWriter& out, Side side, uint8_t flags, uint32_t payload) {
    std::array<uint8_t, kEthernetBytes + kIpBytes + kTcpBytes + 20> frame{};
    const bool syn = (flags & kSyn) != 0;
    const size_t options = syn ? 20 : 12;
    const auto size = static_cast<uint32_t>(kIpBytes + kTcpBytes + options + payload);
    const Side peer = side == kClientSide ? kServerSide : kClientSide;

    frame[5] = static_cast<uint8_t>(1 + peer);  // locally made up addresses
    frame[11] = static_cast<uint8_t>(1 + side);
    put16(&frame[12], 0x0800);

    uint8_t* ip = &frame[kEthernetBytes];
    ip[0] = 0x45;
    put16(ip + 2, size);
    put16(ip + 4, ip_id_[side]++);
    put16(ip + 6, 0x4000);  // DF
    ip[8] = side == kClientSide ? 57 : 64;
    ip[9] = 6;
    put32(ip + 12, address_[side]);
    put32(ip + 16, address_[peer]);
    put16(ip + 10, folded(sum16(ip, kIpBytes, 0)));

    uint8_t* tcp = ip + kIpBytes;
    put16(tcp, port_[side]);
    put16(tcp + 2, port_[peer]);
    put32(tcp + 4, next_[side]);
    if (flags & kAck) put32(tcp + 8, acknowledged_[side]);
    tcp[12] = static_cast<uint8_t>((kTcpBytes + options) / 4 << 4);
    tcp[13] = flags;
    put16(tcp + 14, 502);
    uint8_t* option = tcp + kTcpBytes;
    if (syn) {  // MSS 1460, SACK permitted, window scale 7
      const std::array<uint8_t, 10> announced{2, 4, 1460 >> 8, 1460 & 0xff, 4, 2, 1, 3, 3, 7};
      std::memcpy(option, announced.data(), announced.size());
      option += announced.size();
    } else {
      option[0] = option[1] = 1;
      option += 2;
    }
    const uint32_t now = out.milliseconds() + side * 77777;
    option[0] = 8;
    option[1] = 10;
    put32(option + 2, now);
    put32(option + 6, (flags & kAck) ? seen_time_[side] : 0);
    const auto tcp_bytes = static_cast<uint32_t>(kTcpBytes + options);
    put16(tcp + 16, folded(sum16(tcp, tcp_bytes, sum16(ip + 12, 8, 6 + tcp_bytes + payload))));

    out.add(frame.data(), kEthernetBytes + kIpBytes + tcp_bytes,
            static_cast<uint32_t>(kEthernetBytes) + size);
    next_[side] += payload + (flags & kSyn ? 1 : 0) + (flags & kFin ? 1 : 0);
    sent_time_[side] = now;
  }

  // The peer of `side` has received everything that side sent, except the last `in_flight` bytes.
  void receive_from(Side side, uint32_t in_flight = 0) {
    const Side peer = side == kClientSide ? kServerSide : kClientSide;
    acknowledged_[peer] = next_[side] - in_flight;
    seen_time_[peer] = sent_time_[side];
  }

  void handshake(CaptureWriter& out) {
    send(out, kClientSide, kSyn, 0);
    receive_from(kClientSide);
    send(out, kServerSide, kSyn | kAck, 0);
    receive_from(kServerSide);
    send(out, kClientSide, kAck, 0);
  }

 private:
  std::array<uint32_t, 2> address_{};
  std::array<uint16_t, 2> port_{};
  std::array<uint32_t, 2> next_{};          // SND.NXT
  std::array<uint32_t, 2> acknowledged_{};  // RCV.NXT
  std::array<uint32_t, 2> sent_time_{}, seen_time_{};
  std::array<uint16_t, 2> ip_id_{1, 30000};
};

void make_bulk(CaptureWriter& out, uint64_t packets) {
  constexpr uint32_t kFlows = 8, kInFlight = 64;
  std::vector<Connection> flows;
  for (uint32_t i = 0; i < kFlows; ++i) {
    flows.emplace_back(0x0a090101 + i, static_cast<uint16_t>(40000 + i), i + 1);
    flows[i].handshake(out);
    flows[i].send(out, kClientSide, kPsh | kAck, 120);
    flows[i].receive_from(kClientSide);
  }
  uint64_t segments = 0;  // of each flow
  while (out.packets() < packets) {
    for (Connection& flow : flows) {
      flow.send(out, kServerSide, kAck, kSegmentBytes);
      flow.send(out, kServerSide, kAck, kSegmentBytes);
      if (segments + 2 <= kInFlight) continue;
      flow.receive_from(kServerSide, kInFlight * kSegmentBytes);
      flow.send(out, kClientSide, kAck, 0);
    }
    segments += 2;
  }
  for (Connection& flow : flows) {
    flow.receive_from(kServerSide);
    flow.send(out, kClientSide, kAck, 0);
  }
}

// Packet `step` (0 to 9) of a connection that fetches one small answer.
void short_step(CaptureWriter& out, Connection& flow, uint32_t step) {
  switch (step) {
    case 0:
      return flow.send(out, kClientSide, kSyn, 0);
    case 1:
      flow.receive_from(kClientSide);
      return flow.send(out, kServerSide, kSyn | kAck, 0);
    case 2:
      flow.receive_from(kServerSide);
      return flow.send(out, kClientSide, kAck, 0);
    case 3:
      return flow.send(out, kClientSide, kPsh | kAck, 300);
    case 4:
      flow.receive_from(kClientSide);
      return flow.send(out, kServerSide, kAck, 0);
    case 5:
      return flow.send(out, kServerSide, kPsh | kAck, 900);
    case 6:
      flow.receive_from(kServerSide);
      return flow.send(out, kClientSide, kAck, 0);
    case 7:
      return flow.send(out, kClientSide, kFin | kAck, 0);
    case 8:
      flow.receive_from(kClientSide);
      return flow.send(out, kServerSide, kFin | kAck, 0);
    default:
      flow.receive_from(kServerSide);
      return flow.send(out, kClientSide, kAck, 0);
  }
}

void make_short(CaptureWriter& out, uint64_t connections) {
  constexpr uint64_t kConcurrent = 1000, kSteps = 10, kPerClient = 16;
  std::vector<Connection> flows(kConcurrent);
  for (uint64_t first = 0; first < connections; first += kConcurrent) {
    const uint64_t count = connections - first < kConcurrent ? connections - first : kConcurrent;
    for (uint32_t step = 0; step < kSteps; ++step) {
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t number = first + i;
        if (step == 0) {
          flows[i] = Connection(0x0b000001 + static_cast<uint32_t>(number / kPerClient),
                                static_cast<uint16_t>(32768 + number % 28000),
                                static_cast<uint32_t>(number + 1));
        }
        short_step(out, flows[i], step);
      }
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  const std::string_view shape = argc == 5 ? argv[1] : "";
  if (shape != "bulk" && shape != "short") {
    std::fprintf(stderr, "usage: make_capture bulk|short COUNT SNAPLEN FILE\n");
    return 2;
  }
  const uint64_t count = std::strtoull(argv[2], nullptr, 10);
  CaptureWriter out(argv[4], static_cast<uint32_t>(std::strtoul(argv[3], nullptr, 10)));
  if (shape == "bulk") {
    make_bulk(out, count);
  } else {
    make_short(out, count);
  }
  std::printf("%llu\n", static_cast<unsigned long long>(out.packets()));
  return 0;
}
