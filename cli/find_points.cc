#include "cli/find_points.h"

#include <filesystem>
#include <system_error>

#include "analysis/point_finder.h"
#include "capture/decode.h"

namespace mtuscope {
namespace {

// Enough to find what two captures have in common where they begin within minutes of each other;
// reading so many takes less than a second.
constexpr uint64_t kFramesOfAFile = uint64_t{2} << 20;
constexpr uint64_t kFramesOfOneFile = uint64_t{1} << 17;

// LINKTYPE_LINUX_SLL and LINKTYPE_LINUX_SLL2: what `-i any` records.
bool is_cooked(uint16_t link_type) { return link_type == 113 || link_type == 276; }

bool is_regular(const std::string& path) {
  std::error_code error;
  return path != "-" && std::filesystem::is_regular_file(path, error);
}

bool named_before(const std::vector<std::string>& paths, size_t index) {
  std::error_code error;
  for (size_t i = 0; i < index; ++i) {
    if (is_regular(paths[i]) && std::filesystem::equivalent(paths[i], paths[index], error)) {
      return true;
    }
  }
  return false;
}

void look_at(const std::string& path, uint32_t source_index, bool alone,
             const CaptureOptions& options, PointFinder& finder) {
  const auto source = open_captures({path}, options);
  const uint64_t most = alone ? kFramesOfOneFile : kFramesOfAFile;
  Frame frame;
  Packet packet;
  for (uint64_t frames = 0; frames < most && source->next(frame); ++frames) {
    if (alone && frames == 0 && !is_cooked(frame.link_type) &&
        source->info().front().interfaces.size() < 2) {
      return;
    }
    if (decode(frame, packet) != Undecoded::kNone) continue;
    packet.source = source_index;
    finder.add(packet);
  }
}

}  // namespace

PointPlan find_points(const std::vector<std::string>& paths, const CaptureOptions& options) {
  PointFinder finder;
  for (uint32_t i = 0; i < paths.size(); ++i) {
    if (!is_regular(paths[i]) || named_before(paths, i)) continue;
    look_at(paths[i], i, paths.size() == 1, options, finder);
  }
  return finder.plan();
}

}  // namespace mtuscope
