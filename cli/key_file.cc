#include "cli/key_file.h"

#include "capture/error.h"
#include "cli/text_file.h"
#include "probes/reflect_message.h"

namespace mtuscope {

SecretKey read_key_file(const std::string& path) {
  const auto key = parse_key(read_text_file(path));
  if (key && *key != kNoKey) return *key;
  throw Error(ErrorKind::kFormat, path + " holds no key: that is 32 bytes in Base64",
              "Make one with: (umask 077; wg genpsk > FILE), or openssl rand -base64 32, and copy "
              "it to both ends.");
}

}  // namespace mtuscope
