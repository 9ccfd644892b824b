#ifndef MTUSCOPE_CLI_VERSION_H_
#define MTUSCOPE_CLI_VERSION_H_

#include <string_view>

namespace mtuscope {

std::string_view version();  // "0.1.0"

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_VERSION_H_
