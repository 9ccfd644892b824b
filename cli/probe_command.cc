#include "cli/probe_command.h"

#include "cli/interrupt.h"
#include "cli/json_report.h"
#include "cli/key_file.h"
#include "cli/measure_paths.h"
#include "cli/probe_report.h"
#include "cli/probe_text.h"
#include "cli/terminal.h"
#include "probes/privileges.h"

namespace mtuscope {

int run_probe(const ProbeOptions& given) {
  ProbeOptions options = given;
  ProbePlan& plan = options.plan;
  if (!plan.key_file.empty()) plan.key = read_key_file(plan.key_file);
  const Terminal terminal = detect_terminal();
  const PageStyle style{terminal.columns, use_color(options.output.color, terminal)};
  const bool talk = !options.output.json && options.output.verbosity != Verbosity::kQuiet;
  Prober prober(plan);
  drop_privileges();
  if (talk) write_stdout(intent_text(prober.intents(), plan, style) + "\n");
  const std::vector<ProbedPath> paths =
      measure_paths(prober, stop_on_interrupt(), terminal.stderr_is_terminal);
  const Report report = probe_report(paths, plan);
  write_stdout(options.output.json
                   ? json_report(report, {}, "probe", {.probed = &paths})
                   : probe_text(paths, report, prober.notes(), options.output.verbosity, style));
  return probe_exit_status(paths);
}

}  // namespace mtuscope
