// Small text files as a whole.

#ifndef MTUSCOPE_CLI_TEXT_FILE_H_
#define MTUSCOPE_CLI_TEXT_FILE_H_

#include <string>
#include <string_view>

namespace mtuscope {

// Throws Error: kNotFound, kPermission, kSystem; kFormat for more than 4 MiB, which nobody wrote.
std::string read_text_file(const std::string& path);

// Replaces the file at once: whoever reads it finds the old text or the new one. Throws Error.
void write_text_file(const std::string& path, std::string_view text);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TEXT_FILE_H_
