#include "capture/read_ahead.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstring>
#include <memory>
#include <vector>

#include "capture/error.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::numbered_bytes;
using testing::read_in_records;

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

TEST(ReadAhead, GivesTheBytesOfTheFileWhateverTheRecordSize) {
  const std::vector<uint8_t> bytes = numbered_bytes(3'000'001);
  for (const size_t record : {1000u, 65535u, 65537u, 600'000u, 2'000'000u}) {
    ReadAhead input(std::make_unique<MemoryInput>(bytes));
    EXPECT_EQ(read_in_records(input, record), bytes) << "in records of " << record;
    EXPECT_EQ(input.offset(), bytes.size());
    EXPECT_EQ(input.bytes_read(), bytes.size());
  }
}

TEST(ReadAhead, EndsAtTheEndOfAFileThatFillsItsLastPart) {
  const std::vector<uint8_t> bytes = numbered_bytes(size_t{1} << 20);
  ReadAhead input(std::make_unique<MemoryInput>(bytes));
  EXPECT_EQ(read_in_records(input, 4096), bytes);
  EXPECT_EQ(input.peek(1), nullptr);
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

TEST(ReadAhead, CanBeLeftBeforeTheEnd) {
  const std::vector<uint8_t> bytes = numbered_bytes(5'000'000);
  ReadAhead input(std::make_unique<MemoryInput>(bytes));
  EXPECT_NE(input.peek(16), nullptr);
}

}  // namespace
}  // namespace mtuscope
