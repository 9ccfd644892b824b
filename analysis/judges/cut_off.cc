#include "analysis/judges/cut_off.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/vantage.h"
#include "analysis/report/readable_duration.h"

namespace mtuscope {

std::optional<Finding> cut_off(const Path& path, unsigned direction) {
  const PathDirection& d = path.directions[direction];
  if (!d.outstanding) return std::nullopt;
  const IpSize size = d.outstanding->size;
  const auto largest = d.deliveries.largest();
  if (largest && largest->size >= size) return std::nullopt;
  // What came by at the receiver has arrived.
  if (vantage_of(path, direction) == Vantage::kReceiver) return std::nullopt;
  Finding f = finding_about(FindingKind::kNotTested, Severity::kInfo, Confidence::kConfirmed, path,
                            direction);
  f.flow_count = path.flows;
  f.cut_off = size;
  f.first_time = d.outstanding->sent;
  f.last_time = path.watched_until();
  if (largest) f.bracket.lower = largest->size;
  list_frames({d.outstanding->frame}, f);
  const Duration left = path.watched_until() - d.outstanding->sent;
  f.explanation = fmt::format(
      "The capture ends {} packets of {} bytes from {} to {}, which nothing had answered: whether "
      "such packets arrive, it does not show{}.",
      left.ns > 0 ? readable_duration(left) + " after" : "with", size.bytes, to_string(*f.src),
      to_string(*f.dst),
      largest ? fmt::format("; none above {} bytes is known to", largest->size.bytes)
              : std::string());
  f.evidence_against.push_back(
      fmt::format("what would tell: a longer capture, or mtuscope probe {} at {}",
                  to_string(*f.dst), to_string(*f.src)));
  return f;
}

bool leaves_open(const Finding& cut_off, const std::vector<PathReport>& paths) {
  const bool nothing_as_large = std::ranges::none_of(
      paths, [&](const PathReport& p) { return p.bracket.lower >= cut_off.cut_off; });
  if (nothing_as_large) return true;
  const PathReport& most = paths.front();
  return (cut_off.src == most.src && cut_off.dst == most.dst) ||
         (cut_off.src == most.dst && cut_off.dst == most.src);
}

}  // namespace mtuscope
