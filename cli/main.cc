// The program: words in, exit status out. The one place that catches Error.

#include <signal.h>

#include <cstdio>
#include <cstdlib>
#include <exception>
#include <string>
#include <variant>
#include <vector>

#include "capture/error.h"
#include "cli/advise_command.h"
#include "cli/analyze_command.h"
#include "cli/check_command.h"
#include "cli/command_line.h"
#include "cli/config_file.h"
#include "cli/doctor_command.h"
#include "cli/printable.h"
#include "cli/probe_command.h"
#include "cli/reflect_command.h"
#include "cli/terminal.h"
#include "cli/watch_command.h"

namespace {

constexpr int kCouldNotRun = 2;

int run(std::vector<std::string> args) {
  const std::vector<mtuscope::ConfigEntry> config = mtuscope::read_config(
      args, mtuscope::usual_config_files(std::getenv("XDG_CONFIG_HOME"), std::getenv("HOME")));
  const mtuscope::Invocation invocation = mtuscope::parse_command_line(args, config);
  if (const auto* show = std::get_if<mtuscope::ShowText>(&invocation)) {
    mtuscope::write_stdout(show->text);
    return 0;
  }
  if (const auto* advise = std::get_if<mtuscope::AdviseOptions>(&invocation)) {
    return mtuscope::run_advise(*advise);
  }
  if (const auto* check = std::get_if<mtuscope::CheckOptions>(&invocation)) {
    return mtuscope::run_check(*check);
  }
  if (const auto* probe = std::get_if<mtuscope::ProbeOptions>(&invocation)) {
    return mtuscope::run_probe(*probe);
  }
  if (const auto* reflect = std::get_if<mtuscope::ReflectOptions>(&invocation)) {
    return mtuscope::run_reflect(*reflect);
  }
  if (const auto* watch = std::get_if<mtuscope::WatchOptions>(&invocation)) {
    return mtuscope::run_watch(*watch);
  }
  if (const auto* doctor = std::get_if<mtuscope::DoctorOptions>(&invocation)) {
    return mtuscope::run_doctor(*doctor);
  }
  return mtuscope::run_analyze(std::get<mtuscope::AnalyzeOptions>(invocation));
}

int complain(const std::string& what, const std::string& hint) {
  std::fprintf(stderr, "mtuscope: %s\n  %s\n", mtuscope::printable(what).c_str(),
               mtuscope::printable(hint).c_str());
  return kCouldNotRun;
}

}  // namespace

int main(int argc, char** argv) {
  signal(SIGPIPE, SIG_IGN);  // a closed pipe is then an error of write(), and no death
  try {
    return run({argv + (argc > 0 ? 1 : 0), argv + argc});
  } catch (const mtuscope::Error& error) {
    return complain(error.what(), error.hint());
  } catch (const std::exception& error) {
    return complain(std::string("internal error: ") + error.what(),
                    "Please report it, with the capture if you can share it.");
  }
}
