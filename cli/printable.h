// Strings from outside (file names, interface names, comments in pcapng) made safe to print:
// whoever wrote a capture must not be able to steer the reader's terminal.

#ifndef MTUSCOPE_CLI_PRINTABLE_H_
#define MTUSCOPE_CLI_PRINTABLE_H_

#include <string>
#include <string_view>

namespace mtuscope {

// Well-formed UTF-8 stays. Control characters (C0, DEL, C1), characters that reorder or hide text
// (bidirectional controls, line and paragraph separators, zero-width ones) and bytes that are not
// UTF-8 become "\x1b" for each of their bytes. The result holds no line break and no tab.
std::string printable(std::string_view text);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_PRINTABLE_H_
