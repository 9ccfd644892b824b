// Ctrl-C while something is being measured.

#ifndef MTUSCOPE_CLI_INTERRUPT_H_
#define MTUSCOPE_CLI_INTERRUPT_H_

#include <atomic>

namespace mtuscope {

// From now on, Ctrl-C makes this true, so that the measurement ends with what is known by then; a
// second one ends mtuscope as usual.
const std::atomic<bool>& stop_on_interrupt();

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_INTERRUPT_H_
