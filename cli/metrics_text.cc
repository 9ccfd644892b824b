#include "cli/metrics_text.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "cli/version.h"

namespace mtuscope {
namespace {

// Label values: backslash, quote and line feed are escaped (Prometheus text format 0.0.4).
std::string escaped(std::string_view value) {
  std::string text;
  for (const char c : value) {
    if (c == '\\' || c == '"') text += '\\';
    text += c == '\n' ? ' ' : c;
  }
  return text;
}

using Labels = std::vector<std::pair<std::string_view, std::string>>;

class MetricsPage {
 public:
  // Begins a metric; its samples follow.
  void metric(std::string_view name, std::string_view type, std::string_view help) {
    name_ = name;
    text_ += fmt::format("# HELP mtuscope_{} {}\n# TYPE mtuscope_{} {}\n", name, help, name, type);
  }
  void sample(double value, const Labels& labels = {}) {
    text_ += fmt::format("mtuscope_{}", name_);
    for (const auto& [label, content] : labels) {
      text_ += fmt::format("{}{}=\"{}\"", &label == &labels.front().first ? '{' : ',', label,
                           escaped(content));
    }
    if (!labels.empty()) text_ += '}';
    text_ += fmt::format(" {}\n", value);
  }
  void single(std::string_view name, std::string_view type, std::string_view help, uint64_t value) {
    metric(name, type, help);
    sample(static_cast<double>(value));
  }
  std::string finish() { return std::move(text_); }

 private:
  std::string_view name_;
  std::string text_;
};

void write_program(MetricsPage& page, const Metrics& m) {
  page.metric("info", "gauge", "Which program watches what.");
  page.sample(1, {{"version", std::string(version())}, {"interfaces", m.interfaces}});
  page.metric("start_time_seconds", "gauge", "When it began to watch, in Unix time.");
  page.sample((m.started - Timestamp{}).seconds());
  page.single("captured_packets_total", "counter", "Packets that the kernel handed over.",
              m.captured);
  page.single("dropped_packets_total", "counter",
              "Packets that the kernel dropped before they could be looked at.", m.dropped);
  page.single("decoded_packets_total", "counter", "IP packets that were understood.",
              m.counts.packets);
  page.single("flows_total", "counter", "TCP flows seen.", m.counts.flows);
  page.single("followed_flows", "gauge", "TCP flows that are followed now.", m.counts.open_flows);
  page.single("followed_paths", "gauge", "Pairs of addresses that are followed now.",
              m.counts.paths);
  page.single("evicted_flows_total", "counter",
              "TCP flows that are followed no longer, to stay within --memory.",
              m.counts.evicted_flows);
  page.single("evicted_paths_total", "counter",
              "Pairs of addresses that were forgotten, to stay within --memory.",
              m.counts.evicted_paths);
  page.single("evicted_dns_services_total", "counter",
              "Pairs of DNS client and server that were forgotten, to stay within --memory.",
              m.counts.evicted_dns_services);
  page.single("evicted_fragment_paths_total", "counter",
              "Pairs of hosts with fragments that were forgotten, to stay within --memory.",
              m.counts.evicted_fragment_paths);
}

std::string text_of(const std::optional<IpAddress>& address) {
  return address ? to_string(*address) : "";
}

void write_findings(MetricsPage& page, const Metrics& m) {
  page.metric("findings_total", "counter", "Findings told since the start, by kind.");
  for (const FindingKind kind : finding_kinds()) {
    const auto told = m.told.find(kind);
    if (told != m.told.end())
      page.sample(static_cast<double>(told->second), {{"kind", std::string(to_string(kind))}});
  }
  page.metric("finding", "gauge", "What is wrong now: 1 for each finding, gone when it is over.");
  std::set<std::string> written;
  for (const Finding& f : m.held) {
    const std::string reporter = text_of(f.reporter);
    const Labels labels = {{"kind", std::string(to_string(f.kind))},
                           {"severity", std::string(to_string(f.severity))},
                           {"confidence", std::string(to_string(f.confidence))},
                           {"src", text_of(f.src)},
                           {"dst", text_of(f.dst)},
                           {"interface", f.interface.value_or("")},
                           {"reporter", reporter}};
    // The same series twice would make the whole file unreadable.
    std::string key;
    for (const auto& [name, value] : labels) key += value + '\n';
    if (written.size() < kMeteredFindings && written.insert(key).second) page.sample(1, labels);
  }
}

Labels ends_of(const IpAddress& src, const IpAddress& dst) {
  return {{"src", to_string(src)}, {"dst", to_string(dst)}};
}

// "577-1280"; "9217-" beyond the last bound.
std::string class_name(size_t i) {
  const uint32_t above = i == 0 ? 0 : kSizeClasses[i - 1] + 1;
  return i < kSizeClasses.size() ? fmt::format("{}-{}", above, kSizeClasses[i])
                                 : fmt::format("{}-", above);
}

template <typename Value>
void write_classes(MetricsPage& page, const Metrics& m, Value value) {
  for (const PathStats& path : m.paths) {
    for (size_t i = 0; i < path.classes.size(); ++i) {
      if (path.classes[i].sent == 0) continue;
      Labels labels = ends_of(path.src, path.dst);
      labels.emplace_back("size", class_name(i));
      page.sample(static_cast<double>(value(path.classes[i])), labels);
    }
  }
}

void write_paths(MetricsPage& page, const Metrics& m) {
  page.metric("path_delivered_size_bytes", "gauge",
              "The largest IP packet known to have arrived on this path.");
  for (const PathStats& path : m.paths) {
    if (path.largest_delivered.bytes > 0)
      page.sample(path.largest_delivered.bytes, ends_of(path.src, path.dst));
  }
  page.metric("path_lost_size_bytes", "gauge",
              "The smallest IP packet known not to arrive on this path for its size.");
  std::set<std::pair<std::string, std::string>> written;
  for (const Finding& f : m.held) {
    if (f.kind != FindingKind::kPmtuBlackhole || !f.src || !f.dst || !f.bracket.upper) continue;
    if (written.size() < kMeteredFindings &&
        written.insert({to_string(*f.src), to_string(*f.dst)}).second) {
      page.sample(f.bracket.upper->bytes, ends_of(*f.src, *f.dst));
    }
  }
  page.metric("path_sent_packets_total", "counter", "Packets with data, by their size in bytes.");
  write_classes(page, m, [](const PathStats::Class& c) { return c.sent; });
  page.metric("path_lost_packets_total", "counter",
              "Of these, those that had to be sent again or never arrived.");
  write_classes(page, m, [](const PathStats::Class& c) { return c.lost; });
}

}  // namespace

std::string metrics_text(const Metrics& metrics) {
  MetricsPage page;
  write_program(page, metrics);
  write_findings(page, metrics);
  write_paths(page, metrics);
  return page.finish();
}

}  // namespace mtuscope
