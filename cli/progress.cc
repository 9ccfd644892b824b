#include "cli/progress.h"

#include <fmt/format.h>

#include <cstdio>

#include "cli/plain_words.h"

namespace mtuscope {
namespace {

constexpr std::chrono::milliseconds kQuietStart{500};
constexpr std::chrono::milliseconds kInterval{100};
constexpr const char* kClearLine = "\r\x1b[K";

}  // namespace

std::string progress_line(uint64_t bytes, uint64_t bytes_total, uint64_t packets) {
  std::string line = "mtuscope: " + byte_words(bytes);
  if (bytes_total > 0) {
    const double share = static_cast<double>(bytes) / static_cast<double>(bytes_total);
    line += fmt::format(" of {} ({:.0f} %)", byte_words(bytes_total), share * 100);
  }
  return line + ", " + count_words(packets, "packet");
}

Progress::Progress(bool visible) : visible_(visible), next_(Clock::now() + kQuietStart) {}

Progress::~Progress() { clear(); }

void Progress::update(uint64_t bytes, uint64_t bytes_total, uint64_t packets) {
  if (!visible_) return;
  const Clock::time_point now = Clock::now();
  if (now < next_) return;
  next_ = now + kInterval;
  shown_ = true;
  fmt::print(stderr, "{}{}", kClearLine, progress_line(bytes, bytes_total, packets));
}

void Progress::clear() {
  if (shown_) std::fputs(kClearLine, stderr);
  shown_ = false;
}

}  // namespace mtuscope
