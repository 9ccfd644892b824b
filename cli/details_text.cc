#include "cli/details_text.h"

#include <fmt/format.h>

#include <algorithm>

#include "capture/tunnel_words.h"
#include "cli/plain_words.h"
#include "cli/time_format.h"

namespace mtuscope {
namespace {

std::string path_line(const PathReport& path) {
  std::string text = fmt::format("{} -> {}: {}", to_string(path.src), to_string(path.dst),
                                 bracket_words(path.bracket));
  if (path.announced_mtu.bytes > 0) {
    text += fmt::format(", interface MTU {}", path.announced_mtu.bytes);
  }
  if (path.flows > 0) text += ", " + count_words(path.flows, "flow");
  return text;
}

void write_more(TextPage& page, uint64_t more) {
  if (more > 0) page.bullet(fmt::format("... and {} more (--verbose)", grouped(more)), 2);
}

void write_source(TextPage& page, const SourceInfo& source) {
  page.paragraph(fmt::format("{}: {}, {}, {}", source.path, source.format,
                             count_words(source.packets, "packet"), byte_words(source.bytes)),
                 "  ", "    ");
  if (source.first_time && source.last_time) {
    page.paragraph(fmt::format("{} to {}", readable_time(*source.first_time),
                               readable_time(*source.last_time)),
                   "    ", "    ");
  }
  for (const InterfaceInfo& interface : source.interfaces) {
    page.paragraph(fmt::format("interface {}: {}, {}", interface.name.value_or("(no name)"),
                               interface.link_name,
                               interface.snaplen > 0 ? fmt::format("snaplen {}", interface.snaplen)
                                                     : "snaplen unlimited or unknown"),
                   "    ", "      ");
  }
  if (source.truncated) page.paragraph("damaged: " + source.damage, "    ", "      ");
  if (source.dropped) {
    page.paragraph(count_words(*source.dropped, "packet") + " dropped while capturing", "    ",
                   "      ");
  }
  if (source.time_reversals > 0) {
    page.paragraph(count_words(source.time_reversals, "packet") + " earlier than the one before",
                   "    ", "      ");
  }
}

void write_counter(TextPage& page, uint64_t count, std::string_view meaning) {
  if (count > 0) page.paragraph(fmt::format("{} {}", grouped(count), meaning), "  ", "    ");
}

}  // namespace

std::string tunnel_line(const PathTunnel& tunnel) {
  const TunnelLayer& layer = tunnel.layer;
  std::string text = "inside " + std::string(to_string(layer.kind));
  if (has_outer_ip(layer.kind)) {
    text += fmt::format(" {} -> {}", to_string(layer.outer_src), to_string(layer.outer_dst));
  }
  if (layer.id != 0) text += fmt::format(" (id {})", layer.id);
  if (tunnel.bytes > 0) text += fmt::format(", {} bytes more", tunnel.bytes);
  return text;
}

void write_paths_in_brief(TextPage& page, const Report& report, size_t limit) {
  if (report.paths.empty()) return;
  page.heading("Paths");
  const size_t shown = std::min(report.paths.size(), limit);
  for (size_t i = 0; i < shown; ++i) page.bullet(path_line(report.paths[i]), 2);
  write_more(page, std::max<uint64_t>(report.paths_total, report.paths.size()) - shown);
}

void write_path_details(TextPage& page, const Report& report) {
  if (report.paths.empty()) return;
  page.heading(fmt::format("Paths ({} of {})", report.paths.size(),
                           std::max<uint64_t>(report.paths_total, report.paths.size())));
  for (const PathReport& path : report.paths) {
    page.paragraph(path_line(path), "  ", "    ");
    for (const PathTunnel& tunnel : path.tunnels) page.paragraph(tunnel_line(tunnel), "    ");
    if (path.sizes.empty()) continue;
    page.verbatim(fmt::format("{:>9} {:>11} {:>11}", "size", "sent", "delivered"), 0);
    for (const SizeCount& size : path.sizes) {
      page.verbatim(fmt::format("{:>9} {:>11} {:>11}", size.size.bytes, grouped(size.sent),
                                grouped(size.delivered)),
                    0);
    }
  }
}

void write_outer_tunnels(TextPage& page, const Report& report, size_t limit) {
  if (report.outer_tunnels.empty()) return;
  page.heading("WireGuard seen from outside");
  const size_t shown = std::min(report.outer_tunnels.size(), limit);
  for (size_t i = 0; i < shown; ++i) {
    const OuterTunnel& tunnel = report.outer_tunnels[i];
    page.bullet(fmt::format("{} -> {}: {}, the largest of {} bytes{}", to_string(tunnel.src),
                            to_string(tunnel.dst), count_words(tunnel.packets, "packet"),
                            tunnel.largest.bytes,
                            tunnel.interface ? ", on " + *tunnel.interface : std::string()),
                2);
  }
  write_more(page, report.outer_tunnels.size() - shown);
}

void write_capture_details(TextPage& page, const Report& report,
                           const std::vector<SourceInfo>& sources) {
  write_outer_tunnels(page, report, report.outer_tunnels.size());
  page.heading("Capture");
  for (const SourceInfo& source : sources) write_source(page, source);
  const CaptureQuality& quality = report.quality;
  for (size_t reason = 1; reason < quality.undecoded.size(); ++reason) {
    write_counter(page, quality.undecoded[reason],
                  fmt::format("not decoded: {}", to_string(static_cast<Undecoded>(reason))));
  }
  write_counter(page, quality.duplicates, "captured twice, counted once");
  write_counter(page, quality.offloaded_packets, "merged or not yet cut by offload");
  if (quality.one_way_flows > 0) {
    page.paragraph(
        count_words(quality.one_way_flows, "flow") + " of which one direction only was captured",
        "  ", "    ");
  }
  write_counter(page, quality.unseen_acked_bytes,
                "bytes acknowledged but never captured: the capture dropped them");
}

}  // namespace mtuscope
