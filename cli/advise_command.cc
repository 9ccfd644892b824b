#include "cli/advise_command.h"

#include "cli/advise_report.h"
#include "cli/advise_text.h"
#include "cli/json_report.h"
#include "cli/terminal.h"

namespace mtuscope {

int run_advise(const AdviseOptions& options) {
  const Terminal terminal = detect_terminal();
  const PageStyle style{terminal.columns, use_color(options.output.color, terminal)};
  if (options.list) {
    write_stdout(options.output.json ? advise_list_json() : advise_list_text(style));
    return 0;
  }
  const Report report = advise_report(options);
  write_stdout(options.output.json ? json_report(report, {}, "advise")
                                   : advise_text(options, report, style));
  return 0;
}

}  // namespace mtuscope
