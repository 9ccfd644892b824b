// Ties DNS answers over UDP to their queries, by addresses, port and identification, and keeps what
// was asked in vain. Sees packets of UDP port 53 only (and ICMP errors about them), and decides
// nothing: see dns_unanswered.h.

#ifndef MTUSCOPE_ANALYSIS_DATAGRAMS_DNS_TRACKER_H_
#define MTUSCOPE_ANALYSIS_DATAGRAMS_DNS_TRACKER_H_

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "analysis/evidence/unreachable.h"
#include "analysis/report/finding.h"
#include "analysis/report/frame_ref.h"
#include "capture/dns.h"
#include "capture/packet.h"

namespace mtuscope {

// One query: the same identification from the same socket, however often it was sent.
struct DnsQuery {
  uint16_t id = 0, port = 0;
  uint16_t room = 0;       // for the answer, as announced; 0 unknown
  uint32_t sends = 0;      // repetitions within 300 ms are one: copies, or impatience
  uint32_t answers = 0;    // whole ones
  uint32_t fragments = 0;  // answers of which the first fragment came, and not (yet) all
  uint32_t unheard = 0;    // times that it was sent again a second or more after an answer was seen
  Timestamp first, last, answered;
  std::vector<FrameRef> frames;  // of its sendings, the first few
  FrameRef answer_frame;         // of the last answer
  IpSize answer_size;            // of that, as one IP packet; 0 unknown
  bool truncated = false;        // it said TC
};

// One question of a client to a server, and the queries that asked it until it was answered.
struct DnsQuestion {
  std::string name;
  uint16_t type = 0;
  std::vector<DnsQuery> queries;  // at most eight
  uint64_t unanswered = 0;        // sendings that were waited for in vain; set when it is ended
};

// What one client asked one server.
struct DnsService {
  uint64_t queries = 0;  // sendings
  uint64_t answers = 0;
  uint64_t unanswered = 0;   // sendings that were waited for in vain
  uint64_t unheard = 0;      // answers that were seen here, and asked for again
  uint64_t asked_again = 0;  // of both, those that the client repeated its query for
  uint64_t late = 0;         // answers a second or more after the first sending
  Duration latest;
  IpSize largest_answer;                      // that was whole and not asked for again
  bool repeated = false;                      // a query was sent again with the same identification
  std::vector<UnreachableCount> unreachable;  // ICMP messages about its queries
  std::vector<FrameRef> unreachable_frames;
  std::vector<DnsQuestion> in_vain;      // at most kMaxListed, the first ones
  uint64_t in_vain_count = 0;            // questions
  std::optional<Timestamp> first, last;  // sendings
  uint8_t client_ttl = 0, server_ttl = 0;
  bool outgoing = false, incoming = false;  // of queries; Linux cooked captures tell
  uint32_t source = 0, interface = 0;       // where it was first seen

  static constexpr size_t kMaxListed = 16;
};

class DnsTracker {
 public:
  using Ends = std::pair<IpAddress, IpAddress>;  // client, server
  using Services = std::map<Ends, DnsService>;

  static bool concerns(const Packet& p) {
    return p.transport == Transport::kUdp && (p.src_port == kDnsPort || p.dst_port == kDnsPort);
  }
  // `concerns(p)` must be true. Answers in fragments count when datagram_complete() says so.
  void add(const Packet& p);
  // The fragments of the datagram with this identification are all there; `whole` is its size.
  void datagram_complete(const Packet& last_fragment, IpSize whole);
  void add_unreachable(const Packet& icmp);
  // Ends the questions that nobody waits for any more.
  void expire(Timestamp now) { make_room(now); }
  // At most so many at a time. A service that is one too many makes the room for it: an eighth of
  // them go, those that were asked nothing for longest; `service_ends` is told. Without a call,
  // services are not bounded.
  void limit(size_t services, size_t questions, std::function<void(const Ends&)> service_ends);
  void evict_services(Timestamp now);
  // Ends all questions. `end`: the time of the last packet of the capture. Call once.
  void finish(Timestamp end);

  const Services& services() const { return services_; }
  // Whether any answer came to this client, from whatever server.
  bool heard(const IpAddress& client) const;
  size_t open_questions() const { return questions_.size(); }
  uint64_t evicted_services() const { return evicted_; }
  // Questions that were given up while their answer was waited for, for want of room.
  uint64_t not_followed() const { return not_followed_; }

  // What each takes, with the evidence that an ordinary one has.
  static const size_t kServiceBytes, kQuestionBytes;

 private:
  static constexpr size_t kMaxQueries = 8;
  static constexpr size_t kMaxPartial = 256;

  struct Key {
    IpAddress client, server;
    uint32_t question = 0;  // hash of name and type
    friend auto operator<=>(const Key&, const Key&) = default;
  };
  struct Open {
    DnsQuestion question;
    DnsService* service = nullptr;
    uint64_t serial = 0;
  };
  using Questions = std::map<Key, Open>;
  // Where a question stands in the order of those that have been idle for longest.
  struct Place {
    uint64_t serial = 0;
    Key key;
    Timestamp last;  // sending; behind the question's own when it was sent again since
  };
  // An answer of which only the first fragment was seen so far.
  struct Partial {
    Key key;
    uint32_t ip_id = 0;
    uint16_t id = 0, port = 0;
    FrameRef frame;
    bool truncated = false;
  };

  DnsService& service_of(const Packet& query);
  void on_query(const Packet& p, const DnsMessage& message);
  void on_answer(const Packet& p, const DnsMessage& message);
  static void on_whole_answer(DnsService& service, DnsQuery& query, Timestamp time, IpSize size);
  std::optional<Key> key_of_answer(const Packet& p, const DnsMessage& message);
  Questions::iterator question_at(const Place& place);
  Questions::iterator end_question(Questions::iterator open, Timestamp now);
  void make_room(Timestamp now);

  Services services_;
  Questions questions_;
  std::deque<Place> order_;  // of each question one; some of ended ones
  size_t max_services_ = std::numeric_limits<size_t>::max();
  size_t max_questions_ = 4096;
  std::function<void(const Ends&)> service_ends_;
  uint64_t evicted_ = 0;  // services
  std::deque<Partial> partial_;
  uint64_t serial_ = 0;
  uint32_t searches_ = 1000;  // so many answers without a question may search for theirs
  uint64_t not_followed_ = 0;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_DATAGRAMS_DNS_TRACKER_H_
