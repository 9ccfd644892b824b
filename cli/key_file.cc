#include "cli/key_file.h"

#include <cstdio>
#include <filesystem>
#include <system_error>

#include "capture/error.h"
#include "cli/printable.h"
#include "cli/text_file.h"
#include "probes/reflect_message.h"

namespace mtuscope {
namespace {

// As wg(8) does: it works all the same, but nobody should overlook it.
void warn_when_exposed(const std::string& path) {
  using std::filesystem::perms;
  std::error_code error;
  const perms allowed = std::filesystem::status(path, error).permissions();
  if (error || (allowed & (perms::others_read | perms::others_write)) == perms::none) return;
  const std::string name = printable(path);
  std::fprintf(stderr,
               "mtuscope: warning: every user of this host can %s the key in %s\n"
               "  chmod 600 %s, and a new key at both ends if somebody may have read it.\n",
               (allowed & perms::others_read) != perms::none ? "read" : "change", name.c_str(),
               name.c_str());
}

}  // namespace

SecretKey read_key_file(const std::string& path) {
  const auto key = parse_key(read_text_file(path));
  if (key && *key != kNoKey) {
    warn_when_exposed(path);
    return *key;
  }
  throw Error(ErrorKind::kFormat, path + " holds no key: that is 32 bytes in Base64",
              "Make one with: (umask 077; wg genpsk > FILE), or openssl rand -base64 32, and copy "
              "it to both ends.");
}

}  // namespace mtuscope
