#include "analysis/evidence/evidence_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "analysis/report/readable_duration.h"

namespace mtuscope {

std::string describe(const FlowDirection& flow) {
  return fmt::format("{} -> {}", to_string(flow.src), to_string(flow.dst));
}

std::string counted(uint64_t count, std::string_view noun) {
  return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
}

std::string clock_time(Timestamp time) {
  constexpr int64_t kDay = int64_t{86'400} * 1'000'000'000;
  const int64_t ms = ((time.ns % kDay + kDay) % kDay) / 1'000'000;
  return fmt::format("{:02}:{:02}:{:02}.{:03} UTC", ms / 3'600'000, ms / 60'000 % 60,
                     ms / 1000 % 60, ms % 1000);
}

std::string describe_frames(const std::vector<FrameNumber>& frames, size_t not_listed) {
  constexpr size_t kShown = 10;
  if (frames.empty()) return "no frame";
  if (frames.size() == 1) return fmt::format("frame {}", frames[0].value);
  std::string text = "frames ";
  const size_t shown = std::min(frames.size(), kShown);
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == frames.size() ? " and " : ", ";
    text += std::to_string(frames[i].value);
  }
  if (frames.size() > shown) {
    text += fmt::format(", ... {} ({} in all)", frames.back().value, frames.size() + not_listed);
  }
  return text;
}

std::string describe_failure(const FailedRange& f) {
  if (f.hole) {
    std::vector<FrameNumber> frames;
    for (const FrameRef& r : f.hole_frames) frames.push_back(r.frame());
    std::ranges::sort(frames);
    frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
    if (f.asks == 0) {
      const std::string waited =
          f.last == f.first
              ? fmt::format("in packets of {} bytes", f.size.bytes)
              : fmt::format(
                    "and {} later the receiver still waited for them: packets of {} bytes, which "
                    "a sender tries about {} in that time",
                    readable_duration(f.last - f.first), f.size.bytes,
                    f.implied_transmissions == 1
                        ? "once"
                        : fmt::format("{} times", f.implied_transmissions));
      return fmt::format(
          "{} bytes of {} never came: sequence numbers of smaller packets show that they had been "
          "sent, {} ({})",
          f.hole_bytes, describe(f.flow), waited, describe_frames(frames));
    }
    return fmt::format(
        "{} bytes of {} never came, though later ones did and {} asked for them, "
        "for {}: a packet of {} bytes, which a sender tries about {} in that time ({})",
        f.hole_bytes, describe(f.flow), counted(f.asks, "acknowledgement"),
        readable_duration(f.last - f.first), f.size.bytes,
        f.implied_transmissions == 1 ? "once" : fmt::format("{} times", f.implied_transmissions),
        describe_frames(frames));
  }
  std::vector<FrameNumber> frames;
  for (const Transmission& t : f.transmissions) frames.push_back(t.frame.frame());
  return fmt::format("a {}-byte packet of {}{} was sent {} times in {} and {} ({})", f.size.bytes,
                     describe(f.flow), f.payload.empty() ? "" : fmt::format(", {},", f.payload),
                     f.transmissions.size() + f.not_kept, readable_duration(f.last - f.first),
                     f.one_way ? "no acknowledgement of it was captured" : "never arrived",
                     describe_frames(frames, f.not_kept));
}

void list_frames(std::vector<FrameRef> frames, Finding& finding) {
  std::erase_if(frames, [](FrameRef r) { return !r; });
  std::ranges::sort(frames);
  frames.erase(std::unique(frames.begin(), frames.end()), frames.end());
  std::map<uint32_t, size_t> per_source;
  for (const FrameRef& r : frames) ++per_source[r.source()];
  size_t most = 0;
  for (const auto& [source, count] : per_source) {
    if (count > most) {
      most = count;
      finding.source = source;
    }
  }
  finding.frames.clear();
  for (const FrameRef& r : frames) {
    if (r.source() == finding.source && finding.frames.size() < kMaxListedFrames) {
      finding.frames.push_back(r.frame());
    }
  }
}

}  // namespace mtuscope
