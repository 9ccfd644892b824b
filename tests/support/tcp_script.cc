#include "tests/support/tcp_script.h"

#include <fmt/format.h>

#include <algorithm>
#include <sstream>
#include <stdexcept>

#include "analysis/analyzer.h"
#include "capture/decode.h"
#include "capture/link_layer.h"

namespace mtuscope::build {

namespace {

uint8_t parse_flags(const std::string& text) {
  uint8_t flags = 0;
  for (const char c : text) {
    if (c == 'S') flags |= tcp_flag::kSyn;
    if (c == 'F') flags |= tcp_flag::kFin;
    if (c == 'R') flags |= tcp_flag::kRst;
    if (c == 'P') flags |= tcp_flag::kPsh;
    if (c == '.') flags |= tcp_flag::kAck;
  }
  return flags;
}

std::pair<uint32_t, uint32_t> parse_range(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) throw std::invalid_argument("a range is BEGIN:END");
  return {static_cast<uint32_t>(std::stoul(text.substr(0, colon))),
          static_cast<uint32_t>(std::stoul(text.substr(colon + 1)))};
}

uint32_t milliseconds(Timestamp time) {
  return static_cast<uint32_t>((time - kScriptStart).ns / 1'000'000) + 100'000;
}

// `next`: the relative number that each end would send next, [0] for b and [1] for a.
Segment parse_line(const std::string& line, std::array<uint32_t, 2>& next) {
  std::istringstream words(line);
  double seconds;
  std::string direction, flags, word;
  if (!(words >> seconds >> direction >> flags) || (direction != ">" && direction != "<"))
    throw std::invalid_argument("SECONDS > or < FLAGS expected");
  Segment s{.time = at(seconds), .from_a = direction == ">", .flags = parse_flags(flags)};
  s.begin = s.end = next[s.from_a];
  if (s.flags & tcp_flag::kSyn) {
    s.begin = s.end = 0;
    s.window = 64'000;
  }
  while (words >> word) {
    std::string value;
    if (word == "noopt") {
      s.no_options = true;
    } else if (word == "nodf") {
      s.dont_fragment = false;
    } else if (word.find(':') != std::string::npos) {
      std::tie(s.begin, s.end) = parse_range(word);
    } else if (!(words >> value)) {
      throw std::invalid_argument("no value after " + word);
    } else if (word == "ack") {
      s.ack = static_cast<uint32_t>(std::stoul(value));
    } else if (word == "win") {
      s.window = static_cast<uint16_t>(std::stoul(value));
    } else if (word == "stamp") {
      s.ts_val = milliseconds(at(std::stod(value)));
    } else if (word == "echo") {
      s.ts_echo = milliseconds(at(std::stod(value)));
    } else if (word == "sack") {
      std::istringstream blocks(value);
      for (std::string block; std::getline(blocks, block, ',');)
        s.sacks.push_back(parse_range(block));
    } else {
      throw std::invalid_argument("unknown word " + word);
    }
  }
  const bool counts_one = s.flags & (tcp_flag::kSyn | tcp_flag::kFin);
  const uint32_t end = s.end + (counts_one ? 1 : 0);
  if (static_cast<int32_t>(end - next[s.from_a]) > 0) next[s.from_a] = end;
  return s;
}

Bytes options_of(const TcpEnds& ends, const Segment& s) {
  if (s.no_options) return {};
  Bytes options;
  const Bytes stamps = timestamps(s.ts_val.value_or(milliseconds(s.time)), s.ts_echo);
  if (s.flags & tcp_flag::kSyn) {
    options = mss(s.from_a ? ends.a_mss : ends.b_mss);
    if (ends.sack) options = join({options, sack_permitted()});
    if (ends.timestamps) options = join({options, stamps});
    return join({options, {1}, window_scale(ends.window_shift)});
  }
  if (ends.timestamps) options = join({{1, 1}, stamps});
  if (!s.sacks.empty()) {
    std::vector<std::pair<uint32_t, uint32_t>> absolute;
    const uint32_t base = s.from_a ? ends.b_isn : ends.a_isn;
    for (const auto& [begin, end] : s.sacks) absolute.emplace_back(base + begin, base + end);
    options = join({options, aligned_sack(absolute)});
  }
  return options;
}

}  // namespace

Timestamp at(double seconds) { return kScriptStart + Duration::from_seconds(seconds); }

CapturedPacket packet(const TcpEnds& ends, const Segment& s, uint16_t ip_id) {
  const bool v6 = ends.a.find(':') != std::string::npos;
  Tcp header{.src_port = s.from_a ? ends.a_port : ends.b_port,
             .dst_port = s.from_a ? ends.b_port : ends.a_port,
             .seq = (s.from_a ? ends.a_isn : ends.b_isn) + s.begin,
             .ack = s.flags & tcp_flag::kAck ? (s.from_a ? ends.b_isn : ends.a_isn) + s.ack : 0,
             .flags = s.flags,
             .window = s.window,
             .options = options_of(ends, s)};
  Ip outer{.src = s.from_a ? ends.a : ends.b,
           .dst = s.from_a ? ends.b : ends.a,
           .ttl = s.from_a ? ends.a_ttl : ends.b_ttl,
           .id = ends.ip_ids ? ip_id : 0u,
           .dont_fragment = s.dont_fragment};
  CapturedPacket out{.time = s.time, .from_a = s.from_a, .bytes = tcp(outer, header)};
  const uint32_t payload = s.end - s.begin;
  out.original_bytes = static_cast<uint32_t>(out.bytes.size()) + payload;
  // Longer than the field can say: BIG TCP leaves 0 there.
  const uint32_t length = out.original_bytes - (v6 ? kIPv6HeaderBytes : 0);
  outer.length_field = static_cast<uint16_t>(length > 0xffff ? 0 : length);
  out.bytes = tcp(outer, header);
  return out;
}

