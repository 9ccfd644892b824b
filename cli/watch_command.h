// `mtuscope watch -i IFACE`: packets of live interfaces in, news out, and a report at the end.

#ifndef MTUSCOPE_CLI_WATCH_COMMAND_H_
#define MTUSCOPE_CLI_WATCH_COMMAND_H_

#include "cli/watch_options.h"

namespace mtuscope {

// Watches until a signal, the end of the time, or until no interface is left. Returns the exit
// status; throws Error.
int run_watch(const WatchOptions& options);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_WATCH_COMMAND_H_
