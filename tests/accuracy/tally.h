// Runs of one class of networks, judged and counted against what really happened.

#ifndef MTUSCOPE_TESTS_ACCURACY_TALLY_H_
#define MTUSCOPE_TESTS_ACCURACY_TALLY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/accuracy/network_class.h"

namespace mtuscope::build {

struct Tally {
  uint64_t runs = 0;
  // A black hole was told where there is none: in a class without limit, or in the other direction,
  // or where no packet was lost for its size.
  uint64_t false_confirmed = 0, false_suspected = 0;
  uint64_t false_size_loss = 0;  // size-dependent-loss, the same
  // path-outage was told where something would have passed at any time.
  uint64_t false_outage = 0, false_suspected_outage = 0;
  // Limits that could be proven (SimulatedTruth), and what became of them.
  uint64_t provable = 0, confirmed = 0, suspected = 0;
  // A limit was told with bounds that do not hold it.
  uint64_t wrong_bounds = 0;
  // The first few runs that went wrong, to look at: "false confirmed 17".
  std::vector<std::string> wrong;

  uint64_t missed() const { return provable - confirmed - suspected; }
  void add(const Tally& other);
};

// Runs first .. first + count - 1 of the class, a tally for each place of recording: at the sender,
// in the middle, at the receiver.
std::vector<Tally> tally_by_point(const NetworkClass& network, uint64_t first, uint64_t count);

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_ACCURACY_TALLY_H_
