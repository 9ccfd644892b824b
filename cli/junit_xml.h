// The results of `mtuscope check` as JUnit XML, which GitLab, Jenkins, GitHub actions and most
// other CI systems show as test results.

#ifndef MTUSCOPE_CLI_JUNIT_XML_H_
#define MTUSCOPE_CLI_JUNIT_XML_H_

#include <span>
#include <string>
#include <string_view>

#include "cli/check_result.h"

namespace mtuscope {

// One testsuite; a testcase each, with its folder as classname. Differences and orphans are
// failures, what could not be judged is an error; what was found is in system-out. UTF-8.
std::string junit_xml(std::span<const CheckResult> results);

// `text` as XML 1.0 text or attribute value: markup escaped; what XML cannot hold in any form
// (control characters, U+FFFE, U+FFFF, bytes that are not UTF-8) is written as printable() does.
std::string xml_text(std::string_view text);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_JUNIT_XML_H_
