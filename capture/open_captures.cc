#include "capture/open_captures.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>

#include "capture/error.h"
#include "capture/mapped_file.h"
#include "capture/pcap_file.h"
#include "capture/stream_reader.h"

namespace mtuscope {
namespace {

constexpr char kAccepted[] = "pcap and pcapng are read, also compressed with gzip or zstd.";

[[noreturn]] void throw_open_error(const std::string& path, int error) {
  const std::string what = path + ": " + std::strerror(error);
  switch (error) {
    case ENOENT:
    case ENOTDIR:
      throw Error(ErrorKind::kNotFound, what, "Check the path of the capture.");
    case EACCES:
    case EPERM:
      throw Error(ErrorKind::kPermission, what,
                  "Run with sudo, or make it readable: sudo chmod a+r '" + path + "'");
    default:
      throw Error(ErrorKind::kSystem, what, "Copy the capture to a local disk and analyze that.");
  }
}

}  // namespace

std::unique_ptr<ByteInput> open_input(const std::string& path) {
  const bool is_stdin = path == "-";
  if (is_stdin && isatty(STDIN_FILENO) == 1) {
    throw Error(ErrorKind::kUsage, "standard input is a terminal, not a capture",
                "Pipe one into it: ssh host tcpdump -U -w - | mtuscope analyze -");
  }
  const int fd = is_stdin ? STDIN_FILENO : open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) throw_open_error(path, errno);
  auto stream = std::make_unique<StreamReader>(fd, is_stdin ? "standard input" : path);

  struct stat status {};
  if (fstat(fd, &status) != 0) throw_open_error(path, errno);
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorKind::kFormat, path + " is a directory, not a capture",
                "Name the files in it: " + path + (path.back() == '/' ? "*" : "/*"));
  }
  if (S_ISREG(status.st_mode)) {
    const off_t position = lseek(fd, 0, SEEK_CUR);
    auto mapped = MappedFile::map(fd, static_cast<uint64_t>(status.st_size),
                                  static_cast<uint64_t>(position > 0 ? position : 0));
    if (mapped != nullptr) return mapped;
  }
  return stream;
}

std::unique_ptr<FrameSource> open_capture(std::unique_ptr<ByteInput> input, const std::string& path,
                                          uint32_t source_index) {
  SourceInfo info;
  info.path = path;
  const uint8_t* start = input->peek(8);
  if (start != nullptr && PcapFile::recognises(start)) {
    info.format = "pcap";
    return std::make_unique<PcapFile>(std::move(input), std::move(info), source_index);
  }
  throw Error(ErrorKind::kFormat, path + " is not a packet capture", kAccepted);
}

std::unique_ptr<FrameSource> open_capture_bytes(std::span<const uint8_t> bytes,
                                                const CaptureOptions& options) {
  (void)options;
  return open_capture(std::make_unique<MemoryInput>(bytes), "memory", 0);
}

std::unique_ptr<FrameSource> open_captures(const std::vector<std::string>& paths,
                                           const CaptureOptions& options) {
  (void)options;
  return open_capture(open_input(paths.at(0)), paths.at(0), 0);
}

}  // namespace mtuscope
