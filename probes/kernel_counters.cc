#include "probes/kernel_counters.h"

#include <fstream>
#include <iterator>
#include <sstream>

namespace mtuscope {
namespace {

std::string read_all(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

KernelCounters parse_counter_groups(std::string_view text) {
  KernelCounters counters;
  std::istringstream lines{std::string(text)};
  std::string names_line, numbers_line;
  while (std::getline(lines, names_line) && std::getline(lines, numbers_line)) {
    std::istringstream names(names_line), numbers(numbers_line);
    std::string group, same_group, name;
    int64_t number = 0;
    if (!(names >> group) || !(numbers >> same_group) || group != same_group) continue;
    group.back() = '.';  // was a colon
    while (names >> name && numbers >> number) counters[group + name] = number;
  }
  return counters;
}

KernelCounters parse_counter_list(std::string_view text) {
  KernelCounters counters;
  std::istringstream lines{std::string(text)};
  std::string line, name;
  int64_t number = 0;
  while (std::getline(lines, line)) {
    std::istringstream words(line);
    if (words >> name >> number) counters[name] = number;
  }
  return counters;
}

KernelCounters read_kernel_counters(const std::string& root) {
  // /proc/net is that of the process's network namespace.
  KernelCounters all = parse_counter_groups(read_all(root + "/net/snmp"));
  all.merge(parse_counter_groups(read_all(root + "/net/netstat")));
  all.merge(parse_counter_list(read_all(root + "/net/snmp6")));
  return all;
}

int64_t counted(const KernelCounters& counters, std::string_view name) {
  const auto found = counters.find(name);
  return found == counters.end() ? 0 : found->second;
}

}  // namespace mtuscope
