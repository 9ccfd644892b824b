#include "capture/mapped_file.h"

#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "capture/file_reader.h"

namespace mtuscope {
namespace {

struct AddressRange {
  std::atomic<uintptr_t> begin{0}, end{0};
  std::atomic<bool> taken{false};
};
// As many as `analyze *.pcap` may name; more are read instead.
std::array<AddressRange, 1024> mappings;

size_t page_bytes() {
  static const auto bytes = static_cast<size_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

// What may be called in a signal handler: mmap() is a bare system call.
void put_zeros(int signal, siginfo_t* info, void*) {
  const auto address = reinterpret_cast<uintptr_t>(info->si_addr);
  for (const AddressRange& mapping : mappings) {
    const uintptr_t end = mapping.end.load();
    if (address < mapping.begin.load() || address >= end) continue;
    const uintptr_t page = address - address % page_bytes();
    void* const at = reinterpret_cast<void*>(page);  // NOLINT(performance-no-int-to-ptr)
    constexpr int kFlags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED | MAP_NORESERVE;
    if (mmap(at, end - page, PROT_READ, kFlags, -1, 0) == at) return;
  }
  // Not ours: what would have happened without us happens when this returns.
  ::signal(signal, SIG_DFL);
}

void handle_bus_errors() {
  static const bool done = [] {
    page_bytes();  // not for the first time in the handler
    struct sigaction action {};
    action.sa_sigaction = put_zeros;
    action.sa_flags = SA_SIGINFO;
    return sigaction(SIGBUS, &action, nullptr) == 0;
  }();
  (void)done;
}

}  // namespace

class MappedFile::Place {
 public:
  // Null when all are taken.
  static std::unique_ptr<Place> take() {
    handle_bus_errors();
    for (AddressRange& range : mappings) {
      if (!range.taken.exchange(true)) return std::unique_ptr<Place>(new Place(range));
    }
    return nullptr;
  }
  ~Place() {
    range_.end = 0;
    range_.taken = false;
  }
  Place(const Place&) = delete;
  Place& operator=(const Place&) = delete;

  void set(const uint8_t* begin, size_t bytes) {
    range_.begin = reinterpret_cast<uintptr_t>(begin);
    range_.end = reinterpret_cast<uintptr_t>(begin) + bytes;
  }

 private:
  explicit Place(AddressRange& range) : range_(range) {}
  AddressRange& range_;
};

std::unique_ptr<MappedFile> MappedFile::map(int fd, const std::string& path, uint64_t bytes) {
  const off_t start = lseek(fd, 0, SEEK_CUR);
  if (start < 0 || bytes > SIZE_MAX || static_cast<uint64_t>(start) >= bytes) return nullptr;
  std::unique_ptr<Place> place = Place::take();
  if (place == nullptr) return nullptr;
  const auto size = static_cast<size_t>(bytes);
  void* const at = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (at == MAP_FAILED) return nullptr;
  auto* const first = static_cast<uint8_t*>(at);
  place->set(first, size);
  madvise(at, size, MADV_SEQUENTIAL);  // reads more ahead from a disk
  return std::unique_ptr<MappedFile>(
      new MappedFile(fd, path, first, size, static_cast<size_t>(start), std::move(place)));
}

MappedFile::MappedFile(int fd, std::string path, uint8_t* map, size_t size, size_t start,
                       std::unique_ptr<Place> place)
    : fd_(fd),
      path_(std::move(path)),
      map_(map),
      size_(size),
      start_(start),
      place_(std::move(place)),
      populated_(start / kStep * kStep),
      given_back_(populated_),
      end_of_file_(size),
      position_(start),
      caught_up_to_(start) {
  begin_ = cursor_ = end_ = map_ + start;
}

MappedFile::~MappedFile() {
  if (thread_.joinable()) {
    {
      const std::lock_guard lock(mutex_);
      stop_ = true;
    }
    moved_.notify_all();
    thread_.join();
  }
  munmap(map_, size_);
  if (fd_ != STDIN_FILENO) close(fd_);
}

size_t MappedFile::first_unreadable(size_t offset) {
  for (; offset < size_; offset += page_bytes()) {
    uint8_t byte;
    const ssize_t got = pread(fd_, &byte, 1, static_cast<off_t>(offset));
    if (got > 0) continue;
    if (got < 0) error_ = errno;
    break;
  }
  return std::min(offset, size_);
}

bool MappedFile::populate_next() {
  if (populated_ >= end_of_file_) return false;
  const size_t count = std::min(kStep, size_ - populated_);
  // Before Linux 5.14 (EINVAL) pages come by themselves, one fault each.
  if (madvise(map_ + populated_, count, MADV_POPULATE_READ) != 0 && errno == EFAULT) {
    end_of_file_ = first_unreadable(populated_);
  }
  populated_ += count;
  return populated_ < end_of_file_;
}

void MappedFile::give_back(size_t position) {
  const size_t until = position / kStep * kStep;
  if (until < given_back_ + kWorthGivingBack) return;
  madvise(map_ + given_back_, until - given_back_, MADV_DONTNEED);
  given_back_ = until;
}

void MappedFile::ask_ahead() {
  thread_ = std::thread([this] { work(); });
}

void MappedFile::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const size_t position = position_ / kWorthWaking * kWorthWaking;
    lock.unlock();
    bool more = true;
    while (more && populated_ < position + kAhead) more = populate_next();
    give_back(position);
    lock.lock();
    caught_up_to_ = position;
    caught_up_.notify_one();
    moved_.wait(lock, [&] { return stop_ || position_ >= position + kWorthWaking; });
  }
}

bool MappedFile::extend(size_t n) {
  const auto position = static_cast<size_t>(cursor_ - map_);
  base_offset_ += static_cast<uint64_t>(cursor_ - begin_);
  begin_ = cursor_;
  const size_t wanted = position + std::max(n, kStep);
  if (thread_.joinable()) {
    const bool worth_waking = position_ / kWorthWaking != position / kWorthWaking;
    position_ = position;
    if (worth_waking) {
      std::unique_lock lock(mutex_);
      moved_.notify_all();
      caught_up_.wait(lock, [&] { return position <= caught_up_to_ + kMostBehind; });
    }
  } else {
    while (populated_ < wanted && populate_next()) {
    }
    give_back(position);
  }
  struct stat now {};
  size_t end = end_of_file_;
  if (fstat(fd_, &now) == 0) end = std::min(end, static_cast<size_t>(now.st_size));
  end_ = map_ + std::clamp(wanted, position, std::max(end, position));
  if (available() >= n) return true;
  if (error_ != 0) throw_reading_failed(path_, error_);
  return false;
}

}  // namespace mtuscope
