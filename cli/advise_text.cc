#include "cli/advise_text.h"

#include <fmt/format.h>

#include "cli/advise_report.h"
#include "cli/json_value.h"
#include "cli/plain_words.h"
#include "cli/recommendation_text.h"
#include "cli/version.h"

namespace mtuscope {
namespace {

std::string overhead(const Encapsulation& e, IpFamily family) {
  const Layer layer = layer_of(e, family);
  const bool possible = e.carrier == Carrier::kLink || layer.underlay == family;
  return possible ? overhead_words(layer) : "-";
}

std::string inside(const Encapsulation& e, IpFamily family) {
  const Layer layer = layer_of(e, family);
  const bool possible = e.carrier == Carrier::kLink || layer.underlay == family;
  return possible ? fmt::format("{}", tunnel_mtu(layer, find_link("ethernet")->mtu).bytes) : "-";
}

std::string options_of(const Encapsulation& e) {
  std::string text;
  for (const HeaderOption& option : e.options) {
    if (option.name.empty()) continue;
    text += fmt::format("{}:{} +{}", text.empty() ? "" : ", ", option.name, option.bytes);
  }
  return text;
}

JsonValue text_value(std::string_view text) { return JsonValue::of(text); }

JsonValue encapsulation_json(const Encapsulation& e) {
  JsonValue options = JsonValue::object();
  for (const HeaderOption& option : e.options) {
    if (!option.name.empty()) options.set(option.name, JsonValue::of(uint64_t{option.bytes}));
  }
  JsonValue value = JsonValue::object();
  value.set("name", text_value(e.name));
  value.set("title", text_value(e.title));
  value.set("aliases", text_value(e.aliases));
  value.set("overhead_ipv4", text_value(overhead(e, IpFamily::kIPv4)));
  value.set("overhead_ipv6", text_value(overhead(e, IpFamily::kIPv6)));
  value.set("carries", text_value(e.carries));
  value.set("options", std::move(options));
  value.set("source", text_value(e.source));
  return value;
}

}  // namespace

std::string advise_text(const AdviseOptions& options, const Report& report, PageStyle style) {
  TextPage page(style);
  page.paragraph(report.headline + ".", "", "", Ink::kBold);
  if (options.output.verbosity == Verbosity::kQuiet) return page.text();
  const std::string& arithmetic = report.recommendations.front().arithmetic;
  page.gap();
  if (!options.stack.layers.empty()) page.verbatim(arithmetic, 4);
  write_recommendations(page, report, options.output.verbosity);
  const std::vector<std::string> notes = advise_notes(options);
  if (!notes.empty()) page.heading("Notes");
  for (const std::string& note : notes) page.bullet(note, 0);
  return page.text();
}

std::string advise_list_text(PageStyle style) {
  TextPage page(style);
  page.heading("Tunnels: bytes added over IPv4 and IPv6, and what 1500 leave");
  constexpr const char* kRow = "{:<11} {:>6} {:>6}  {:>5} {:>5}  {}";
  page.verbatim(fmt::format(kRow, "--tunnel", "IPv4", "IPv6", "IPv4", "IPv6", ""), 2);
  for (const Encapsulation& e : encapsulations()) {
    const std::string options = options_of(e);
    page.verbatim(
        fmt::format(kRow, e.name, overhead(e, IpFamily::kIPv4), overhead(e, IpFamily::kIPv6),
                    inside(e, IpFamily::kIPv4), inside(e, IpFamily::kIPv6),
                    std::string(e.title) + (options.empty() ? "" : "; " + options)),
        2);
  }
  page.heading("Links");
  for (const KnownLink& link : known_links()) {
    page.verbatim(fmt::format("{:<20} {:>5}  {}", link.name, link.mtu.bytes, link.title), 2);
  }
  page.heading("Systems");
  std::string names;
  for (const SystemInfo& system : systems()) {
    names += fmt::format("{}{}", names.empty() ? "--for " : ", ", system.name);
  }
  page.paragraph(names, "  ", "  ");
  return page.text();
}

std::string advise_list_json() {
  JsonValue tunnels = JsonValue::array(), links = JsonValue::array(), names = JsonValue::array();
  for (const Encapsulation& e : encapsulations()) tunnels.items.push_back(encapsulation_json(e));
  for (const KnownLink& link : known_links()) {
    JsonValue value = JsonValue::object();
    value.set("name", text_value(link.name));
    value.set("title", text_value(link.title));
    value.set("mtu", JsonValue::of(uint64_t{link.mtu.bytes}));
    value.set("source", text_value(link.source));
    links.items.push_back(std::move(value));
  }
  for (const SystemInfo& system : systems()) names.items.push_back(text_value(system.name));
  JsonValue document = JsonValue::object();
  document.set("schema", text_value("mtuscope/list/1"));
  document.set("version", text_value(version()));
  document.set("tunnels", std::move(tunnels));
  document.set("links", std::move(links));
  document.set("systems", std::move(names));
  return to_text(document, JsonCharacters::kAscii) + "\n";
}

}  // namespace mtuscope
