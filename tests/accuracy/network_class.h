// The kinds of networks of the accuracy campaign: look-alikes, which never have a limit, and
// networks that have one. Everything else about a run (the stacks, the RTT, what is said, how many
// flows, where it is recorded) is drawn at random from its seed.

#ifndef MTUSCOPE_TESTS_ACCURACY_NETWORK_CLASS_H_
#define MTUSCOPE_TESTS_ACCURACY_NETWORK_CLASS_H_

#include <functional>
#include <vector>

#include "tests/support/dice.h"
#include "tests/support/tcp_simulation.h"

namespace mtuscope::build {

// One run: what is sent over what, and recorded where and how.
struct Run {
  std::vector<SimulatedFlow> flows;
  SimulatedPath path;
  CapturePoint point = CapturePoint::kSender;
  double end = 10;
  uint64_t seed = 0;
  // Of the recording, at last.
  std::function<Packets(Packets)> damage;
};

struct NetworkClass {
  const char* name;
  bool limited;       // has a path MTU below what its flows send
  bool whole = true;  // the recording misses nothing
  std::function<void(Run&, Dice&)> prepare;
};

const std::vector<NetworkClass>& network_classes();

// Run `number` of a class; the same number gives the same run.
Run make_run(const NetworkClass& network, uint64_t number);

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_ACCURACY_NETWORK_CLASS_H_
