// A regular file as a window over its mapping: nothing is copied, and its packets are decoded where
// the page cache holds them. Pages are asked for many at a time ahead of the cursor (a fault for
// each would cost more than a packet) and given back behind it, so that resident memory is flat. In
// a large file a thread does both: what the kernel takes for it is then not waited for.
//
// A file may become shorter while it is read (a ring of captures comes round to it), and a disk may
// fail. Where that is seen when pages are asked for, the window ends there. Where it happens after
// that, the kernel raises SIGBUS: the handler puts zeros in the place of what is gone, which the
// readers take for the damage that it is. Nothing before it is lost either way.

#ifndef MTUSCOPE_CAPTURE_MAPPED_FILE_H_
#define MTUSCOPE_CAPTURE_MAPPED_FILE_H_

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "capture/byte_input.h"

namespace mtuscope {

class MappedFile final : public ByteInput {
 public:
  // Begins where the descriptor stands. `bytes`: the size of the file; what is appended later is
  // not seen. `path` is for error messages. Null, and `fd` stays the caller's, where the file
  // system maps no files or too many are mapped already; otherwise it owns the descriptor and
  // closes it, unless it is standard input.
  static std::unique_ptr<MappedFile> map(int fd, const std::string& path, uint64_t bytes);
  ~MappedFile() override;

  uint64_t bytes_total() const override { return size_ - start_; }
  // Worth the start of the thread for a file of megabytes.
  void ask_ahead() override;

 private:
  class Place;  // where the handler of SIGBUS finds the mapping

  // How far the window reaches at a time, and pages are asked for at a time. A thousand files may
  // be merged.
  static constexpr size_t kStep = size_t{256} << 10;
  static constexpr size_t kWorthGivingBack = 4 * kStep;
  // What the thread asks for before the cursor comes there, and what waking it is worth.
  static constexpr size_t kAhead = size_t{16} << 20;
  static constexpr size_t kWorthWaking = size_t{8} << 20;
  // So far the cursor may run away from a thread that gets no time, and pages stay behind it.
  static constexpr size_t kMostBehind = size_t{16} << 20;

  MappedFile(int fd, std::string path, uint8_t* map, size_t size, size_t start,
             std::unique_ptr<Place> place);
  bool extend(size_t n) override;
  void work();
  // Asks for the next pages; false when there are no more, or they can't be had: then the file
  // ends before them.
  bool populate_next();
  // Gives back what lies before the window, when that is worth it.
  void give_back(size_t position);
  // The first page from this offset on that can't be had, by its offset.
  size_t first_unreadable(size_t offset);

  const int fd_;
  const std::string path_;
  uint8_t* const map_;
  const size_t size_;   // of the mapping: the whole file
  const size_t start_;  // where the descriptor stood
  std::unique_ptr<Place> place_;

  // Belong to the thread, where there is one.
  size_t populated_;   // offset up to which pages were asked for
  size_t given_back_;  // ... and given back

  std::atomic<size_t> end_of_file_;  // at most size_
  std::atomic<int> error_{0};        // why nothing can be read from there on; 0: it is the end
  std::atomic<size_t> position_;     // where the window was moved to last

  std::mutex mutex_;
  std::condition_variable moved_, caught_up_;
  bool stop_ = false;    // guarded by mutex_
  size_t caught_up_to_;  // the same: what the thread has given back what lies before
  std::thread thread_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_MAPPED_FILE_H_
