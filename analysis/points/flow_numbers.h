// Do two places number the bytes of the same connections alike? Some firewalls give them other
// sequence numbers, and a proxy that borrows both addresses has its own: then no packet of one side
// is one of the other's, though the addresses and ports are the same.

#ifndef MTUSCOPE_ANALYSIS_POINTS_FLOW_NUMBERS_H_
#define MTUSCOPE_ANALYSIS_POINTS_FLOW_NUMBERS_H_

#include <array>
#include <cstdint>
#include <optional>
#include <unordered_map>
#include <vector>

#include "analysis/tcp/flow_key.h"
#include "capture/packet.h"

namespace mtuscope {

class FlowNumbers {
 public:
  // TCP packets, of each place in its own order.
  void add(const Packet& packet, uint32_t place);
  // Most of the connections that both saw at the same time have numbers there that are too far
  // apart for one stream of bytes.
  bool contradict(uint32_t a, uint32_t b) const;

 private:
  // Bounded memory: as it fills, fewer connections are kept, the same ones of all places.
  static constexpr size_t kMaxFlows = 4096;

  // What a place saw of one direction: numbers relative to the first.
  struct Span {
    SeqNumber first;
    int32_t lowest = 0, highest = 0;
    Timestamp begin, end;
  };
  struct Sighting {
    uint32_t place = 0;
    std::array<std::optional<Span>, 2> directions;
  };
  struct Hash {
    size_t operator()(const FlowKey& key) const { return key.hash(); }
  };

  static bool same_time(const Span& a, const Span& b) { return a.begin < b.end && b.begin < a.end; }
  static bool far_apart(const Span& a, const Span& b);

  std::unordered_map<FlowKey, std::vector<Sighting>, Hash> flows_;
  uint32_t mask_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_POINTS_FLOW_NUMBERS_H_
