// Captures of several points, judged as `mtuscope analyze A B` does: a first look finds which of
// them saw the same packets, then each is read in the order of the common clock.

#ifndef MTUSCOPE_TESTS_SUPPORT_CAPTURE_POINTS_H_
#define MTUSCOPE_TESTS_SUPPORT_CAPTURE_POINTS_H_

#include <functional>
#include <string>
#include <vector>

#include "analysis/points/point_plan.h"
#include "analysis/report/report.h"
#include "tests/support/tcp_script.h"

namespace mtuscope::build {

// One file; `change` may alter its decoded packets, as a NAT or a clamp would.
struct File {
  std::string name;
  Packets packets;
  std::function<void(Packet&)> change = {};
};

PointPlan plan_of(const std::vector<File>& files);
// Which point each file belongs to, where a file is one place: {0, 1}.
std::vector<uint32_t> points_of(const std::vector<File>& files);
Report analyze_files(const std::vector<File>& files);

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_SUPPORT_CAPTURE_POINTS_H_
