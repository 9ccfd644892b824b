#include "probes/tool_output.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <chrono>

namespace mtuscope {
namespace {

constexpr size_t kMostBytes = 4u << 20;
constexpr std::chrono::seconds kMostTime{3};

// Everything from the pipe until it is closed; false when that took too long or was too much.
bool read_until_closed(int descriptor, std::string& text) {
  using Clock = std::chrono::steady_clock;
  const Clock::time_point end = Clock::now() + kMostTime;
  std::array<char, 16384> buffer;
  for (;;) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd ready{.fd = descriptor, .events = POLLIN, .revents = 0};
    if (left.count() <= 0 || poll(&ready, 1, static_cast<int>(left.count())) <= 0) return false;
    const ssize_t length = read(descriptor, buffer.data(), buffer.size());
    if (length <= 0) return length == 0;
    text.append(buffer.data(), static_cast<size_t>(length));
    if (text.size() > kMostBytes) return false;
  }
}

// POSIX declares them so for C's sake, and says that nobody writes to them.
char* unwritten(const char* text) {
  return const_cast<char*>(text);  // NOLINT(cppcoreguidelines-pro-type-const-cast)
}

// The child's process id; -1 when it could not be started.
pid_t start(const std::string& path, const std::vector<std::string>& arguments, int out) {
  std::vector<char*> argv{unwritten(path.c_str())};
  for (const std::string& argument : arguments) argv.push_back(unwritten(argument.c_str()));
  argv.push_back(nullptr);
  // Nothing of the user's environment: a known language, and no settings of the tool.
  std::array<char*, 2> environment{unwritten("LC_ALL=C"), nullptr};
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  if (posix_spawn(&child, path.c_str(), &actions, nullptr, argv.data(), environment.data()) != 0) {
    child = -1;
  }
  posix_spawn_file_actions_destroy(&actions);
  return child;
}

}  // namespace

std::string find_tool(const std::string& name) {
  for (const char* folder :
       {"/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/", "/run/current-system/sw/bin/"}) {
    std::string path = folder + name;
    if (access(path.c_str(), X_OK) == 0) return path;
  }
  return {};
}

std::optional<std::string> tool_output(const std::string& name,
                                       const std::vector<std::string>& arguments) {
  const std::string path = find_tool(name);
  std::array<int, 2> pipe_ends{};
  if (path.empty() || pipe2(pipe_ends.data(), O_CLOEXEC) != 0) return std::nullopt;
  const pid_t child = start(path, arguments, pipe_ends[1]);
  close(pipe_ends[1]);
  std::string text;
  const bool whole = child > 0 && read_until_closed(pipe_ends[0], text);
  close(pipe_ends[0]);
  if (child <= 0) return std::nullopt;
  if (!whole) kill(child, SIGKILL);
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  const bool succeeded = whole && WIFEXITED(status) && WEXITSTATUS(status) == 0;
  return succeeded ? std::optional(std::move(text)) : std::nullopt;
}

}  // namespace mtuscope
