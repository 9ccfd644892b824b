// Something that most of its owners do not have, made on demand, and copied with its owner.

#ifndef MTUSCOPE_ANALYSIS_CONTAINERS_VALUE_PTR_H_
#define MTUSCOPE_ANALYSIS_CONTAINERS_VALUE_PTR_H_

#include <memory>
#include <utility>

namespace mtuscope {

template <typename T>
class ValuePtr {
 public:
  ValuePtr() = default;
  ValuePtr(std::unique_ptr<T> value) : value_(std::move(value)) {}  // NOLINT: from make_unique()
  ValuePtr(const ValuePtr& other)
      : value_(other.value_ ? std::make_unique<T>(*other.value_) : nullptr) {}
  ValuePtr(ValuePtr&&) noexcept = default;
  ValuePtr& operator=(ValuePtr other) noexcept {
    value_.swap(other.value_);
    return *this;
  }
  ~ValuePtr() = default;

  explicit operator bool() const { return value_ != nullptr; }
  T& operator*() { return *value_; }
  const T& operator*() const { return *value_; }
  T* operator->() { return value_.get(); }
  const T* operator->() const { return value_.get(); }

 private:
  std::unique_ptr<T> value_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_CONTAINERS_VALUE_PTR_H_
