#include "analysis/points/loss_location.h"

#include <fmt/format.h>

#include <optional>
#include <string>
#include <utility>

namespace mtuscope {

void locate_black_hole(Claim& claim, const PointOrder& order,
                       const std::vector<PointReport>& points) {
  if (claim.finding.located || !claim.way || !claim.finding.bracket.upper) return;
  const std::vector<Comparison>& all = order.comparisons_of(*claim.way);
  std::optional<uint32_t> behind, before;
  uint64_t crossed = 0;
  for (const Comparison& c : all) {
    uint64_t both = 0, alone = 0;
    for (const SizeCrossing& s : c.direction->sizes) {
      if (s.size < *claim.finding.bracket.upper) continue;
      both += s.both;
      alone += s.only[0] + s.only[1];
    }
    if (both > 0 && alone == 0 && (!behind || order.enters_before(*behind, c.exit(), *claim.way))) {
      behind = c.exit();
      crossed = both;
    }
    if (both == 0 && alone == 0 &&
        (!before || order.enters_before(c.entry(), *before, *claim.way))) {
      before = c.entry();
    }
  }
  Located located;
  if (behind) {
    located.from = behind;
    located.entered = crossed;
    located.where = fmt::format("behind {}", points[*behind].name);
    claim.finding.evidence_for.insert(
        claim.finding.evidence_for.begin(),
        fmt::format("{} packets of {} bytes or more came as far as {}", crossed,
                    claim.finding.bracket.upper->bytes, points[*behind].name));
  } else if (before && claim.finding.vantage != Vantage::kSender) {
    located.to = before;
    located.where = fmt::format("before {}", points[*before].name);
  } else {
    return;
  }
  claim.finding.located = std::move(located);
}

void locate_losses(Claim& claim, const PointOrder& order, const std::vector<PointReport>& points) {
  if (!claim.way) return;
  for (const Comparison& c : order.comparisons_of(*claim.way)) {
    uint64_t entered = 0, lost = 0, missed = 0;
    for (const SizeCrossing& s : c.direction->sizes) {
      entered += s.both + s.only[c.from] + s.not_recorded[1 - c.from];
      lost += s.only[c.from];
      missed += s.not_recorded[1 - c.from];
    }
    if (entered == 0) continue;
    std::string text = fmt::format("of {} packets that passed {}, {} did not come out at {}",
                                   entered, points[c.entry()].name, lost, points[c.exit()].name);
    if (missed > 0) {
      text += fmt::format("; {} more arrived without having been recorded there", missed);
    }
    claim.finding.evidence_for.push_back(std::move(text));
  }
}

}  // namespace mtuscope
