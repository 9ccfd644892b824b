// Any bytes as a capture file. The readers must stay inside (the sanitizers watch), end, keep the
// promises of source.h, and see the same in one piece as in many small ones, as from a pipe.

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <utility>

#include "capture/byte_input.h"
#include "capture/error.h"
#include "capture/open_captures.h"
#include "capture/source.h"

namespace {

using namespace mtuscope;

// Compressed input can hold far more packets than it has bytes.
constexpr uint64_t kMostFrames = 200'000;

// A pipe whose writer writes a few bytes at a time.
class Trickle final : public BufferedInput {
 public:
  explicit Trickle(std::span<const uint8_t> bytes) : BufferedInput(64), left_(bytes) {}

 private:
  size_t fill(uint8_t* to, size_t room) override {
    const size_t n = std::min({room, left_.size(), size_t{13}});
    std::copy_n(left_.begin(), n, to);
    left_ = left_.subspan(n);
    return n;
  }
  std::span<const uint8_t> left_;
};

[[noreturn]] void broken(const char* promise) {
  std::fprintf(stderr, "broken: %s\n", promise);
  std::abort();
}

// What was seen, to be compared.
struct Seen {
  std::string error;
  uint64_t frames = 0;
  uint64_t numbers = 0;                   // the sum of the frame numbers
  uint64_t hash = 14695981039346656037u;  // FNV-1a
  std::string damage;
  std::string format;

  void add(uint64_t value) { hash = (hash ^ value) * 1099511628211u; }
};

void check(const Frame& frame, Seen& seen) {
  seen.numbers += frame.number.value;
  seen.add(frame.number.value);
  if (frame.bytes.size() > frame.original_bytes) broken("captured at most the original length");
  seen.add(static_cast<uint64_t>(frame.time.ns));
  seen.add(frame.original_bytes);
  seen.add(frame.interface);
  seen.add(frame.link_type);
  for (const uint8_t byte : frame.bytes) seen.add(byte);
}

Seen read(std::unique_ptr<ByteInput> input) {
  Seen seen;
  try {
    const auto source = open_capture(std::move(input), "fuzz", 0);
    Frame frame;
    uint32_t most_interfaces = 0;
    while (seen.frames < kMostFrames && source->next(frame)) {
      ++seen.frames;
      check(frame, seen);
      most_interfaces = std::max(most_interfaces, frame.interface + 1);
    }
    const SourceInfo info = source->info().at(0);
    if (seen.frames < kMostFrames) {
      if (info.packets != seen.frames) broken("info counts every packet");
      // Frames of several interfaces are sorted by time, and keep their numbers.
      if (seen.numbers != seen.frames * (seen.frames + 1) / 2) broken("numbered 1, 2, 3 and so on");
    }
    if (info.interfaces.size() < most_interfaces) broken("info has every interface");
    if (info.truncated != !info.damage.empty()) broken("truncated and damage go together");
    if (info.first_time.has_value() && *info.first_time > *info.last_time) broken("time order");
    seen.damage = info.damage;
    seen.format = info.format;
  } catch (const Error& error) {
    if (error.kind() != ErrorKind::kFormat) broken("bytes can only be of a wrong format");
    if (error.hint().empty()) broken("an error has a hint");
    seen.error = error.what();
  }
  return seen;
}

}  // namespace

int fuzz_capture_file(const uint8_t* data, size_t size) {
  const std::span<const uint8_t> bytes(data, size);
  const Seen whole = read(std::make_unique<MemoryInput>(bytes));
  const Seen trickled = read(std::make_unique<Trickle>(bytes));
  // Where compressed data is damaged, how much came out before may depend on the pieces: nothing at
  // all, which is an error, or something, and then it is said to be damaged. It is told either way.
  const bool compressed = (whole.format + trickled.format).find('(') != std::string::npos;
  if (compressed || !whole.error.empty()) {
    const bool whole_told = !whole.error.empty() || !whole.damage.empty();
    const bool trickled_told = !trickled.error.empty() || !trickled.damage.empty();
    if (whole_told != trickled_told) broken("same end");
    return 0;
  }
  if (whole.frames != trickled.frames || whole.hash != trickled.hash) broken("same frames");
  if (whole.damage != trickled.damage) broken("same damage");
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  return fuzz_capture_file(data, size);
}
