// The file that holds the key which both ends of a reflector share.

#ifndef MTUSCOPE_CLI_KEY_FILE_H_
#define MTUSCOPE_CLI_KEY_FILE_H_

#include <string>

#include "probes/keyed_hash.h"

namespace mtuscope {

// 32 bytes in Base64, as `wg genpsk` writes them. Throws Error: as read_text_file(), kFormat when
// it is no key. Warns on standard error when every user may read or change the file.
SecretKey read_key_file(const std::string& path);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_KEY_FILE_H_
