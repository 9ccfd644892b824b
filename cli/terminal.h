// What is at the other end of standard output and standard error, and writing to it.

#ifndef MTUSCOPE_CLI_TERMINAL_H_
#define MTUSCOPE_CLI_TERMINAL_H_

#include <cstddef>
#include <string_view>

#include "cli/output_options.h"

namespace mtuscope {

struct Terminal {
  bool stdin_is_terminal = false;
  bool stdout_is_terminal = false;
  bool stderr_is_terminal = false;
  size_t columns = 80;    // of standard output, at most 100; 80 when it is no terminal
  bool no_color = false;  // NO_COLOR is set and not empty (no-color.org), or TERM is "dumb"
};

// Asks the system once.
Terminal detect_terminal();

// Whether text on standard output may carry colour. An explicit choice beats the environment.
bool use_color(ColorChoice choice, const Terminal& terminal);

// Writes everything. A reader that closed the pipe wants no more and is no failure; anything else
// (a full disk, a closed descriptor) throws Error kSystem. False when nobody reads any more.
bool write_stdout(std::string_view text);
// False when it is a pipe that nobody reads any more: known without writing to it.
bool stdout_is_read();

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TERMINAL_H_
