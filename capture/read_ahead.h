// Decompresses the next parts of a file while the last one is analyzed: that takes longer than the
// analysis itself.
//
// Only for regular files: a thread that waits for a pipe could not be stopped.

#ifndef MTUSCOPE_CAPTURE_READ_AHEAD_H_
#define MTUSCOPE_CAPTURE_READ_AHEAD_H_

#include <array>
#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
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
  // From here on `inner` belongs to it. What `inner` throws is thrown by peek(), after the bytes
  // that were read before.
  explicit ReadAhead(std::unique_ptr<ByteInput> inner);
  ~ReadAhead() override;

  uint64_t bytes_read() const override { return bytes_read_.load(std::memory_order_relaxed); }
  uint64_t bytes_total() const override { return bytes_total_; }

 private:
  static constexpr size_t kBlockBytes = size_t{256} << 10;
  // Room before a block for the bytes of the one before that are not consumed yet.
  static constexpr size_t kHeadroom = size_t{64} << 10;
  // One is analyzed, one is being filled, one is ready.
  static constexpr uint64_t kBlocks = 3;

  struct Block {
    std::vector<uint8_t> room = std::vector<uint8_t>(kHeadroom + kBlockBytes);
    size_t size = 0;  // bytes after the headroom; less than kBlockBytes: nothing comes after it
    std::exception_ptr error;  // instead of what would have come after `size` bytes
  };
  // The blocks of the file in order, by number.
  Block& block(uint64_t number) { return blocks_[number % kBlocks]; }

  bool extend(size_t n) override;
  void work();
  void fill(Block& to);
  // The next block; null at the end.
  Block* take();
  // The first so many blocks of the file are not needed any more.
  void release(uint64_t blocks);

  std::unique_ptr<ByteInput> inner_;
  uint64_t bytes_total_ = 0;
  std::atomic<uint64_t> bytes_read_{0};

  std::array<Block, kBlocks> blocks_;
  std::vector<uint8_t> assembled_;  // holds the window of a record larger than the headroom
  uint64_t taken_ = 0;              // blocks that the window has moved over or lies in
  Block* last_ = nullptr;           // when it has been taken
  bool at_end_ = false;

  std::mutex mutex_;
  std::condition_variable changed_;
  uint64_t filled_ = 0, released_ = 0;  // blocks; guarded by mutex_, as is the next
  bool stop_ = false;

  std::thread thread_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_READ_AHEAD_H_
