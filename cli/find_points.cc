#include "cli/find_points.h"

#include <filesystem>
#include <system_error>

#include "analysis/points/point_finder.h"
#include "capture/decode.h"
#include "capture/error.h"
#include "capture/link_layer.h"

namespace mtuscope {
namespace {

// Enough to find what two captures have in common where they begin within minutes of each other;
// reading so many takes less than a second.
constexpr uint64_t kFramesOfAFile = uint64_t{2} << 20;
constexpr uint64_t kFramesOfOneFile = uint64_t{1} << 17;

// Between two looks at the clock.
constexpr uint64_t kProgressMask = 0xffff;

// What `-i any` records.
bool is_cooked(uint16_t link_type) {
  return link_type == link_type::kLinuxSll || link_type == link_type::kLinuxSll2;
}

bool is_regular(const std::string& path) {
  std::error_code error;
  return path != "-" && std::filesystem::is_regular_file(path, error);
}

// Alone it is refused when it is opened; among others it is only listed.
bool is_empty_among_others(const std::vector<std::string>& paths, size_t index) {
  std::error_code error;
  return paths.size() > 1 && std::filesystem::is_empty(paths[index], error);
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

// One file can hold several points where it has several interfaces, or is cooked. Without the
// filter, which may let nothing through for gigabytes.
bool may_hold_points(const std::string& path) {
  const auto source = open_captures({path}, {});
  Frame frame;
  if (!source->next(frame)) return false;
  return is_cooked(frame.link_type) || source->info().front().interfaces.size() > 1;
}

void look_at(const std::vector<std::string>& paths, uint32_t index, CaptureOptions options,
             PointFinder& finder, Progress& progress) {
  const uint64_t most = paths.size() == 1 ? kFramesOfOneFile : kFramesOfAFile;
  uint64_t frames = 0;
  options.still_reading = [&](uint64_t, uint64_t, uint64_t left_out) {
    progress.update_first_look(index + 1, paths.size(), frames + left_out);
  };
  const auto source = open_captures({paths[index]}, options);
  Frame frame;
  Packet packet;
  for (; frames < most && source->next(frame); ++frames) {
    if ((frames & kProgressMask) == kProgressMask) {
      progress.update_first_look(index + 1, paths.size(), frames);
    }
    if (decode(frame, packet) != Undecoded::kNone) continue;
    packet.source = index;
    finder.add(packet);
  }
}

}  // namespace

PointPlan find_points(const std::vector<std::string>& paths, const CaptureOptions& options,
                      Progress& progress) {
  PointFinder finder;
  for (uint32_t i = 0; i < paths.size(); ++i) {
    if (!is_regular(paths[i]) || named_before(paths, i) || is_empty_among_others(paths, i)) {
      continue;
    }
    try {
      if (paths.size() > 1 || may_hold_points(paths[i])) {
        look_at(paths, i, options, finder, progress);
      }
    } catch (const Error& error) {
      // A filter that cannot be used on this file may well be on another; where it can on none,
      // opening all of them says so.
      if (error.kind() != ErrorKind::kUsage) throw;
    }
  }
  return finder.plan();
}

}  // namespace mtuscope
