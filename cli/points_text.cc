#include "cli/points_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

#include "analysis/report/readable_duration.h"
#include "cli/plain_words.h"

namespace mtuscope {
namespace {

constexpr size_t kDirections = 4;

// Neighbouring sizes of which the same became: all came out, none, or some.
struct Row {
  IpSize smallest, largest;
  uint64_t entered = 0, came_out = 0;
  int fate = 0;
};

int fate_of(const CrossedSize& s) {
  const uint64_t arrived = s.came_out + s.not_recorded;
  return arrived == s.entered ? 2 : arrived == 0 ? 0 : 1;
}

std::vector<Row> rows_of(const CrossedDirection& d, bool all) {
  std::vector<Row> rows;
  for (const CrossedSize& s : d.sizes) {
    const int fate = fate_of(s);
    if (all || rows.empty() || rows.back().fate != fate || fate == 1) {
      rows.push_back({s.size, s.size, 0, 0, fate});
    }
    Row& row = rows.back();
    row.largest = s.size;
    row.entered += s.entered;
    row.came_out += s.came_out + s.not_recorded;
  }
  return rows;
}

std::string addresses(const CrossedDirection& d) {
  std::string text = fmt::format("{} -> {}", to_string(d.src), to_string(d.dst));
  if (d.src != d.src_at_to || d.dst != d.dst_at_to) {
    text += fmt::format(" (there {} -> {})", to_string(d.src_at_to), to_string(d.dst_at_to));
  }
  return text;
}

void write_direction(TextPage& page, const CrossedDirection& d, const Report& report, bool all) {
  uint64_t entered = 0, came_out = 0, not_recorded = 0;
  for (const CrossedSize& s : d.sizes) {
    entered += s.entered;
    came_out += s.came_out;
    not_recorded += s.not_recorded;
  }
  std::string text = addresses(d);
  if (d.order_known) {
    text += fmt::format(", from {} to {}", report.points[d.from].name, report.points[d.to].name);
  }
  std::vector<Row> rows = rows_of(d, all);
  // Loss of any size, as it comes, is a line; a table is for what depends on the size.
  constexpr size_t kMostRows = 12;
  const bool whole = came_out + not_recorded == entered;
  if (whole && !d.sizes.empty()) {
    text += fmt::format(": all {} came through, up to {} bytes", count_words(entered, "packet"),
                        d.sizes.back().size.bytes);
  } else if (rows.size() > kMostRows && !all) {
    text += fmt::format(": of {}, {} did not come through, of any size (--verbose)",
                        count_words(entered, "packet"), grouped(entered - came_out - not_recorded));
    rows.clear();
  }
  if (d.super_packets > 0) {
    text += fmt::format("{} and {} merged by offload crossed", whole ? "" : ";",
                        count_words(d.super_packets, "packet"));
  }
  page.bullet(text, 2);
  if (!whole && !rows.empty()) {
    page.verbatim(fmt::format("{:>13} {:>11} {:>11}", "size", "went in", "came out"), 0);
    for (const Row& row : rows) {
      const std::string size = row.smallest == row.largest
                                   ? std::to_string(row.smallest.bytes)
                                   : fmt::format("{}-{}", row.smallest.bytes, row.largest.bytes);
      page.verbatim(
          fmt::format("{:>13} {:>11} {:>11}", size, grouped(row.entered), grouped(row.came_out)),
          0);
    }
  }
  if (not_recorded > 0) {
    page.bullet(fmt::format("{} arrived though {} did not record them",
                            count_words(not_recorded, "packet"), report.points[d.to].name),
                4);
  }
  if (d.only_at_to > 0) {
    page.bullet(fmt::format("{} came out that {} did not record",
                            count_words(d.only_at_to, "packet"), report.points[d.from].name),
                4);
  }
}

void write_clocks(TextPage& page, const Between& b, const Report& report) {
  std::string text;
  if (b.clock) {
    const Duration ahead = b.clock->ahead;
    text = fmt::format("the clock of {} is {} {} (give or take {})", report.points[b.b].name,
                       readable_duration({ahead.ns < 0 ? -ahead.ns : ahead.ns}),
                       ahead.ns < 0 ? "behind" : "ahead", readable_duration(b.clock->uncertainty));
  }
  if (b.round_trip) {
    text += fmt::format("{}from one to the other and back: at least {}", text.empty() ? "" : "; ",
                        readable_duration(*b.round_trip));
  }
  if (!text.empty()) page.bullet(text, 2);
}

void write_not_compared(TextPage& page, const Between& b) {
  std::string text;
  const auto add = [&](uint64_t count, std::string_view why) {
    if (count == 0) return;
    text += fmt::format("{}{} {}", text.empty() ? "not compared: " : ", ",
                        count_words(count, "packet"), why);
  };
  add(b.other_flows, "of flows that only one of them saw");
  add(b.outside, "of a time when only one of them was capturing");
  add(b.given_up, "among too many at once");
  if (!text.empty()) page.bullet(text, 2);
}

// Of several points, each with its neighbour: the pairs that are closest and connect all of them.
std::vector<const Between*> neighbours(const Report& report) {
  std::vector<const Between*> pairs;
  for (const Between& b : report.between) pairs.push_back(&b);
  std::ranges::stable_sort(
      pairs, {}, [](const Between* b) { return b->round_trip.value_or(Duration{INT64_MAX}); });
  std::vector<uint32_t> group(report.points.size());
  for (uint32_t i = 0; i < group.size(); ++i) group[i] = i;
  std::erase_if(pairs, [&](const Between* b) {
    const uint32_t joined = group[b->b];
    if (joined == group[b->a]) return true;
    std::ranges::replace(group, joined, uint32_t{group[b->a]});
    return false;
  });
  return pairs;
}

void write_pair(TextPage& page, const Between& b, const Report& report, bool all) {
  page.heading(fmt::format("Between {} and {}", report.points[b.a].name, report.points[b.b].name));
  const size_t shown = all ? b.directions.size() : std::min(b.directions.size(), kDirections);
  for (size_t i = 0; i < shown; ++i) write_direction(page, b.directions[i], report, all);
  if (shown < b.directions.size()) {
    page.bullet(fmt::format("... and {} more (--verbose)", b.directions.size() - shown), 2);
  }
  write_clocks(page, b, report);
  write_not_compared(page, b);
}

}  // namespace

void write_points(TextPage& page, const Report& report, bool all) {
  if (all) {
    for (const Between& b : report.between) write_pair(page, b, report, all);
  } else {
    for (const Between* b : neighbours(report)) write_pair(page, *b, report, all);
  }
}

}  // namespace mtuscope
