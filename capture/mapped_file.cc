#include "capture/mapped_file.h"

#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>

namespace mtuscope {
namespace {

constexpr size_t kWindowBytes = size_t{4} << 20;

#ifndef MADV_POPULATE_READ
#define MADV_POPULATE_READ 22  // Linux 5.14, include/uapi/asm-generic/mman-common.h
#endif

uintptr_t page_bytes() {
  static const auto bytes = static_cast<uintptr_t>(sysconf(_SC_PAGESIZE));
  return bytes;
}

const uint8_t* page_floor(const uint8_t* p) {
  return p - (reinterpret_cast<uintptr_t>(p) & (page_bytes() - 1));
}

}  // namespace

std::unique_ptr<MappedFile> MappedFile::map(int fd, uint64_t size, uint64_t position) {
  if (size == 0 || size > SIZE_MAX / 2) return nullptr;
  void* mapping = mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  if (mapping == MAP_FAILED) return nullptr;
  madvise(mapping, size, MADV_SEQUENTIAL);
  return std::unique_ptr<MappedFile>(
      new MappedFile(static_cast<const uint8_t*>(mapping), size, std::min(position, size)));
}

MappedFile::MappedFile(const uint8_t* mapping, size_t size, size_t position)
    : mapping_(mapping), mapping_bytes_(size), file_end_(mapping + size), dropped_to_(mapping) {
  begin_ = mapping;
  cursor_ = end_ = mapping + position;
}

MappedFile::~MappedFile() { munmap(const_cast<uint8_t*>(mapping_), mapping_bytes_); }

bool MappedFile::extend(size_t n) {
  const uint8_t* const keep = page_floor(cursor_);
  if (keep > dropped_to_) {
    madvise(const_cast<uint8_t*>(dropped_to_), static_cast<size_t>(keep - dropped_to_),
            MADV_DONTNEED);
    dropped_to_ = keep;
  }
  const auto left = static_cast<size_t>(file_end_ - cursor_);
  const size_t wanted = std::min(left, std::max(n, available() + kWindowBytes));
  const uint8_t* const new_end = cursor_ + wanted;
  if (new_end > end_) {
    if (populate(end_, new_end)) {
      end_ = new_end;
    } else {
      find_new_end(new_end);
    }
  }
  return available() >= n;
}

bool MappedFile::populate(const uint8_t* from, const uint8_t* to) {
  const uint8_t* const start = page_floor(from);
  const int result =
      madvise(const_cast<uint8_t*>(start), static_cast<size_t>(to - start), MADV_POPULATE_READ);
  // EINVAL: a kernel before 5.14; the pages then come one by one.
  return result == 0 || errno == EINVAL;
}

void MappedFile::find_new_end(const uint8_t* limit) {
  while (end_ < limit) {
    const uint8_t* const next = std::min(page_floor(end_) + page_bytes(), limit);
    if (!populate(end_, next)) break;
    end_ = next;
  }
  file_end_ = end_;
  damage_ = "the file became shorter while it was read";
}

}  // namespace mtuscope
