#include "cli/text_file.h"

#include <fmt/format.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <filesystem>
#include <memory>
#include <system_error>

#include "capture/error.h"

namespace mtuscope {
namespace {

namespace fs = std::filesystem;

constexpr size_t kLargest = 4u << 20;

[[noreturn]] void refuse(const char* verb, const std::string& path, std::string hint) {
  const int why = errno;
  const ErrorKind kind = why == ENOENT                   ? ErrorKind::kNotFound
                         : why == EACCES || why == EPERM ? ErrorKind::kPermission
                                                         : ErrorKind::kSystem;
  throw Error(kind, fmt::format("cannot {} {}: {}", verb, path, std::strerror(why)),
              std::move(hint));
}

using File = std::unique_ptr<std::FILE, int (*)(std::FILE*)>;

}  // namespace

std::string read_text_file(const std::string& path) {
  const File file(std::fopen(path.c_str(), "rb"), std::fclose);
  if (!file) refuse("read", path, "Check the name, and who may read it.");
  std::string text(kLargest + 1, '\0');
  text.resize(std::fread(text.data(), 1, text.size(), file.get()));
  if (std::ferror(file.get()) != 0) refuse("read", path, "Check the name, and who may read it.");
  if (text.size() > kLargest) {
    throw Error(ErrorKind::kFormat, fmt::format("{} has more than 4 MiB", path),
                "Check that it is the file that was meant.");
  }
  return text;
}

void write_text_file(const std::string& path, std::string_view text) {
  constexpr const char* kHint = "Check that its folder exists, has room, and may be written.";
  std::error_code error;
  const fs::path target =
      fs::is_symlink(path, error) ? fs::weakly_canonical(path, error) : fs::path(path);
  // A pipe or a device is written to, not replaced.
  const bool in_place = fs::exists(target, error) && !fs::is_regular_file(target, error);
  const std::string fresh = in_place ? target.string() : target.string() + ".new";
  File file(std::fopen(fresh.c_str(), "wb"), std::fclose);
  if (!file) refuse("write", path, kHint);
  bool done = std::fwrite(text.data(), 1, text.size(), file.get()) == text.size();
  done = std::fclose(file.release()) == 0 && done;
  if (done && !in_place) done = std::rename(fresh.c_str(), target.c_str()) == 0;
  if (!done) {
    const int why = errno;
    if (!in_place) std::remove(fresh.c_str());
    errno = why;
    refuse("write", path, kHint);
  }
}

}  // namespace mtuscope
