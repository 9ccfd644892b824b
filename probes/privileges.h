// Rights that are given up as soon as they are not needed any more.

#ifndef MTUSCOPE_PROBES_PRIVILEGES_H_
#define MTUSCOPE_PROBES_PRIVILEGES_H_

namespace mtuscope {

// Gives up every capability for good (capabilities(7)): called when all sockets are open, and
// before anything that came from the network is looked at. Root keeps its user id, but none of
// root's rights. Throws Error kSystem when the kernel does not take them.
void drop_privileges();

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_PRIVILEGES_H_
