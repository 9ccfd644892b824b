// Reads (and decompresses) the next part of a file while the last one is analyzed. The only thread
// of the program besides the main one, and here because it was measured: copying a file out of the
// page cache is a quarter of the time that analyzing it takes, and decompression is more than all
// of it.
//
// Only for regular files: a thread that waits for a pipe could not be stopped.

#ifndef MTUSCOPE_CAPTURE_READ_AHEAD_H_
#define MTUSCOPE_CAPTURE_READ_AHEAD_H_

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <exception>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "capture/byte_input.h"

namespace mtuscope {

class ReadAhead final : public ByteInput {
 public:
  // From here on only the thread touches `inner`. What it throws is thrown by peek(), after the
  // bytes that it had read before.
  explicit ReadAhead(std::unique_ptr<ByteInput> inner);
  ~ReadAhead() override;

  uint64_t bytes_read() const override { return bytes_read_.load(std::memory_order_relaxed); }
  uint64_t bytes_total() const override { return bytes_total_; }

 private:
  static constexpr size_t kBlockBytes = size_t{512} << 10;
  // Room before a block for the bytes of the one before that are not consumed yet.
  static constexpr size_t kHeadroom = size_t{64} << 10;

  struct Block {
    std::vector<uint8_t> room = std::vector<uint8_t>(kHeadroom + kBlockBytes);
    size_t size = 0;  // bytes after the headroom
  };

  bool extend(size_t n) override;
  void work();
  bool fill(Block& block);
  // The next block that is ready; null at the end.
  Block* take();
  void give_back(Block* block);

  std::unique_ptr<ByteInput> inner_;
  uint64_t bytes_total_ = 0;
  std::atomic<uint64_t> bytes_read_{0};

  std::array<Block, 3> blocks_;
  Block* current_ = nullptr;        // that the window lies in
  std::vector<uint8_t> assembled_;  // or this, for a record larger than the headroom
  bool at_end_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Block*> free_, ready_;  // guarded by mutex_, as is all below
  bool done_ = false;
  bool stop_ = false;
  std::exception_ptr error_;
  std::string inner_damage_;

  std::thread thread_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_READ_AHEAD_H_
