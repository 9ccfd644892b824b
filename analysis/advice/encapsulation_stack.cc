#include "analysis/advice/encapsulation_stack.h"

#include <fmt/format.h>

#include <cassert>

namespace mtuscope {

namespace {

// Of `cost` bytes, those that are padding.
std::string cost_words(const Layer& layer, uint32_t cost) {
  const uint32_t least = least_overhead(layer);
  std::string text = fmt::format("{} {}", cost, title_of(layer));
  if (cost > least) text += fmt::format(" ({} of it padding)", cost - least);
  return text;
}

}  // namespace

EncapsulationStack stack_on(const KnownLink& link) {
  if (link.over_ethernet.empty()) return {.link = link.mtu, .layers = {}};
  const Encapsulation* const made_by = find_encapsulation(link.over_ethernet);
  assert(made_by != nullptr);
  return {.link = find_link("ethernet")->mtu, .layers = {layer_of(*made_by)}};
}

std::vector<IpSize> mtus_of(const EncapsulationStack& stack) {
  std::vector<IpSize> mtus;
  IpSize left = stack.link;
  for (const Layer& layer : stack.layers) {
    left = tunnel_mtu(layer, left);
    mtus.push_back(left);
  }
  return mtus;
}

IpSize inner_mtu(const EncapsulationStack& stack) {
  return stack.layers.empty() ? stack.link : mtus_of(stack).back();
}

IpSize link_needed(std::span<const Layer> layers, IpSize inner) {
  for (size_t i = layers.size(); i > 0; --i) inner = outer_size(layers[i - 1], inner, inner);
  return inner;
}

std::string arithmetic(const EncapsulationStack& stack) {
  std::string text = fmt::format("{}", stack.link.bytes);
  IpSize left = stack.link;
  for (const Layer& layer : stack.layers) {
    const IpSize inside = tunnel_mtu(layer, left);
    if (inside.bytes == 0) {
      return text + fmt::format(": less than {} takes", title_of(layer));
    }
    text += " - " + cost_words(layer, left.bytes - inside.bytes);
    left = inside;
  }
  return stack.layers.empty() ? text : text + fmt::format(" = {}", left.bytes);
}

std::string reverse_arithmetic(std::span<const Layer> layers, IpSize inner) {
  std::string text = fmt::format("{}", inner.bytes);
  for (size_t i = layers.size(); i > 0; --i) {
    const IpSize outer = outer_size(layers[i - 1], inner, inner);
    text += " + " + cost_words(layers[i - 1], outer.bytes - inner.bytes);
    inner = outer;
  }
  return layers.empty() ? text : text + fmt::format(" = {}", inner.bytes);
}

}  // namespace mtuscope
