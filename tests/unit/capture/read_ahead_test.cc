#include "capture/read_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstring>
#include <memory>
#include <mutex>
#include <set>
#include <span>
#include <thread>
#include <vector>

#include "capture/error.h"

namespace mtuscope {
namespace {

std::vector<uint8_t> numbered_bytes(size_t count) {
  std::vector<uint8_t> bytes(count);
  for (size_t i = 0; i < count; ++i) bytes[i] = static_cast<uint8_t>(i * 2654435761u >> 13);
  return bytes;
}

// Reads it all in records of this size, the last one shorter.
std::vector<uint8_t> read_in_records(ByteInput& input, size_t record) {
  std::vector<uint8_t> all;
  for (;;) {
    const uint8_t* bytes = input.peek(record);
    const size_t n = bytes != nullptr ? record : input.available();
    if (n == 0) return all;
    if (bytes == nullptr) bytes = input.peek(n);
    all.insert(all.end(), bytes, bytes + n);
    input.skip(n);
  }
}

// Gives its bytes, then fails.
class FailingInput final : public BufferedInput {
 public:
  explicit FailingInput(std::vector<uint8_t> bytes)
      : BufferedInput(4096), bytes_(std::move(bytes)) {}

 private:
  size_t fill(uint8_t* to, size_t room) override {
    const size_t n = std::min(room, bytes_.size() - given_);
    if (n == 0) throw Error(ErrorKind::kSystem, "the disk is gone", "Plug it in again.");
    std::memcpy(to, bytes_.data() + given_, n);
    given_ += n;
    return n;
  }
  std::vector<uint8_t> bytes_;
  size_t given_ = 0;
};

// Can be read at any position, a few bytes at a time; fails at `broken_at`, if that is set.
class PositionedInput : public MemoryInput {
 public:
  explicit PositionedInput(std::span<const uint8_t> bytes, size_t broken_at = SIZE_MAX)
      : MemoryInput(bytes), bytes_(bytes), broken_at_(broken_at) {}
  bool has_positions() const override { return true; }
  size_t read_at(uint64_t offset, uint8_t* to, size_t room) const override {
    if (offset >= broken_at_) throw Error(ErrorKind::kSystem, "the disk is gone", "Plug it in.");
    if (offset >= bytes_.size()) return 0;
    const size_t n = std::min({room, size_t{100'000}, bytes_.size() - offset,
                               broken_at_ == SIZE_MAX ? room : broken_at_ - offset});
    std::memcpy(to, bytes_.data() + offset, n);
    return n;
  }

 private:
  std::span<const uint8_t> bytes_;
  size_t broken_at_;
};

// Its first byte comes only when two threads have read something.
class InputThatNeedsTwo final : public PositionedInput {
 public:
  using PositionedInput::PositionedInput;
  size_t read_at(uint64_t offset, uint8_t* to, size_t room) const override {
    std::unique_lock lock(mutex_);
    readers_.insert(std::this_thread::get_id());
    another_.notify_all();
    if (offset == 0) {
      another_.wait_for(lock, std::chrono::seconds(20), [&] { return readers_.size() > 1; });
    }
    return PositionedInput::read_at(offset, to, room);
  }
  size_t readers() const {
    const std::lock_guard lock(mutex_);
    return readers_.size();
  }

 private:
  mutable std::mutex mutex_;
  mutable std::condition_variable another_;
  mutable std::set<std::thread::id> readers_;
};

TEST(ReadAhead, GivesTheBytesOfTheFileWhateverTheRecordSize) {
  const std::vector<uint8_t> bytes = numbered_bytes(3'000'001);
  for (const size_t record : {1000u, 65535u, 65537u, 600'000u, 2'000'000u}) {
    ReadAhead input(std::make_unique<MemoryInput>(bytes));
    EXPECT_EQ(read_in_records(input, record), bytes) << "in records of " << record;
    EXPECT_EQ(input.offset(), bytes.size());
    EXPECT_EQ(input.bytes_read(), bytes.size());
  }
}

TEST(ReadAhead, GivesTheBytesInOrderWhereBothThreadsRead) {
  const std::vector<uint8_t> bytes = numbered_bytes(3'000'001);
  for (const size_t record : {1000u, 65535u, 65537u, 600'000u, 2'000'000u}) {
    ReadAhead input(std::make_unique<PositionedInput>(bytes));
    EXPECT_EQ(read_in_records(input, record), bytes) << "in records of " << record;
    EXPECT_EQ(input.offset(), bytes.size());
    EXPECT_EQ(input.bytes_read(), bytes.size());
  }
}

TEST(ReadAhead, EndsAtTheEndOfAFileThatFillsItsLastPart) {
  const std::vector<uint8_t> bytes = numbered_bytes(size_t{1} << 20);
  ReadAhead input(std::make_unique<PositionedInput>(bytes));
  EXPECT_EQ(read_in_records(input, 4096), bytes);
  EXPECT_EQ(input.peek(1), nullptr);
}

TEST(ReadAhead, ReadsItselfWhatItWouldWaitForWhereTheInputHasPositions) {
  const std::vector<uint8_t> bytes = numbered_bytes(3'000'000);
  auto needs_two = std::make_unique<InputThatNeedsTwo>(bytes);
  const InputThatNeedsTwo* const seen = needs_two.get();
  ReadAhead input(std::move(needs_two));
  EXPECT_NE(input.peek(1), nullptr);
  EXPECT_EQ(seen->readers(), 2u);
}

TEST(ReadAhead, SaysHowMuchIsLeftWhenTheFileEndsInsideARecord) {
  const std::vector<uint8_t> bytes = numbered_bytes(1'000'000);
  ReadAhead input(std::make_unique<MemoryInput>(bytes));
  ASSERT_TRUE(input.discard(999'990));
  EXPECT_EQ(input.peek(11), nullptr);
  EXPECT_EQ(input.available(), 10u);
  EXPECT_EQ(input.offset(), 999'990u);
}

TEST(ReadAhead, GivesWhatWasReadBeforeAFailureAndThenTheFailure) {
  const std::vector<uint8_t> bytes = numbered_bytes(700'000);
  ReadAhead input(std::make_unique<FailingInput>(bytes));
  ASSERT_NE(input.peek(1), nullptr);
  ASSERT_TRUE(input.discard(699'999));
  ASSERT_NE(input.peek(1), nullptr);
  EXPECT_EQ(*input.peek(1), bytes.back());
  input.skip(1);
  EXPECT_THROW(input.peek(1), Error);
}

TEST(ReadAhead, FailsAtTheSamePlaceWhereBothThreadsRead) {
  const std::vector<uint8_t> bytes = numbered_bytes(3'000'000);
  ReadAhead input(std::make_unique<PositionedInput>(bytes, 700'000));
  ASSERT_TRUE(input.discard(700'000));
  EXPECT_THROW(input.peek(1), Error);
}

TEST(ReadAhead, CanBeLeftBeforeTheEnd) {
  const std::vector<uint8_t> bytes = numbered_bytes(5'000'000);
  ReadAhead input(std::make_unique<MemoryInput>(bytes));
  EXPECT_NE(input.peek(16), nullptr);
}

}  // namespace
}  // namespace mtuscope
