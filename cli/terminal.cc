#include "cli/terminal.h"

#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <string>

#include "capture/error.h"

namespace mtuscope {
namespace {

constexpr size_t kNarrowest = 40;
constexpr size_t kWidest = 100;  // longer lines are hard to read

size_t columns_of(int fd) {
  winsize size{};
  if (ioctl(fd, TIOCGWINSZ, &size) != 0 || size.ws_col == 0) return 80;
  return std::clamp<size_t>(size.ws_col, kNarrowest, kWidest);
}

bool color_unwanted() {
  const char* no_color = std::getenv("NO_COLOR");
  const char* term = std::getenv("TERM");
  return (no_color != nullptr && *no_color != '\0') ||
         (term != nullptr && std::string_view(term) == "dumb");
}

}  // namespace

Terminal detect_terminal() {
  Terminal terminal;
  terminal.stdin_is_terminal = isatty(STDIN_FILENO) == 1;
  terminal.stdout_is_terminal = isatty(STDOUT_FILENO) == 1;
  terminal.stderr_is_terminal = isatty(STDERR_FILENO) == 1;
  if (terminal.stdout_is_terminal) terminal.columns = columns_of(STDOUT_FILENO);
  terminal.no_color = color_unwanted();
  return terminal;
}

bool use_color(ColorChoice choice, const Terminal& terminal) {
  if (choice != ColorChoice::kAuto) return choice == ColorChoice::kAlways;
  return terminal.stdout_is_terminal && !terminal.no_color;
}

bool write_stdout(std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(STDOUT_FILENO, text.data(), text.size());
    if (written >= 0) {
      text.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EPIPE) {
      return false;
    } else if (errno != EINTR) {
      throw Error(ErrorKind::kSystem,
                  std::string("cannot write to standard output: ") + std::strerror(errno),
                  "Check that the place it is redirected to is open and has room.");
    }
  }
  return true;
}

bool stdout_is_read() {
  pollfd out{.fd = STDOUT_FILENO, .events = 0, .revents = 0};
  return poll(&out, 1, 0) <= 0 || (out.revents & POLLERR) == 0;
}

}  // namespace mtuscope
