#include "capture/open_captures.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <map>
#include <optional>
#include <thread>
#include <utility>

#include "capture/compressed_input.h"
#include "capture/error.h"
#include "capture/file_kind.h"
#include "capture/file_reader.h"
#include "capture/frame_filter.h"
#include "capture/libpcap_source.h"
#include "capture/mapped_file.h"
#include "capture/merged_source.h"
#include "capture/pcap_file.h"
#include "capture/pcapng_file.h"
#include "capture/read_ahead.h"
#include "capture/sorted_source.h"

namespace mtuscope {
namespace {

// Below this a file is read before a thread has started.
constexpr uint64_t kWorthAThread = uint64_t{4} << 20;

// Listed, but not read: a file that was named before, or an empty one among others.
class UnreadFile final : public FrameSource {
 public:
  explicit UnreadFile(SourceInfo info) : info_(std::move(info)) {}
  bool next(Frame&) override { return false; }
  std::vector<SourceInfo> info() const override { return {info_}; }
  uint64_t bytes_read() const override { return 0; }
  uint64_t bytes_total() const override { return 0; }

 private:
  SourceInfo info_;
};

// Enough of a file to say what it is.
constexpr size_t kKindBytes = 512;

std::string shown(const std::string& path) { return path == "-" ? "standard input" : path; }

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
    case EMFILE:
      throw Error(ErrorKind::kSystem, what, "Allow more open files: ulimit -n 65536");
    default:
      throw Error(ErrorKind::kSystem, what, "Copy the capture to a local disk and analyze that.");
  }
}

[[noreturn]] void throw_empty(const std::string& path, const std::string& damage) {
  if (!damage.empty()) {
    throw Error(ErrorKind::kFormat, shown(path) + " holds no capture: " + damage,
                "Copy or compress the file again.");
  }
  throw Error(ErrorKind::kFormat, shown(path) + " is empty",
              "tcpdump writes late: record with `tcpdump -U --immediate-mode -w FILE`, and stop it "
              "with Ctrl-C.");
}

std::unique_ptr<FrameSource> filtered(std::unique_ptr<FrameSource> source,
                                      const CaptureOptions& options) {
  if (options.filter.empty()) return source;
  return std::make_unique<FilteredSource>(std::move(source), options);
}

// A rotated file that the capturing program had not begun to fill must not keep the others from
// being read.
std::unique_ptr<FrameSource> listed_as_empty(const std::string& path) {
  SourceInfo info;
  info.path = path;
  info.format = "empty";
  info.empty = true;
  info.truncated = true;
  info.damage = "the file is empty";
  return std::make_unique<UnreadFile>(std::move(info));
}

// Whether so few bytes that no format is recognised are the beginning of a capture. One or two may
// as well be a line of text.
bool begins_a_capture(std::span<const uint8_t> bytes) {
  constexpr std::array<std::array<uint8_t, 4>, 5> kMagics{{{0xd4, 0xc3, 0xb2, 0xa1},
                                                           {0xa1, 0xb2, 0xc3, 0xd4},
                                                           {0x4d, 0x3c, 0xb2, 0xa1},
                                                           {0xa1, 0xb2, 0x3c, 0x4d},
                                                           {0x0a, 0x0d, 0x0d, 0x0a}}};
  constexpr size_t kLeast = 3, kRecognised = 8;  // magic and version
  return bytes.size() >= kLeast && bytes.size() < kRecognised &&
         std::ranges::any_of(kMagics, [&](const auto& magic) {
           return std::equal(bytes.begin(), bytes.begin() + std::min<size_t>(bytes.size(), 4),
                             magic.begin());
         });
}

// The same for two paths when they are one regular file.
using FileIdentity = std::pair<dev_t, ino_t>;

