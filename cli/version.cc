#include "cli/version.h"

namespace mtuscope {

std::string_view version() { return MTUSCOPE_VERSION; }

}  // namespace mtuscope
