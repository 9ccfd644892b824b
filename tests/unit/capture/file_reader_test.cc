#include "capture/file_reader.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <thread>

#include "capture/open_captures.h"
#include "capture_bytes.h"

namespace mtuscope {
namespace {

using testing::Bytes;
using testing::data_of;
using ::testing::ElementsAre;
using testing::PcapBytes;
using testing::PcapngBytes;
using testing::read_all;

struct Pipe {
  Pipe() {
    std::array<int, 2> ends{};
    EXPECT_EQ(pipe(ends.data()), 0);
    reader = ends[0];
    writer = ends[1];
  }
  void send(const Bytes& bytes) const {
    EXPECT_EQ(write(writer, bytes.data(), bytes.size()), static_cast<ssize_t>(bytes.size()));
  }
  int reader = -1, writer = -1;
};

Bytes tail(const Bytes& longer, const Bytes& shorter) {
  return {longer.begin() + static_cast<std::ptrdiff_t>(shorter.size()), longer.end()};
}

// Nothing else is ever written before the frame is asked for: if a reader wanted more than the
// packet, this would not return.
TEST(FileReader, APacketIsGivenAsSoonAsItIsInThePipe) {
  PcapBytes file;
  const Pipe pipe;
  pipe.send(file.bytes());
  auto source = open_capture(std::make_unique<FileReader>(pipe.reader, "pipe", 0), "-", 0);
  for (const std::string data : {"first", "second", "third"}) {
    const Bytes before = file.bytes();
    pipe.send(tail(file.packet(1, 0, data).bytes(), before));
    Frame frame;
    ASSERT_TRUE(source->next(frame));
    EXPECT_EQ(std::string(frame.bytes.begin(), frame.bytes.end()), data);
  }
  close(pipe.writer);
  Frame frame;
  EXPECT_FALSE(source->next(frame));
  EXPECT_FALSE(source->info()[0].truncated);
  EXPECT_EQ(source->bytes_total(), 0u);
}

TEST(FileReader, APcapngPacketIsGivenAsSoonAsItIsInThePipe) {
  PcapngBytes file;
  const Pipe pipe;
  pipe.send(file.bytes());
  auto source = open_capture(std::make_unique<FileReader>(pipe.reader, "pipe", 0), "-", 0);
  Bytes before = file.bytes();
  pipe.send(tail(file.interface(1).packet(0, 1, "first").bytes(), before));
  Frame frame;
  ASSERT_TRUE(source->next(frame));
  before = file.bytes();
  pipe.send(tail(file.packet(0, 2, "second").bytes(), before));
  ASSERT_TRUE(source->next(frame));
  EXPECT_EQ(frame.number.value, 2u);
  close(pipe.writer);
}

TEST(FileReader, APipeWrittenByteByByteGivesTheSamePackets) {
  const Bytes file = PcapBytes().packet(1, 0, "first").packet(2, 0, "second").bytes();
  const Pipe pipe;
  std::thread writer([&] {
    for (const uint8_t byte : file) pipe.send({byte});
    close(pipe.writer);
  });
  auto source = open_capture(std::make_unique<FileReader>(pipe.reader, "pipe", 0), "-", 0);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("first", "second"));
  writer.join();
}

TEST(FileReader, ANonBlockingPipeIsWaitedFor) {
  const Bytes file = PcapBytes().packet(1, 0, "first").bytes();
  const Pipe pipe;
  ASSERT_EQ(fcntl(pipe.reader, F_SETFL, O_NONBLOCK), 0);
  std::thread writer([&] {
    pipe.send(file);
    close(pipe.writer);
  });
  auto source = open_capture(std::make_unique<FileReader>(pipe.reader, "pipe", 0), "-", 0);
  EXPECT_THAT(data_of(read_all(*source)), ElementsAre("first"));
  writer.join();
}

}  // namespace
}  // namespace mtuscope
