// A file descriptor with an owner, who closes it.

#ifndef MTUSCOPE_PROBES_DESCRIPTOR_H_
#define MTUSCOPE_PROBES_DESCRIPTOR_H_

#include <unistd.h>

#include <utility>

namespace mtuscope {

class Descriptor {
 public:
  // Below 0, as system calls say that they failed: there is none.
  explicit Descriptor(int value) : value_(value) {}
  Descriptor(Descriptor&& other) noexcept : value_(std::exchange(other.value_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(value_, other.value_);
    return *this;
  }
  ~Descriptor() {
    if (value_ >= 0) close(value_);
  }

  explicit operator bool() const { return value_ >= 0; }
  int get() const { return value_; }

 private:
  int value_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_DESCRIPTOR_H_
