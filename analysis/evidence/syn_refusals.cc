#include "analysis/evidence/syn_refusals.h"

#include <algorithm>

namespace mtuscope {

bool RefusedService::reset_or_prohibited() const {
  return resets > 0 || std::ranges::any_of(unreachable, [](const UnreachableCount& c) {
           return refuses(c.type, c.code, c.reporter.family);
         });
}

uint64_t RefusedService::messages() const {
  uint64_t sum = 0;
  for (const UnreachableCount& c : unreachable) sum += c.count;
  return sum;
}

RefusedService* SynRefusals::find_or_add(const Key& key, const Packet& answer, FrameRef syn) {
  auto at = services_.find(key);
  if (at == services_.end()) {
    if (services_.size() >= kMaxServices) {
      ++not_listed_;
      return nullptr;
    }
    at = services_.emplace(key, RefusedService{}).first;
    at->second.source = answer.source;
    at->second.interface = answer.interface;
  }
  RefusedService& service = at->second;
  if (!service.first) service.first = answer.time;
  service.last = answer.time;
  if (service.frames.size() + 2 <= kMaxListedFrames) {
    if (syn) service.frames.push_back(syn);
    service.frames.emplace_back(answer.source, answer.frame);
  }
  return &service;
}

void SynRefusals::add_reset(const Packet& rst, FrameRef syn, bool again) {
  RefusedService* const service = find_or_add({rst.dst, rst.src, rst.src_port}, rst, syn);
  if (service == nullptr || again) return;
  ++service->attempts;
  ++service->resets;
  if (service->flows.size() < kMaxListedFlows) {
    service->flows.push_back({{rst.dst, rst.dst_port}, {rst.src, rst.src_port}});
  }
}

void SynRefusals::add_unreachable(const Packet& icmp, FrameRef syn) {
  const IcmpQuote& quote = icmp.icmp.quote;
  RefusedService* const service = find_or_add({quote.src, quote.dst, quote.dst_port}, icmp, syn);
  if (service == nullptr) return;
  count_unreachable(icmp, service->unreachable);
  // Each SYN of an attempt may be answered.
  const FlowDirection flow{{quote.src, quote.src_port}, {quote.dst, quote.dst_port}};
  if (std::ranges::find(service->flows, flow) != service->flows.end()) return;
  ++service->attempts;
  if (service->flows.size() < kMaxListedFlows) service->flows.push_back(flow);
}

void SynRefusals::note_accepted(const Endpoint& client, const Endpoint& server, Timestamp syn) {
  const auto at = services_.find({client.address, server.address, server.port});
  if (at == services_.end()) return;
  RefusedService& service = at->second;
  ++service.accepted;
  if (!service.first_accepted || syn < *service.first_accepted) service.first_accepted = syn;
  if (!service.last_accepted || syn > *service.last_accepted) service.last_accepted = syn;
}

}  // namespace mtuscope
