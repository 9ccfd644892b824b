// Bytes of a capture before they are packets: one contiguous window that moves forward over a
// file, a pipe, memory, or what a decompressor makes. The file readers see only this, so each
// format is written once; the window is widened by one virtual call per many packets, never per
// packet.

#ifndef MTUSCOPE_CAPTURE_BYTE_INPUT_H_
#define MTUSCOPE_CAPTURE_BYTE_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace mtuscope {

class ByteInput {
 public:
  ByteInput(const ByteInput&) = delete;
  ByteInput& operator=(const ByteInput&) = delete;
  virtual ~ByteInput() = default;

  // The next `n` bytes, contiguous, not yet consumed; null when the input ends before them (then
  // available() says how many there are). Valid until the next peek() or discard(). Throws Error
  // (kSystem) when reading fails. On a pipe it waits for these `n` bytes and for no more.
  const uint8_t* peek(size_t n) {
    if (static_cast<size_t>(end_ - cursor_) >= n) [[likely]] {
      return cursor_;
    }
    return extend(n) ? cursor_ : nullptr;
  }
  // Consumes bytes that peek() has shown.
  void skip(size_t n) { cursor_ += n; }
  // Consumes bytes of which nothing is wanted, any number; false when the input ends before.
  bool discard(uint64_t n);

  // Moves up to `room` bytes to `to`, at least 1, and returns how many; 0 at the end.
  virtual size_t take(uint8_t* to, size_t room);

  // Has a thread prepare what comes next, from now on, where there is something to prepare.
  virtual void ask_ahead() {}

  // Bytes visible without reading more.
  size_t available() const { return static_cast<size_t>(end_ - cursor_); }
  // Position of the cursor in the uncompressed input.
  uint64_t offset() const { return base_offset_ + static_cast<uint64_t>(cursor_ - begin_); }
  // Why the input ended before its time (damaged compression); empty when it did not.
  const std::string& damage() const { return damage_; }
  // Bytes taken from the file itself (compressed ones, where it is), and its size; 0 is unknown.
  virtual uint64_t bytes_read() const { return offset(); }
  virtual uint64_t bytes_total() const { return 0; }

 protected:
  ByteInput() = default;
  // Makes at least `n` bytes visible from the cursor, or all that are left and returns false.
  virtual bool extend(size_t n) = 0;

  const uint8_t* begin_ = nullptr;
  const uint8_t* cursor_ = nullptr;
  const uint8_t* end_ = nullptr;
  uint64_t base_offset_ = 0;  // of begin_
  std::string damage_;
};

// The window over a source that can only be read forward: keeps a buffer, moves what is not yet
// consumed to its front and fills the rest. The buffer grows only for a record that does not fit,
// which the readers bound (kMaxCapturedBytes).
class BufferedInput : public ByteInput {
 public:
  // Past the window it goes straight to where it is wanted.
  size_t take(uint8_t* to, size_t room) override;

 protected:
  explicit BufferedInput(size_t buffer_bytes) : buffer_(buffer_bytes) {
    begin_ = cursor_ = end_ = buffer_.data();
  }
  // Puts between 1 and `room` bytes at `to` and returns how many; 0 at the end.
  virtual size_t fill(uint8_t* to, size_t room) = 0;

 private:
  bool extend(size_t n) final;

  std::vector<uint8_t> buffer_;
  bool at_end_ = false;
};

// Bytes that are already in memory; they must outlive it.
class MemoryInput : public ByteInput {
 public:
  explicit MemoryInput(std::span<const uint8_t> bytes) {
    begin_ = cursor_ = bytes.data();
    end_ = begin_ + bytes.size();
  }
  uint64_t bytes_total() const override { return static_cast<uint64_t>(end_ - begin_); }

 private:
  bool extend(size_t) override { return false; }
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_BYTE_INPUT_H_
