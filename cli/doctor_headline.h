// One sentence for each cause that `mtuscope doctor` knows.

#ifndef MTUSCOPE_CLI_DOCTOR_HEADLINE_H_
#define MTUSCOPE_CLI_DOCTOR_HEADLINE_H_

#include <string>

#include "cli/doctor_cause.h"

namespace mtuscope {

// Without its full stop. `cause`: find_cause() of these.
std::string doctor_headline(const DoctorFacts& facts, const TargetFacts& target, Cause cause);

// ", behind hop 1 (192.0.2.1)": where large packets vanish on their way out; empty when that is not
// known, or is this host itself.
std::string where_words(const Conclusion& conclusion);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_HEADLINE_H_
