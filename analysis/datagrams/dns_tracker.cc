#include "analysis/datagrams/dns_tracker.h"

#include <algorithm>

#include "analysis/containers/oldest.h"
#include "capture/ip.h"

namespace mtuscope {

namespace {

// The time after which a client gives a query up, or asks again: 1 s (Windows, macOS) to 5 s
// (glibc, Go); RFC 1035 4.2.1 suggests 2 to 5 s.
constexpr Duration kGivenUp = Duration::milliseconds(5000);
constexpr Duration kLate = Duration::milliseconds(1000);
// No resolver repeats a query sooner that waits for its answer.
constexpr Duration kSameSending = Duration::milliseconds(300);
constexpr size_t kFramesOfQuery = 6;
constexpr size_t kTreeNode = 48;         // around what a map holds, with what the heap adds
constexpr size_t kHeapOfQuestion = 128;  // its name, and the frames of a query

DnsQuery* find(DnsQuestion& question, uint16_t id, uint16_t port) {
  const auto at = std::ranges::find_if(
      question.queries, [&](const DnsQuery& q) { return q.id == id && q.port == port; });
  return at == question.queries.end() ? nullptr : &*at;
}

// Sendings of this query that were waited for in vain. The last one may still be under way.
uint64_t in_vain(const DnsQuery& q, Timestamp now) {
  const uint64_t waited = now - q.last >= kGivenUp ? q.sends : q.sends - 1;
  return waited > q.answers ? waited - q.answers : 0;
}

// Sendings that the client itself shows to have been in vain, by asking again: whatever the capture
// missed. A client that repeats a query may do so with another identification as well.
uint64_t asked_again(const DnsQuestion& question, Timestamp now) {
  uint64_t repeated = 0, anew = 0;
  for (const DnsQuery& q : question.queries) {
    const uint64_t vain = in_vain(q, now);
    repeated += std::min<uint64_t>(vain, q.sends - 1) + q.unheard;
    anew += vain > 0 && std::ranges::any_of(question.queries, [&](const DnsQuery& next) {
              const Duration later = next.first - q.last;
              return later >= kLate && later <= kGivenUp;
            });
  }
  return repeated > 0 ? repeated + anew : 0;
}

bool is_settled(const DnsQuery& q) { return q.sends == 1 && q.answers > 0; }

// Makes room for one query of a question that is asked all the time; false when none can go.
bool forget_settled(DnsQuestion& question, DnsService& service) {
  const auto at = std::ranges::find_if(question.queries, is_settled);
  if (at == question.queries.end()) return false;
  service.largest_answer = std::max(service.largest_answer, at->answer_size);
  question.queries.erase(at);
  return true;
}

}  // namespace

const size_t DnsTracker::kServiceBytes = sizeof(Services::value_type) + kTreeNode +
                                         sizeof(DnsQuestion) + sizeof(DnsQuery) + kHeapOfQuestion;
const size_t DnsTracker::kQuestionBytes =
    sizeof(Questions::value_type) + kTreeNode + sizeof(Place) + sizeof(DnsQuery) + kHeapOfQuestion;

void DnsTracker::limit(size_t services, size_t questions,
                       std::function<void(const Ends&)> service_ends) {
  service_ends_ = std::move(service_ends);
  max_services_ = services;
  max_questions_ = questions;
}

DnsService& DnsTracker::service_of(const Packet& query) {
  const Ends ends{query.src, query.dst};
  auto at = services_.find(ends);
  if (at == services_.end()) {
    if (services_.size() >= max_services_) evict_services(query.time);
    at = services_.emplace(ends, DnsService{}).first;
    at->second.source = query.source;
    at->second.interface = query.interface;
  }
  return at->second;
}

void DnsTracker::evict_services(Timestamp now) {
  const auto last_asked = [](const DnsService& s) { return s.last.value_or(Timestamp{}); };
  Oldest oldest(now);
  for (const auto& [ends, service] : services_) oldest.add(last_asked(service));
  oldest.choose();
  evicted_ += std::erase_if(services_, [&](const Services::value_type& entry) {
    if (!oldest.take(last_asked(entry.second))) return false;
    const auto& [client, server] = entry.first;
    auto open = questions_.lower_bound({client, server, 0});
    while (open != questions_.end() && open->first.client == client &&
           open->first.server == server) {
      open = end_question(open, now);
    }
    if (service_ends_) service_ends_(entry.first);
    return true;
  });
  std::erase_if(order_, [&](const Place& p) { return question_at(p) == questions_.end(); });
}

void DnsTracker::add(const Packet& p) {
  const std::optional<DnsMessage> message = read_dns(p.payload);
  if (!message) return;
  if (message->response && p.src_port == kDnsPort) {
    on_answer(p, *message);
  } else if (!message->response && p.dst_port == kDnsPort) {
    on_query(p, *message);
  }
}

void DnsTracker::on_query(const Packet& p, const DnsMessage& message) {
  DnsService* const service = &service_of(p);
  const Key key{p.src, p.dst, message.question_hash};
  auto at = questions_.find(key);
  if (at == questions_.end()) {
    make_room(p.time);
    at = questions_.emplace(key, Open{{message.name, message.type, {}}, service, ++serial_}).first;
    order_.push_back({serial_, key, p.time});
  }
  DnsQuestion& question = at->second.question;
  DnsQuery* query = find(question, message.id, p.src_port);
  if (query != nullptr && p.time - query->last < kSameSending) return;
  service->client_ttl = p.ttl;
  service->outgoing = service->outgoing || p.host_direction == HostDirection::kOutgoing;
  service->incoming = service->incoming || p.host_direction == HostDirection::kIncoming;
  ++service->queries;
  if (!service->first) service->first = p.time;
  service->last = p.time;
  if (query == nullptr) {
    if (question.queries.size() >= kMaxQueries && !forget_settled(question, *service)) {
      ++not_followed_;
      return;
    }
    query = &question.queries.emplace_back(
        DnsQuery{.id = message.id, .port = p.src_port, .room = message.room, .first = p.time});
  } else if (query->answers > 0 && p.time - query->answered >= kLate) {
    ++query->unheard;
  } else if (query->answers == 0) {
    service->repeated = true;
  }
  ++query->sends;
  query->last = p.time;
  if (query->frames.size() < kFramesOfQuery) query->frames.emplace_back(p.source, p.frame);
}

std::optional<DnsTracker::Key> DnsTracker::key_of_answer(const Packet& p,
                                                         const DnsMessage& message) {
  if (message.has_question) return Key{p.dst, p.src, message.question_hash};
  // A server may leave the question out when it cannot read it.
  if (searches_ == 0) return std::nullopt;
  --searches_;
  for (auto at = questions_.lower_bound({p.dst, p.src, 0});
       at != questions_.end() && at->first.client == p.dst && at->first.server == p.src; ++at) {
    if (find(at->second.question, message.id, p.dst_port) != nullptr) return at->first;
  }
  return std::nullopt;
}

void DnsTracker::on_answer(const Packet& p, const DnsMessage& message) {
  const auto service = services_.find({p.dst, p.src});
  if (service == services_.end()) return;
  service->second.server_ttl = p.ttl;
  const std::optional<Key> key = key_of_answer(p, message);
  const auto at = key ? questions_.find(*key) : questions_.end();
  if (at == questions_.end()) return;
  DnsQuery* const query = find(at->second.question, message.id, p.dst_port);
  if (query == nullptr) return;
  if (p.is_fragment) {
    if (!partial_.empty() && partial_.back().ip_id == p.ip_id) return;  // captured again
    ++query->fragments;
    partial_.push_back(
        {*key, p.ip_id, message.id, p.dst_port, FrameRef(p.source, p.frame), message.truncated});
    if (partial_.size() > kMaxPartial) partial_.pop_front();
    return;
  }
  query->truncated = message.truncated;
  query->answer_frame = FrameRef(p.source, p.frame);
  on_whole_answer(service->second, *query, p.time, p.size);
}

void DnsTracker::datagram_complete(const Packet& p, IpSize whole) {
  if (p.protocol != 17) return;
  const auto part = std::ranges::find_if(partial_, [&](const Partial& x) {
    return x.ip_id == p.ip_id && x.key.client == p.dst && x.key.server == p.src;
  });
  if (part == partial_.end()) return;
  const auto at = questions_.find(part->key);
  DnsQuery* const query =
      at == questions_.end() ? nullptr : find(at->second.question, part->id, part->port);
  if (query != nullptr) {
    --query->fragments;
    query->truncated = part->truncated;
    query->answer_frame = part->frame;
    on_whole_answer(*at->second.service, *query, p.time, whole);
  }
  partial_.erase(part);
}

// The question is kept for a while: an answer that does not reach the client is asked for again.
void DnsTracker::on_whole_answer(DnsService& service, DnsQuery& query, Timestamp time,
                                 IpSize size) {
  // Captured twice, or sent twice at once.
  if (query.answers > 0 && time - query.answered < kSameSending) return;
  ++query.answers;
  ++service.answers;
  query.answered = time;
  query.answer_size = size;
  // Each sending may be answered for itself.
  const Duration delay = time - (query.answers == query.sends ? query.last : query.first);
  if (delay >= kLate) {
    ++service.late;
    service.latest = std::max(service.latest, delay);
  }
}

void DnsTracker::add_unreachable(const Packet& p) {
  const IcmpQuote& quote = p.icmp.quote;
  if (quote.protocol != ip_protocol::kUdp || !quote.ports_present || quote.dst_port != kDnsPort)
    return;
  const auto service = services_.find({quote.src, quote.dst});
  if (service == services_.end()) return;
  count_unreachable(p, service->second.unreachable);
  if (service->second.unreachable_frames.size() < kFramesOfQuery) {
    service->second.unreachable_frames.emplace_back(p.source, p.frame);
  }
}

DnsTracker::Questions::iterator DnsTracker::question_at(const Place& place) {
  const auto at = questions_.find(place.key);
  return at != questions_.end() && at->second.serial == place.serial ? at : questions_.end();
}

void DnsTracker::make_room(Timestamp now) {
  while (!order_.empty()) {
    const Place place = order_.front();
    const auto at = question_at(place);
    if (at != questions_.end()) {
      const DnsQuestion& question = at->second.question;
      const Timestamp last = question.queries.back().last;
      const Duration idle = now - last;
      // A clock that was set back leaves times that have not come yet.
      const bool old = idle >= kGivenUp + kGivenUp || idle <= Duration{} - kGivenUp - kGivenUp;
      if (!old && last > place.last) {  // others have been idle for longer
        order_.pop_front();
        order_.push_back({place.serial, place.key, last});
        continue;
      }
      if (!old && questions_.size() < max_questions_) return;
      if (!old && !std::ranges::all_of(question.queries, is_settled)) ++not_followed_;
      end_question(at, now);
    }
    order_.pop_front();
  }
}

DnsTracker::Questions::iterator DnsTracker::end_question(Questions::iterator open, Timestamp now) {
  DnsService& service = *open->second.service;
  DnsQuestion& question = open->second.question;
  uint64_t unheard = 0;
  for (const DnsQuery& q : question.queries) {
    question.unanswered += in_vain(q, now);
    unheard += q.unheard;
    if (q.unheard == 0 && q.answers > 0) {
      service.largest_answer = std::max(service.largest_answer, q.answer_size);
    }
  }
  service.unanswered += question.unanswered;
  service.asked_again += asked_again(question, now);
  service.unheard += unheard;
  if (question.unanswered + unheard > 0) {
    ++service.in_vain_count;
    if (service.in_vain.size() < DnsService::kMaxListed) {
      service.in_vain.push_back(std::move(question));
    }
  }
  return questions_.erase(open);
}

bool DnsTracker::heard(const IpAddress& client) const {
  for (auto at = services_.lower_bound({client, IpAddress{}});
       at != services_.end() && at->first.first == client; ++at) {
    if (at->second.answers > 0 || at->second.server_ttl != 0) return true;
  }
  return false;
}

void DnsTracker::finish(Timestamp end) {
  for (const Place& place : order_) {
    const auto at = question_at(place);
    if (at != questions_.end()) end_question(at, end);
  }
  order_.clear();
}

}  // namespace mtuscope
