#include "analysis/advice/common_size.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "analysis/advice/known_link.h"

namespace mtuscope {

namespace {

constexpr std::array kFamilies = {IpFamily::kIPv4, IpFamily::kIPv6};

// Once for each family that its outer packets may have.
std::vector<Layer> layers_of(const Encapsulation& e) {
  std::vector<Layer> layers;
  for (const IpFamily family : kFamilies) {
    const Layer layer = layer_of(e, family);
    if (e.carrier == Carrier::kLink && !layers.empty()) continue;
    if (layer.underlay == family || e.carrier == Carrier::kLink) layers.push_back(layer);
  }
  return layers;
}

std::string on_link(const Layer& layer, const KnownLink& link) {
  return fmt::format("{} on {} ({})", title_of(layer), link.mtu.bytes, link.title);
}

void sort_largest_first(std::vector<CommonSize>& sizes) {
  std::ranges::stable_sort(sizes, std::greater<>(), &CommonSize::size);
  const auto same = [](const CommonSize& a, const CommonSize& b) { return a.size == b.size; };
  sizes.erase(std::unique(sizes.begin(), sizes.end(), same), sizes.end());
}

std::vector<CommonSize> bare_links() {
  std::vector<CommonSize> sizes;
  for (const KnownLink& link : known_links()) {
    if (link.common) sizes.push_back({link.mtu, std::string(link.title)});
  }
  return sizes;
}

constexpr IpSize kLeastUnderlay{1281};  // more than IPv6 needs: nobody puts a tunnel into less

void add_inside(const Encapsulation& e, const KnownLink& link, std::vector<CommonSize>& sizes) {
  for (const Layer& layer : layers_of(e)) {
    sizes.push_back({tunnel_mtu(layer, link.mtu), on_link(layer, link)});
  }
}

std::string explain_inside(IpSize size, const Encapsulation& tunnel) {
  for (const KnownLink& link : known_links()) {
    for (const Layer& layer : layers_of(tunnel)) {
      if (largest_inner(layer, link.mtu, link.mtu) == size) return on_link(layer, link);
    }
  }
  return {};
}

}  // namespace

const std::vector<CommonSize>& common_path_mtus() {
  static const std::vector<CommonSize> sizes = [] {
    std::vector<CommonSize> all = bare_links();
    for (const KnownLink& link : known_links()) {
      if (!link.common || link.mtu < kLeastUnderlay) continue;
      for (const Encapsulation& e : encapsulations()) {
        if (e.common && (e.roams || &link == find_link("ethernet"))) add_inside(e, link, all);
      }
    }
    sort_largest_first(all);
    return all;
  }();
  return sizes;
}

const std::vector<CommonSize>& common_underlays() {
  static const std::vector<CommonSize> sizes = [] {
    std::vector<CommonSize> all = bare_links();
    for (const KnownLink& link : known_links()) {
      if (link.over_ethernet.empty() && &link != find_link("ethernet")) continue;
      add_inside(*find_encapsulation("ds-lite"), link, all);
    }
    sort_largest_first(all);
    return all;
  }();
  return sizes;
}

std::string explain_size(IpSize size, const Encapsulation* tunnel) {
  if (tunnel != nullptr && tunnel->padding_ends_at_mtu) return explain_inside(size, *tunnel);
  if (const KnownLink* link = link_with_mtu(size)) return std::string(link->title);
  const auto common = std::ranges::find(common_path_mtus(), size, &CommonSize::size);
  if (common != common_path_mtus().end()) return common->why;
  for (const Encapsulation& e : encapsulations()) {
    if (std::string why = explain_inside(size, e); !why.empty()) return why;
  }
  return {};
}

}  // namespace mtuscope
