#include "analysis/datagrams/dns_unanswered.h"

#include <fmt/format.h>

#include <algorithm>

#include "analysis/evidence/evidence_text.h"
#include "analysis/evidence/path.h"
#include "analysis/evidence/vantage.h"
#include "analysis/report/readable_duration.h"

namespace mtuscope {

namespace {

constexpr uint64_t kEnough = 2;  // one is lost now and then
constexpr uint64_t kEnoughRepetitions = 2, kEnoughMessages = 3;
// Without repetitions: nothing was ever answered, by a server that was asked so often.
constexpr uint64_t kNeverAnswered = 6;
constexpr double kEnoughOfAll = 0.02;  // a smaller part, each once, is random loss
constexpr size_t kListedQuestions = 4;

Vantage place(const DnsService& s) {
  Path path;
  path.directions[0].ttl = s.client_ttl;
  path.directions[0].outgoing = s.outgoing;
  path.directions[0].incoming = s.incoming;
  path.directions[1].ttl = s.server_ttl;
  return vantage_of(path, 0);
}

std::string asked(const DnsQuestion& question) {
  if (question.name.empty()) return "a question that was not captured";
  if (question.type == 0) return question.name;
  return question.name + " " + dns_type_name(question.type);
}

uint64_t sends_of(const DnsQuestion& question) {
  uint64_t sends = 0;
  for (const DnsQuery& q : question.queries) sends += q.sends;
  return sends;
}

std::string times(uint64_t count) { return count == 1 ? "once" : fmt::format("{} times", count); }

// "www.example.com A, asked 3 times in 10 s".
std::string question_words(const DnsQuestion& question) {
  const auto by_first = std::ranges::min_element(question.queries, {}, &DnsQuery::first);
  const auto by_last = std::ranges::max_element(question.queries, {}, &DnsQuery::last);
  std::string text = fmt::format("{}, asked {}", asked(question), times(sends_of(question)));
  if (by_last->last > by_first->first) {
    text += fmt::format(" in {}", readable_duration(by_last->last - by_first->first));
  }
  return text;
}

const DnsQuery* answered_query(const DnsQuestion& question) {
  const auto at = std::ranges::find_if(
      question.queries, [](const DnsQuery& q) { return q.answers > 0 && q.unheard == 0; });
  return at == question.queries.end() ? nullptr : &*at;
}

// The least room for an answer that a query asked for in vain; 0 when unknown.
uint16_t room_in_vain(const DnsQuestion& question) {
  uint16_t least = 0;
  for (const DnsQuery& q : question.queries) {
    if (q.answers > 0 && q.unheard == 0) continue;
    if (q.room == 0) return 0;
    least = least == 0 ? q.room : std::min(least, q.room);
  }
  return least;
}

struct SizeHints {
  const DnsQuestion* fragments = nullptr;  // only first fragments of its answer came
  const DnsQuestion* room = nullptr;       // answered when the answer had to be smaller
  const DnsQuestion* unheard = nullptr;    // answers larger than any that was not asked for again
};

SizeHints hints_of(const DnsService& service) {
  SizeHints hints;
  for (const DnsQuestion& question : service.in_vain) {
    const DnsQuery* const answered = answered_query(question);
    const uint16_t in_vain = room_in_vain(question);
    if (answered != nullptr && answered->room != 0 && in_vain > answered->room) {
      hints.room = &question;
    }
    for (const DnsQuery& q : question.queries) {
      if (q.fragments > 0 && q.answers == 0) hints.fragments = &question;
      if (q.unheard > 0 && q.answer_size > service.largest_answer) hints.unheard = &question;
    }
  }
  return hints;
}

void add_size_evidence(const DnsService& service, const SizeHints& hints, Finding& f) {
  if (hints.fragments != nullptr) {
    uint64_t count = 0;
    for (const DnsQuery& q : hints.fragments->queries) count += q.fragments;
    f.evidence_for.push_back(
        fmt::format("the answer to {} came in fragments, of which only the first arrived ({})",
                    asked(*hints.fragments), times(count)));
  }
  if (hints.room != nullptr) {
    const DnsQuery& q = *answered_query(*hints.room);
    f.evidence_for.push_back(fmt::format(
        "{} was answered when the client left room for {} bytes only (frame {}, {} bytes{}), and "
        "not when it left {}: large answers do not arrive",
        asked(*hints.room), q.room, q.answer_frame.frame().value, q.answer_size.bytes,
        q.truncated ? ", truncated" : "", room_in_vain(*hints.room)));
  }
  if (hints.unheard != nullptr) {
    f.evidence_for.push_back(fmt::format("answers of up to {} bytes were not asked for again",
                                         service.largest_answer.bytes));
  }
}

void add_questions(const DnsService& service, Finding& f, std::vector<FrameRef>& frames) {
  for (const DnsQuestion& question : service.in_vain) {
    std::vector<FrameNumber> own;
    for (const DnsQuery& q : question.queries) {
      if (q.answers > 0 && q.sends == 1) continue;
      for (const FrameRef frame : q.frames) {
        frames.push_back(frame);
        own.push_back(frame.frame());
      }
      list_flow(f.flows, {{*f.src, q.port}, {*f.dst, kDnsPort}});
    }
    if (f.evidence_for.size() >= kListedQuestions) continue;
    std::ranges::sort(own);
    std::string line = fmt::format("{} ({})", question_words(question), describe_frames(own));
    const DnsQuery* const answered = answered_query(question);
    if (answered != nullptr) {
      line += fmt::format(", answered {} after it was first asked (frame {})",
                          readable_duration(answered->answered - question.queries.front().first),
                          answered->answer_frame.frame().value);
    }
    f.evidence_for.push_back(std::move(line));
  }
  f.flow_count = f.flows.size();
  if (service.in_vain_count > kListedQuestions) {
    f.evidence_for.push_back(
        fmt::format("... and {} more questions", service.in_vain_count - kListedQuestions));
  }
}

bool one_question_repeatedly(const DnsService& service) {
  return std::ranges::any_of(service.in_vain, [](const DnsQuestion& question) {
    uint64_t unheard = 0;
    for (const DnsQuery& q : question.queries) unheard += q.unheard;
    return question.unanswered + unheard >= kEnough;
  });
}

// A capture that missed some answers looks the same, but for what shows that the client missed them
// too: it asks again, or is told by ICMP.
bool is_certain(const DnsService& service, uint64_t told) {
  return service.asked_again >= kEnoughRepetitions || told >= kEnoughMessages ||
         (service.answers == 0 && service.unanswered >= kNeverAnswered);
}

}  // namespace

std::optional<Finding> dns_unanswered(const DnsTracker::Services::value_type& entry,
                                      bool client_heard) {
  const auto& [ends, service] = entry;
  const auto& [client, server] = ends;
  uint64_t told = 0;  // by ICMP; each about one sending
  for (const UnreachableCount& c : service.unreachable) told += c.count;
  const uint64_t count = std::max(service.unanswered + service.unheard, told);
  if (count < kEnough) return std::nullopt;
  const double share = static_cast<double>(count) / static_cast<double>(service.queries);
  if (!one_question_repeatedly(service) && share < kEnoughOfAll) return std::nullopt;
  const bool one_way = !client_heard && service.answers == 0 && told == 0;
  if (one_way && !service.repeated) return std::nullopt;

  Finding f{.kind = FindingKind::kDnsUnanswered,
            .severity = Severity::kWarning,
            .confidence = is_certain(service, told) && !one_way ? Confidence::kConfirmed
                                                                : Confidence::kSuspected};
  f.src = client;
  f.dst = server;
  f.vantage = place(service);
  f.first_time = service.first;
  f.last_time = service.last;
  std::vector<FrameRef> frames = service.unreachable_frames;
  const SizeHints hints = hints_of(service);
  add_questions(service, f, frames);
  add_size_evidence(service, hints, f);
  list_frames(std::move(frames), f);

  if (service.unheard > service.unanswered) {
    f.explanation =
        fmt::format("{} DNS answers from {} were seen here and did not reach {}, which asked again",
                    service.unheard, to_string(server), to_string(client));
  } else {
    f.explanation = fmt::format("{} of {} DNS queries from {} to {} got no answer", count,
                                service.queries, to_string(client), to_string(server));
  }
  if (!service.in_vain.empty()) {
    f.explanation += fmt::format(", such as {}", question_words(service.in_vain.front()));
  }
  if (!service.unreachable.empty()) {
    f.explanation += ": " + describe(service.unreachable.front());
  } else if (hints.fragments != nullptr) {
    f.explanation += ": its answers come in fragments that never all arrive";
  } else if (hints.room != nullptr || hints.unheard != nullptr) {
    f.explanation += ": large answers do not arrive";
  }
  f.explanation += '.';
  if (service.answers > 0) {
    f.evidence_against.push_back(fmt::format("{} queries were answered, with up to {} bytes",
                                             service.answers, service.largest_answer.bytes));
  }
  if (service.late > 0) {
    f.evidence_against.push_back(fmt::format("{} came late, after up to {}",
                                             counted(service.late, "answer"),
                                             readable_duration(service.latest)));
  }
  if (f.confidence == Confidence::kSuspected && !one_way) {
    f.evidence_against.push_back(
        "few queries were sent again: a capture that missed the answers would look the same");
  }
  if (one_way) {
    f.evidence_against.push_back(
        "nothing at all comes to the client in this capture: it may hold one direction only, and "
        "late answers would be missing");
  }
  return f;
}

}  // namespace mtuscope
