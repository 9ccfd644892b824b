#include "probes/privileges.h"

#include <sys/capability.h>
#include <sys/prctl.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <string>

#include "capture/error.h"

namespace mtuscope {

void drop_privileges() {
  struct Free {
    void operator()(cap_t capabilities) const { cap_free(capabilities); }
  };
  const std::unique_ptr<std::remove_pointer_t<cap_t>, Free> none(cap_init());
  // Without new privileges, executing another program could not bring them back.
  if (none == nullptr || cap_set_proc(none.get()) != 0 ||
      prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
    throw Error(ErrorKind::kSystem,
                std::string("privileges can't be dropped: ") + std::strerror(errno),
                "Run it as an ordinary user, without privileges to drop.");
  }
}

}  // namespace mtuscope