Packets script(const TcpEnds& ends, std::string_view lines) {
  Packets packets;
  std::array<uint32_t, 2> next{0, 0};
  std::array<uint32_t, 2> last_stamp{0, 0};
  uint16_t ip_id = 1;
  std::istringstream stream{std::string(lines)};
  for (std::string line; std::getline(stream, line);) {
    line = line.substr(0, line.find('#'));
    if (line.find_first_not_of(" \t") == std::string::npos) continue;
    try {
      Segment s = parse_line(line, next);
      if (s.ts_echo == 0) s.ts_echo = last_stamp[1 - s.from_a];
      last_stamp[s.from_a] = s.ts_val.value_or(milliseconds(s.time));
      packets.push_back(packet(ends, s, ip_id++));
    } catch (const std::exception& error) {
      throw std::invalid_argument(fmt::format("script line \"{}\": {}", line, error.what()));
    }
  }
  return packets;
}

CapturedPacket ptb_about(const TcpEnds& ends, double seconds, const std::string& reporter,
                         uint32_t mtu, uint32_t seq, uint32_t quoted) {
  const uint32_t headers =
      (ends.a.find(':') != std::string::npos ? 40 : 20) + 20 + (ends.timestamps ? 12 : 0);
  const CapturedPacket about = packet(
      ends, {.flags = tcp_flag::kAck, .begin = seq, .end = seq + quoted - headers, .ack = 1}, 77);
  CapturedPacket out{.time = at(seconds), .from_a = false};
  out.bytes = ptb({.src = reporter, .dst = ends.a}, mtu, about.bytes);
  out.original_bytes = static_cast<uint32_t>(out.bytes.size());
  return out;
}

Packets merged(std::vector<Packets> parts) {
  Packets all;
  for (Packets& part : parts) std::ranges::move(part, std::back_inserter(all));
  std::ranges::stable_sort(all, {}, &CapturedPacket::time);
  return all;
}

Packets captured_twice(const Packets& packets, Duration gap) {
  return merged({packets, shifted(packets, gap)});
}

Packets one_direction(const Packets& packets, bool from_a) {
  Packets kept;
  std::ranges::copy_if(packets, std::back_inserter(kept),
                       [&](const CapturedPacket& p) { return p.from_a == from_a; });
  return kept;
}

Packets shifted(Packets packets, Duration by) {
  for (CapturedPacket& p : packets) p.time = p.time + by;
  return packets;
}

Report analyze(const Packets& packets, const std::optional<InterfaceInfo>& interface,
               const std::vector<NextHop>& next_hops) {
  SourceInfo source{.path = "script", .format = "pcap", .packets = packets.size()};
  source.interfaces.push_back(
      interface.value_or(InterfaceInfo{.link_type = link_type::kEthernet, .link_name = "EN10MB"}));
  Analyzer analyzer;
  uint64_t number = 0;
  for (const CapturedPacket& p : packets) {
    source.first_time = std::min(source.first_time.value_or(p.time), p.time);
    source.last_time = std::max(source.last_time.value_or(p.time), p.time);
    Packet decoded;
    const Undecoded reason = decode(frame(p.bytes, link_type::kRaw,
                                          {.time = p.time,
                                           .number = ++number,
                                           .interface = p.interface,
                                           .original_bytes = p.original_bytes}),
                                    decoded);
    if (reason == Undecoded::kNone) {
      analyzer.add(decoded);
    } else {
      analyzer.add_undecoded(reason, link_type::kRaw);
    }
  }
  analyzer.know_next_hops(next_hops);
  return analyzer.finish({source});
}

const Finding* find(const Report& report, FindingKind kind) {
  const auto at = std::ranges::find(report.findings, kind, &Finding::kind);
  return at == report.findings.end() ? nullptr : &*at;
}

std::string found(const Report& report, FindingKind kind) {
  const auto bound = [](const std::optional<IpSize>& size) {
    return size ? std::to_string(size->bytes) : std::string("?");
  };
  std::string text;
  for (const Finding& f : report.findings) {
    if (f.kind != kind) continue;
    if (!text.empty()) text += "\n";
    text += fmt::format("{} {} -> {} [{}, {}) at the {}", to_string(f.confidence),
                        f.src ? to_string(*f.src) : "?", f.dst ? to_string(*f.dst) : "?",
                        bound(f.bracket.lower), bound(f.bracket.upper), to_string(f.vantage));
  }
  return text;
}

}  // namespace mtuscope::build
