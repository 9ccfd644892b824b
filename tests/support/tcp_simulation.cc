#include "tests/support/tcp_simulation.h"

#include <memory>
#include <utility>

#include "tests/support/simulated_clock.h"
#include "tests/support/simulated_end.h"
#include "tests/support/simulated_wire.h"

namespace mtuscope::build {

namespace {

// Client and server and what they say to each other.
struct Conversation {
  Conversation(SimulatedClock& clock_in, SimulatedWire& wire, const SimulatedFlow& flow_in)
      : clock(clock_in),
        flow(flow_in),
        a(clock_in, wire, flow_in, true),
        b(clock_in, wire, flow_in, false) {
    a.other = &b;
    b.other = &a;
    uint32_t asked = 0, answered = 0;
    for (const Exchange& e : flow.exchanges) {
      asked += e.request;
      for (const uint32_t w : e.writes) answered += w;
      request_ends.push_back(asked);
      answer_ends.push_back(answered);
    }
    a.on_data = [this](uint32_t bytes) {
      while (served < request_ends.size() && bytes >= request_ends[served]) {
        const Exchange& e = flow.exchanges[served++];
        clock.in(e.think, [this, &e] {
          for (const uint32_t w : e.writes) a.write(w);
        });
      }
    };
    b.on_data = [this](uint32_t bytes) {
      while (done < answer_ends.size() && bytes >= answer_ends[done]) {
        if (++done < flow.exchanges.size()) b.write(flow.exchanges[done].request);
      }
    };
    clock.in(flow.start, [this] {
      b.connect();
      if (!flow.exchanges.empty()) b.write(flow.exchanges[0].request);
      if (flow.give_up) clock.in(*flow.give_up, [this] { b.close(); });
    });
  }

  SimulatedClock& clock;
  const SimulatedFlow& flow;
  SimulatedEnd a, b;
  std::vector<uint32_t> request_ends, answer_ends;
  size_t served = 0, done = 0;
};

}  // namespace

Packets simulate(const std::vector<SimulatedFlow>& flows, const SimulatedPath& path,
                 CapturePoint point, double end, uint64_t seed, SimulatedTruth* truth) {
  SimulatedClock clock;
  SimulatedWire wire(clock, path, point, seed);
  std::vector<std::unique_ptr<Conversation>> conversations;
  for (const SimulatedFlow& flow : flows)
    conversations.push_back(std::make_unique<Conversation>(clock, wire, flow));
  clock.run(end);
  wire.record.finish();
  if (truth != nullptr) *truth = wire.record.truth;
  return merged({std::move(wire.captured)});
}

}  // namespace mtuscope::build
