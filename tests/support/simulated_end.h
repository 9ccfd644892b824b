// One end of a simulated TCP flow, sender and receiver. Relative sequence numbers: 0 is the SYN,
// data begins at 1. What it knows of TCP is listed in tcp_simulation.h.

#ifndef MTUSCOPE_TESTS_SUPPORT_SIMULATED_END_H_
#define MTUSCOPE_TESTS_SUPPORT_SIMULATED_END_H_

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <utility>
#include <vector>

#include "tests/support/simulated_clock.h"
#include "tests/support/simulated_wire.h"
#include "tests/support/tcp_simulation.h"

namespace mtuscope::build {

class SimulatedEnd {
 public:
  // Keeps references to all of them. `is_a`: the end whose data may suffer, the server.
  SimulatedEnd(SimulatedClock& clock, SimulatedWire& wire, const SimulatedFlow& flow, bool is_a);

  SimulatedEnd* other = nullptr;          // to be set before anything is sent
  std::function<void(uint32_t)> on_data;  // bytes received in order, in all

  void connect() { queue(0, 1, tcp_flag::kSyn); }
  // Each call is a segment of its own where it fits into one; sent as soon as the window allows.
  void write(uint32_t bytes);
  void close();  // with a FIN behind what was written

 private:
  struct Piece {
    uint32_t begin, end;
    uint8_t flags = 0;
    double sent = 0;
    uint32_t times = 0;
    bool sacked = false;
    bool lost = false;  // and not sent again yet
  };

  // ---- The sender
  void queue(uint32_t begin, uint32_t end, uint8_t flags);
  // What is lost first, then what is new, as the window allows.
  void push();
  // To what the sender holds for the path MTU now.
  void cut(size_t i);
  size_t window() const;
  size_t in_flight() const;
  void transmit(Piece& p, bool after_timeout = false);
  void on_ack(const Segment& s);
  void note_delivered(const Piece& p);
  void sample(double rtt);
  void mark_lost(Piece& p);
  // RFC 8985: lost when one that was sent a quarter of an RTT later was delivered; those sent less
  // than that before it are looked at again then. Without SACK: three duplicates (RFC 5681).
  void recover();
  void arm();
  // RFC 5681 3.1, and as Linux does: all that is outstanding counts as lost.
  void timeout();

  // ---- The receiver
  void receive(const Segment& s);
  void on_segment(const Segment& s, uint32_t end);
  void add_block(uint32_t begin, uint32_t end);
  void acknowledge();

  // ---- Both
  Segment header(uint8_t flags) const;
  void send(const Segment& s, bool after_timeout = false);

  SimulatedClock& clock_;
  SimulatedWire& wire_;
  const SimulatedFlow& flow_;
  const bool is_a_;
  uint32_t mss_ = 0;
  // as a sender
  std::vector<Piece> pieces_;
  std::deque<uint32_t> unsent_;
  uint32_t una_ = 0, next_ = 0, recover_until_ = 0;
  double window_ = 10, threshold_ = 1e9;
  double smoothed_ = 0, shortest_ = 1e9;
  double latest_delivered_ = -1;  // when the latest sent of all that arrived was sent
  bool looking_again_ = false;
  int backoff_ = 1;
  uint64_t timer_ = 0;
  uint32_t duplicates_ = 0, timeouts_ = 0, sends_ = 0;
  bool probed_ = false, fin_wanted_ = false, fin_sent_ = false;
  // as a receiver
  uint32_t received_ = 0;
  std::vector<std::pair<uint32_t, uint32_t>> blocks_;
  std::optional<std::pair<uint32_t, uint32_t>> duplicate_;
  uint32_t stamp_ = 0;
  bool heard_ = false, ack_due_ = false;
};

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_SIMULATED_END_H_
