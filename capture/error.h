// The one exception of the program: what the user asked could not be done. Thrown where the
// operating system (or a library at its edge) says no, caught once in main. Bad packets are data
// and never throw.

#ifndef MTUSCOPE_CAPTURE_ERROR_H_
#define MTUSCOPE_CAPTURE_ERROR_H_

#include <exception>
#include <string>
#include <utility>

namespace mtuscope {

enum class ErrorKind {
  kUsage,       // the command line or a configuration value makes no sense
  kNotFound,    // the named file or interface does not exist
  kPermission,  // the system refuses
  kFormat,      // the input is not something we can read
  kSystem,      // any other failed system call
};

class Error : public std::exception {
 public:
  // `what` says what failed and where (the path, the option); `hint` is the next action, one
  // sentence, never empty.
  Error(ErrorKind kind, std::string what, std::string hint)
      : kind_(kind), what_(std::move(what)), hint_(std::move(hint)) {}

  ErrorKind kind() const { return kind_; }
  const char* what() const noexcept override { return what_.c_str(); }
  const std::string& hint() const { return hint_; }

 private:
  ErrorKind kind_;
  std::string what_;
  std::string hint_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_ERROR_H_
