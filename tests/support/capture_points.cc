#include "tests/support/capture_points.h"

#include <algorithm>

#include "analysis/points/point_finder.h"
#include "analysis/points/points_analyzer.h"
#include "capture/decode.h"
#include "capture/link_layer.h"

namespace mtuscope::build {

namespace {

struct Decoded {
  Packet packet;
  Timestamp order;
};

std::vector<Packet> decoded(const File& file, uint32_t source) {
  std::vector<Packet> packets;
  uint64_t number = 0;
  for (const CapturedPacket& p : file.packets) {
    Packet packet;
    const Undecoded reason = decode(frame(p.bytes, link_type::kRaw,
                                          {.time = p.time,
                                           .number = ++number,
                                           .interface = p.interface,
                                           .original_bytes = p.original_bytes}),
                                    packet);
    if (reason != Undecoded::kNone) continue;
    packet.source = source;
    if (file.change) file.change(packet);
    packets.push_back(packet);
  }
  return packets;
}

}  // namespace

PointPlan plan_of(const std::vector<File>& files) {
  PointFinder finder;
  for (uint32_t i = 0; i < files.size(); ++i) {
    for (const Packet& p : decoded(files[i], i)) finder.add(p);
  }
  return finder.plan();
}

std::vector<uint32_t> points_of(const std::vector<File>& files) {
  const PointPlan plan = plan_of(files);
  std::vector<uint32_t> points;
  for (uint32_t i = 0; i < files.size(); ++i) points.push_back(plan.point_of({.source = i}));
  return points;
}

Report analyze_files(const std::vector<File>& files) {
  const PointPlan plan = plan_of(files);
  std::vector<Decoded> all;
  std::vector<SourceInfo> sources;
  for (uint32_t i = 0; i < files.size(); ++i) {
    for (const Packet& p : decoded(files[i], i)) all.push_back({p, p.time - plan.ahead(i)});
    SourceInfo source{.path = files[i].name, .format = "pcap", .packets = files[i].packets.size()};
    source.interfaces.push_back({.link_type = link_type::kEthernet, .link_name = "EN10MB"});
    sources.push_back(std::move(source));
  }
  std::ranges::stable_sort(all, {}, &Decoded::order);
  PointsAnalyzer analyzer(plan);
  for (const Decoded& d : all) analyzer.add(d.packet);
  return analyzer.finish(sources);
}

}  // namespace mtuscope::build
