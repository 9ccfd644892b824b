// One line on standard error that says how far long work has come, and is gone at its end.

#ifndef MTUSCOPE_CLI_PROGRESS_H_
#define MTUSCOPE_CLI_PROGRESS_H_

#include <chrono>
#include <cstdint>
#include <string>

namespace mtuscope {

// "mtuscope: 1.2 GB of 4.0 GB (30 %), 12,345,678 packets". A total of 0 is unknown, and left out.
std::string progress_line(uint64_t bytes, uint64_t bytes_total, uint64_t packets);

// "mtuscope: first look at capture 1 of 2, 12,345,678 packets".
std::string first_look_line(uint64_t capture, uint64_t captures, uint64_t packets);
// "mtuscope: 37 of 104 captures".
std::string live_line(uint64_t packets, uint64_t flows, uint64_t dropped);
std::string captures_line(uint64_t done, uint64_t total);

class Progress {
 public:
  // Shows nothing at all unless `visible` (standard error is a terminal).
  explicit Progress(bool visible);
  ~Progress();  // clears the line
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Call it every few thousand packets: it reads the clock, shows nothing for the first half
  // second, and then writes at most ten times a second.
  void update(uint64_t bytes, uint64_t bytes_total, uint64_t packets);
  // The same from within the filter: `left_out` packets that update() does not count.
  void update_left_out(uint64_t bytes, uint64_t bytes_total, uint64_t left_out);
  // The same for the look at `captures` captures before they are read; they count from 1.
  void update_first_look(uint64_t capture, uint64_t captures, uint64_t packets);
  // The same for work on many captures: call it after each.
  void update_live(uint64_t packets, uint64_t flows, uint64_t dropped);
  void update_captures(uint64_t done, uint64_t total);
  void clear();

 private:
  bool due();
  void show(const std::string& line);

  using Clock = std::chrono::steady_clock;
  bool visible_;
  bool shown_ = false;
  uint64_t packets_ = 0, left_out_ = 0;  // as of the last update
  Clock::time_point next_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PROGRESS_H_
