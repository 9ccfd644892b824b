// What the kernel has counted since it started, or since the network namespace was made: ICMP
// errors and TCP's own MTU probing (/proc/net/snmp, snmp6, netstat; names as in snmp_counter.rst).

#ifndef MTUSCOPE_PROBES_KERNEL_COUNTERS_H_
#define MTUSCOPE_PROBES_KERNEL_COUNTERS_H_

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace mtuscope {

// "Icmp.InDestUnreachs" -> 12, "TcpExt.TCPMTUPFail" -> 3, "Icmp6InPktTooBigs" -> 0.
using KernelCounters = std::map<std::string, int64_t, std::less<>>;

// The text of /proc/net/snmp or /proc/net/netstat: a line of names and one of numbers, each
// beginning with their group. Whatever does not look like that is left out.
KernelCounters parse_counter_groups(std::string_view text);
// The text of /proc/net/snmp6: a name and a number a line.
KernelCounters parse_counter_list(std::string_view text);

// All of them; empty where they are not readable. `root`: "/proc".
KernelCounters read_kernel_counters(const std::string& root);

int64_t counted(const KernelCounters& counters, std::string_view name);  // 0 when unknown

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_KERNEL_COUNTERS_H_
