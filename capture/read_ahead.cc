#include "capture/read_ahead.h"

#include <algorithm>
#include <cstring>
#include <utility>

namespace mtuscope {

ReadAhead::ReadAhead(std::unique_ptr<ByteInput> inner)
    : inner_(std::move(inner)), bytes_total_(inner_->bytes_total()) {
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
  for (uint64_t number = 0;; ++number) {
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return stop_ || number < released_ + kBlocks; });
      if (stop_) return;
    }
    fill(block(number));
    const bool is_last = block(number).size < kBlockBytes;
    {
      const std::lock_guard lock(mutex_);
      ++filled_;
    }
    changed_.notify_all();
    if (is_last) return;
  }
}

void ReadAhead::fill(Block& to) {
  to.size = 0;
  try {
    while (to.size < kBlockBytes) {
      const size_t got = inner_->take(to.room.data() + kHeadroom + to.size, kBlockBytes - to.size);
      if (got == 0) break;
      to.size += got;
      bytes_read_.store(inner_->bytes_read(), std::memory_order_relaxed);
    }
  } catch (...) {
    to.error = std::current_exception();
  }
}

ReadAhead::Block* ReadAhead::take() {
  if (last_ == nullptr) {
    Block& next = block(taken_);
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return filled_ > taken_; });
    }
    ++taken_;
    if (next.size < kBlockBytes) last_ = &next;
    if (next.size > 0) return &next;
  }
  damage_ = inner_->damage();
  if (last_->error) std::rethrow_exception(std::exchange(last_->error, nullptr));
  return nullptr;
}

void ReadAhead::release(uint64_t blocks) {
  {
    const std::lock_guard lock(mutex_);
    released_ = blocks;
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
    release(taken_ - 1);
    return true;
  }
  // A record that does not fit between two blocks, or the end.
  std::vector<uint8_t> together(cursor_, end_);
  while (next != nullptr) {
    const uint8_t* const bytes = next->room.data() + kHeadroom;
    together.insert(together.end(), bytes, bytes + next->size);
    release(taken_);
    if (together.size() >= n) break;
    next = take();
  }
  at_end_ = next == nullptr;
  assembled_.swap(together);
  begin_ = cursor_ = assembled_.data();
  end_ = begin_ + assembled_.size();
  return available() >= n;
}

}  // namespace mtuscope
