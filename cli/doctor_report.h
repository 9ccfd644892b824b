// The one answer of `mtuscope doctor`: what is wrong, its fix, and how to verify it, in the words
// of every other report. Pure functions of what was gathered.

#ifndef MTUSCOPE_CLI_DOCTOR_REPORT_H_
#define MTUSCOPE_CLI_DOCTOR_REPORT_H_

#include <string>
#include <vector>

#include "analysis/report/report.h"
#include "cli/doctor_facts.h"

namespace mtuscope {

// With plan.verify the headline says whether it is fixed, in the same words.
Report doctor_report(const DoctorFacts& facts, const DoctorPlan& plan);

// 0 nothing wrong, 1 something is, 3 it can't be told.
int doctor_exit_status(const Report& report);

// Everything that was measured, what lies under a tunnel behind what passes through it.
std::vector<ProbedPath> measured_paths(const DoctorFacts& facts);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_DOCTOR_REPORT_H_
