#include "capture/file_reader.h"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "capture/error.h"

namespace mtuscope {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

}  // namespace

FileReader::FileReader(int fd, std::string path, uint64_t bytes_total)
    : BufferedInput(kBufferBytes), fd_(fd), path_(std::move(path)), bytes_total_(bytes_total) {
  posix_fadvise(fd_, 0, 0, POSIX_FADV_SEQUENTIAL);  // fails on a pipe, which is fine
}

FileReader::~FileReader() {
  if (fd_ != STDIN_FILENO) close(fd_);
}

void throw_reading_failed(const std::string& path, int error) {
  throw Error(ErrorKind::kSystem, path + ": reading failed: " + std::strerror(error),
              "Copy the capture to a local disk and analyze the copy.");
}

size_t FileReader::fill(uint8_t* to, size_t room) {
  for (;;) {
    const ssize_t got = read(fd_, to, room);
    if (got >= 0) return static_cast<size_t>(got);
    if (errno == EINTR) continue;
    if (errno != EAGAIN) throw_reading_failed(path_, errno);
    pollfd readable{fd_, POLLIN, 0};  // someone made the pipe non-blocking
    poll(&readable, 1, -1);
  }
}

}  // namespace mtuscope
