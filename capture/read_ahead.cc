#include "capture/read_ahead.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mtuscope {

ReadAhead::ReadAhead(std::unique_ptr<ByteInput> inner)
    : inner_(std::move(inner)), bytes_total_(inner_->bytes_total()) {
  for (Block& block : blocks_) free_.push_back(&block);
  thread_ = std::thread([this] { work(); });
}

ReadAhead::~ReadAhead() {
  {
    const std::lock_guard lock(mutex_);
    stop_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

void ReadAhead::work() {
  for (;;) {
    Block* block = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || !free_.empty(); });
      if (stop_) return;
      block = free_.front();
      free_.pop_front();
    }
    bool more = false;
    std::exception_ptr error;
    try {
      more = fill(*block);
    } catch (...) {
      error = std::current_exception();
    }
    {
      const std::lock_guard lock(mutex_);
      if (block->size > 0) ready_.push_back(block);
      if (!more) {
        done_ = true;
        error_ = error;
        inner_damage_ = inner_->damage();
      }
    }
    changed_.notify_all();
    if (!more) return;
  }
}

// False when nothing comes after it.
bool ReadAhead::fill(Block& block) {
  block.size = 0;
  while (block.size < kBlockBytes) {
    const size_t taken =
        inner_->take(block.room.data() + kHeadroom + block.size, kBlockBytes - block.size);
    if (taken == 0) return false;
    block.size += taken;
    bytes_read_.store(inner_->bytes_read(), std::memory_order_relaxed);
  }
  return true;
}

ReadAhead::Block* ReadAhead::take() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [&] { return done_ || !ready_.empty(); });
  if (!ready_.empty()) {
    Block* const block = ready_.front();
    ready_.pop_front();
    return block;
  }
  damage_ = inner_damage_;
  if (error_) std::rethrow_exception(std::exchange(error_, nullptr));
  return nullptr;
}

void ReadAhead::give_back(Block* block) {
  {
    const std::lock_guard lock(mutex_);
    free_.push_back(block);
  }
  changed_.notify_all();
}

bool ReadAhead::extend(size_t n) {
  const size_t kept = available();
  if (at_end_) return kept >= n;
  base_offset_ += static_cast<uint64_t>(cursor_ - begin_);
  begin_ = cursor_;
  Block* next = take();
  if (next != nullptr && kept <= kHeadroom && kept + next->size >= n) {
    uint8_t* const start = next->room.data() + kHeadroom - kept;
    if (kept > 0) std::memcpy(start, cursor_, kept);
    begin_ = cursor_ = start;
    end_ = start + kept + next->size;
    if (current_ != nullptr) give_back(current_);
    current_ = next;
    return true;
  }
  // A record that does not fit between two blocks, or the end.
  std::vector<uint8_t> together(cursor_, end_);
  while (next != nullptr) {
    const uint8_t* const bytes = next->room.data() + kHeadroom;
    together.insert(together.end(), bytes, bytes + next->size);
    give_back(next);
    if (together.size() >= n) break;
    next = take();
  }
  at_end_ = next == nullptr;
  assembled_.swap(together);
  begin_ = cursor_ = assembled_.data();
  end_ = begin_ + assembled_.size();
  if (current_ != nullptr) give_back(std::exchange(current_, nullptr));
  return available() >= n;
}

}  // namespace mtuscope