std::optional<FileIdentity> identity_of(const std::string& path) {
  struct stat status {};
  if (path == "-" || stat(path.c_str(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return std::nullopt;
  }
  return FileIdentity{status.st_dev, status.st_ino};
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
  struct stat status {};
  if (fstat(fd, &status) != 0) throw_open_error(path, errno);
  const uint64_t bytes = S_ISREG(status.st_mode) ? static_cast<uint64_t>(status.st_size) : 0;
  if (auto mapped = MappedFile::map(fd, shown(path), bytes)) return mapped;
  auto reader = std::make_unique<FileReader>(fd, shown(path), bytes);
  if (S_ISDIR(status.st_mode)) {
    throw Error(ErrorKind::kFormat, path + " is a directory, not a capture",
                "Name the files in it: " + path + (path.back() == '/' ? "*" : "/*"));
  }
  return reader;
}

std::unique_ptr<FrameSource> open_capture(std::unique_ptr<ByteInput> input, const std::string& path,
                                          uint32_t source_index, Reading reading) {
  SourceInfo info;
  info.path = path;
  std::string suffix;
  const bool ahead = reading == Reading::kAhead && input->bytes_total() >= kWorthAThread;
  const uint8_t* start = input->peek(4);
  if (const auto compression = start ? compression_of(start) : std::nullopt) {
    suffix = " (" + std::string(to_string(*compression)) + ")";
    input = std::make_unique<CompressedInput>(std::move(input), *compression);
    if (ahead) input = std::make_unique<ReadAhead>(std::move(input));
    start = input->peek(4);
  } else if (ahead) {
    input->ask_ahead();
  }
  if (start != nullptr && PcapngFile::recognises(start)) {
    info.format = "pcapng" + suffix;
    return std::make_unique<SortedSource>(
        std::make_unique<PcapngFile>(std::move(input), std::move(info), source_index));
  }
  start = input->peek(8);
  if (start != nullptr && PcapFile::recognises(start)) {
    info.format = "pcap" + suffix;
    return std::make_unique<PcapFile>(std::move(input), std::move(info), source_index);
  }
  if (input->available() == 0) throw_empty(path, input->damage());
  input->peek(16);  // no more, a pipe may not have it yet
  const std::span<const uint8_t> first_bytes(input->peek(1), input->available());
  if (begins_a_capture(first_bytes)) {
    throw Error(ErrorKind::kFormat,
                fmt::format("{} ends after {} bytes, inside the header of a capture", shown(path),
                            first_bytes.size()),
                "Record it again, with `tcpdump -U --immediate-mode` so that nothing stays behind "
                "in a buffer.");
  }
  const FileKind kind = file_kind(first_bytes.first(std::min(first_bytes.size(), kKindBytes)));
  info.format = "libpcap: pcap variant" + suffix;
  std::string why;
  auto source = LibpcapSource::open(std::move(input), std::move(info), source_index, why);
  if (source != nullptr) return source;
  throw Error(ErrorKind::kFormat, shown(path) + " is not a packet capture but " + kind.name,
              kind.hint);
}

std::unique_ptr<FrameSource> open_capture_bytes(std::span<const uint8_t> bytes,
                                                const CaptureOptions& options) {
  auto source = open_capture(std::make_unique<MemoryInput>(bytes), "memory", 0);
  return filtered(std::move(source), options);
}

std::unique_ptr<FrameSource> open_captures(const std::vector<std::string>& paths,
                                           const CaptureOptions& options) {
  if (paths.empty()) {
    throw Error(ErrorKind::kUsage, "no capture is named",
                "Name a file, or - for standard input: mtuscope analyze FILE");
  }
  if (std::count(paths.begin(), paths.end(), "-") > 1) {
    throw Error(ErrorKind::kUsage, "standard input is named twice", "Name - once.");
  }
  // One thread for one file: merging many reads little of each at a time.
  const Reading reading = paths.size() == 1 && std::thread::hardware_concurrency() > 1
                              ? Reading::kAhead
                              : Reading::kHere;
  std::vector<std::unique_ptr<FrameSource>> sources;
  std::map<FileIdentity, uint32_t> seen;
  size_t files = 0, empty = 0;
  for (const std::string& path : paths) {
    const auto index = static_cast<uint32_t>(sources.size());
    const auto identity = identity_of(path);
    const auto [earlier, is_new] =
        identity ? seen.emplace(*identity, index) : std::pair(seen.end(), true);
    if (is_new) {
      ++files;
      auto input = open_input(path);
      const bool is_empty = input->peek(1) == nullptr && input->damage().empty();
      if (is_empty) ++empty;
      sources.push_back(is_empty ? listed_as_empty(path)
                                 : open_capture(std::move(input), path, index, reading));
    } else {
      SourceInfo info;
      info.path = path;
      info.format = sources[earlier->second]->info().front().format;
      info.repeat_of = earlier->second;
      sources.push_back(std::make_unique<UnreadFile>(std::move(info)));
    }
  }
  if (empty == files) throw_empty(paths.front(), "");
  if (sources.size() == 1) return filtered(std::move(sources.front()), options);
  return filtered(std::make_unique<MergedSource>(std::move(sources), options.clock_ahead), options);
}

}  // namespace mtuscope
