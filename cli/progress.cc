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

std::string first_look_line(uint64_t capture, uint64_t captures, uint64_t packets) {
  return fmt::format("mtuscope: first look at capture {} of {}, {}", grouped(capture),
                     grouped(captures), count_words(packets, "packet"));
}

std::string captures_line(uint64_t done, uint64_t total) {
  return fmt::format("mtuscope: {} of {}", grouped(done), count_words(total, "capture"));
}

std::string live_line(uint64_t packets, uint64_t flows, uint64_t dropped) {
  std::string line =
      "mtuscope: " + count_words(packets, "packet") + ", " + count_words(flows, "flow") + " open";
  if (dropped > 0) line += ", " + grouped(dropped) + " dropped by the kernel";
  return line;
}

Progress::Progress(bool visible) : visible_(visible), next_(Clock::now() + kQuietStart) {}

Progress::~Progress() { clear(); }

void Progress::update(uint64_t bytes, uint64_t bytes_total, uint64_t packets) {
  packets_ = packets;
  if (due()) show(progress_line(bytes, bytes_total, packets_ + left_out_));
}

void Progress::update_left_out(uint64_t bytes, uint64_t bytes_total, uint64_t left_out) {
  left_out_ = left_out;
  if (due()) show(progress_line(bytes, bytes_total, packets_ + left_out_));
}

void Progress::update_first_look(uint64_t capture, uint64_t captures, uint64_t packets) {
  if (due()) show(first_look_line(capture, captures, packets));
}

void Progress::update_captures(uint64_t done, uint64_t total) {
  if (due()) show(captures_line(done, total));
}

void Progress::update_live(uint64_t packets, uint64_t flows, uint64_t dropped) {
  if (due()) show(live_line(packets, flows, dropped));
}

bool Progress::due() {
  if (!visible_) return false;
  const Clock::time_point now = Clock::now();
  if (now < next_) return false;
  next_ = now + kInterval;
  return true;
}

void Progress::show(const std::string& line) {
  shown_ = true;
  fmt::print(stderr, "{}{}", kClearLine, line);
}

void Progress::clear() {
  if (shown_) std::fputs(kClearLine, stderr);
  shown_ = false;
  packets_ = left_out_ = 0;
}

}  // namespace mtuscope
