#include "cli/doctor_command.h"

#include "cli/doctor_checks.h"
#include "cli/doctor_report.h"
#include "cli/doctor_text.h"
#include "cli/interrupt.h"
#include "cli/json_report.h"
#include "cli/terminal.h"

namespace mtuscope {

int run_doctor(const DoctorOptions& options) {
  const Terminal terminal = detect_terminal();
  const PageStyle style{terminal.columns, use_color(options.output.color, terminal)};
  const DoctorFacts facts = gather(options.plan, stop_on_interrupt(), terminal.stderr_is_terminal);
  const Report report = doctor_report(facts, options.plan);
  const std::vector<Check> checks = all_checks(facts);
  const std::vector<ProbedPath> measured = measured_paths(facts);
  write_stdout(options.output.json
                   ? json_report(report, {}, "doctor", {.probed = &measured, .checks = &checks})
                   : doctor_text(report, checks, options.output.verbosity, style));
  return doctor_exit_status(report);
}

}  // namespace mtuscope
