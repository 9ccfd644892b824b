#include "probes/engine.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "capture/error.h"
#include "probes/descriptor.h"

namespace mtuscope {
namespace {

// So many probes in a row that the system refuses to send: it will refuse the next as well.
constexpr uint32_t kHopelessFailures = 8;
// So many routers' refusals without any answer: the target can't be reached.
constexpr uint32_t kHopelessRefusals = 4;
// A signal that asks to stop is noticed after so long.
constexpr Duration kLongestWait = Duration::milliseconds(200);

Descriptor opened(int descriptor, const char* what) {
  if (descriptor >= 0) return Descriptor(descriptor);
  throw Error(ErrorKind::kSystem, fmt::format("{}: {}", what, std::strerror(errno)),
              "Is the limit of open files reached? See: ulimit -n.");
}

// Waits for a descriptor or a time, without polling.
class Waiter {
 public:
  explicit Waiter(int descriptor)
      : epoll_(opened(epoll_create1(EPOLL_CLOEXEC), "epoll_create1")),
        timer_(
            opened(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create")) {
    add(descriptor);
    add(timer_.get());
  }

  void wait(Duration time) const {
    const int64_t ns = std::clamp<int64_t>(time.ns, 1, kLongestWait.ns);
    itimerspec when{};
    when.it_value.tv_sec = ns / 1'000'000'000;
    when.it_value.tv_nsec = ns % 1'000'000'000;
    timerfd_settime(timer_.get(), 0, &when, nullptr);
    std::array<epoll_event, 2> events;
    epoll_wait(epoll_.get(), events.data(), events.size(), -1);
  }

 private:
  void add(int descriptor) const {
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.fd = descriptor;
    epoll_ctl(epoll_.get(), EPOLL_CTL_ADD, descriptor, &event);
  }

  Descriptor epoll_, timer_;
};

// When the next packet may leave. Time in which nothing was sent is made up for, as far as a TCP
// connection may begin with a burst: on a busy host one is woken late, and on a short path a round
// would take longer to send than to be answered.
class Pacer {
 public:
  explicit Pacer(double rate) : interval_(Duration::from_seconds(1 / std::max(rate, 0.1))) {}
  bool ready(Timestamp now) const { return now >= next_; }
  void sent(Timestamp now) {
    if (next_ == Timestamp{INT64_MIN}) next_ = now;  // what came before the first is no credit
    next_ = std::max(next_, now - Duration{interval_.ns * (kBurst - 1)}) + interval_;
  }
  Timestamp next() const { return next_; }

 private:
  static constexpr int64_t kBurst = 10;  // packets: RFC 6928, the initial window
  Duration interval_;
  Timestamp next_{INT64_MIN};
};

// Sends what `search` wants to send and tells it what comes back, until it has finished.
// `send(probe, now)` sends one probe, `apply(event, now)` tells of one event.
template <typename AnySearch, typename Send, typename Apply>
void drive(AnySearch& search, ProbeTransport& transport, const EngineOptions& options, Send send,
           Apply apply) {
  const Waiter waiter(transport.descriptor());
  Pacer pacer(options.rate);
  std::vector<TransportEvent> events;
  while (!search.finished()) {
    events.clear();
    // Everything that arrived by now is received before anything is given up for not having
    // arrived, also when this process was stopped in between.
    const Timestamp now = steady_now();
    transport.receive(events);
    const Timestamp received = steady_now();
    for (const TransportEvent& event : events) apply(event, received);
    if (options.stop != nullptr && *options.stop) search.stop(now);
    if (pacer.ready(now)) {
      if (const auto probe = search.next_probe(now)) {
        send(*probe, now);
        pacer.sent(now);
        continue;  // receive first: an answer may change what is worth sending
      }
    }
    // next_probe() may have finished the search, or found nothing to send.
    if (search.finished()) break;
    waiter.wait((pacer.ready(now) ? search.wake_time() : pacer.next()) - now);
  }
}

class SizeEngine {
 public:
  SizeEngine(Search& search, ProbeTransport& transport, const EngineOptions& options)
      : search_(search), transport_(transport), options_(options) {}

  EngineReport run() {
    drive(
        search_, transport_, options_,
        [this](const Probe& probe, Timestamp now) { send(probe, now); },
        [this](const TransportEvent& event, Timestamp now) { apply(event, now); });
    show_progress();
    return report_;
  }

 private:
  void show_progress() const {
    if (options_.on_progress) options_.on_progress(search_);
  }

  void send(const Probe& probe, Timestamp now) {
    const SendOutcome outcome = transport_.send(probe.id, probe.size, std::nullopt);
    switch (outcome.status) {
      case SendStatus::kSent:
        failures_in_a_row_ = 0;
        break;
      case SendStatus::kTooBig:
        search_.on_local_limit(probe.id, outcome.interface_mtu);
        break;
      case SendStatus::kBusy:
        ++report_.busy;
        break;
      case SendStatus::kFailed:
        ++report_.failed;
        report_.send_error = outcome.error;
        if (++failures_in_a_row_ >= kHopelessFailures) search_.stop(now);
        break;
    }
    show_progress();
  }

  void apply(const TransportEvent& event, Timestamp now) {
    switch (event.kind) {
      case TransportEvent::Kind::kAnswer:
        if (event.id) search_.on_answer(*event.id, now);
        break;
      case TransportEvent::Kind::kPtb:
        search_.on_ptb(event.id, event.mtu, event.reporter);
        break;
      case TransportEvent::Kind::kUnreachable:
        note_refusal(event, now);
        break;
      case TransportEvent::Kind::kTimeExceeded:
        break;  // a routing loop, or a hop limit: no statement about size
      case TransportEvent::Kind::kFragment:
        search_.on_fragment(event.mtu);
        break;
    }
    show_progress();
  }

  void note_refusal(const TransportEvent& event, Timestamp now) {
    const auto same = [&](const Refusal& known) {
      return known.reporter == event.reporter && known.type == event.type &&
             known.code == event.code;
    };
    const auto known = std::ranges::find_if(report_.refusals, same);
    if (known != report_.refusals.end()) {
      ++known->count;
    } else if (report_.refusals.size() < kMaxRefusals) {
      report_.refusals.push_back({event.reporter, event.type, event.code, 1});
    }
    ++refusals_;
    if (refusals_ >= kHopelessRefusals && !search_.result().bracket.lower) search_.stop(now);
  }

  Search& search_;
  ProbeTransport& transport_;
  const EngineOptions& options_;
  EngineReport report_;
  uint32_t failures_in_a_row_ = 0;
  uint32_t refusals_ = 0;
};

// A handful of probes of one size, and whether one of them is answered.
class AnswerCheck {
 public:
  AnswerCheck(IpSize size, ProbeId first_id, Timestamp end)
      : size_(size), first_id_(first_id), end_(end) {}

  std::optional<Probe> next_probe(Timestamp now) {
    if (now >= end_) stop(now);
    if (finished() || sent_ == kProbes) return std::nullopt;
    return Probe{first_id_ + sent_++, size_};
  }
  Timestamp wake_time() const { return end_; }
  void on_answer(ProbeId id) { answered_ |= id >= first_id_ && id - first_id_ < sent_; }
  void stop(Timestamp) { stopped_ = true; }
  bool finished() const { return answered_ || stopped_; }
  bool answered() const { return answered_; }

 private:
  static constexpr uint32_t kProbes = 4;
  IpSize size_;
  ProbeId first_id_;
  Timestamp end_;
  uint32_t sent_ = 0;
  bool answered_ = false, stopped_ = false;
};

}  // namespace

bool anybody_answers(ProbeTransport& transport, IpSize size, ProbeId first_id, Duration timeout,
                     const EngineOptions& options) {
  AnswerCheck check(size, first_id, steady_now() + timeout);
  const auto send = [&](const Probe& probe, Timestamp) {
    transport.send(probe.id, probe.size, std::nullopt);
  };
  const auto apply = [&](const TransportEvent& event, Timestamp) {
    if (event.kind == TransportEvent::Kind::kAnswer && event.id) check.on_answer(*event.id);
  };
  drive(check, transport, options, send, apply);
  return check.answered();
}

EngineReport run_search(Search& search, ProbeTransport& transport, const EngineOptions& options) {
  return SizeEngine(search, transport, options).run();
}

void run_hop_search(HopSearch& search, ProbeTransport& transport, const EngineOptions& options) {
  const auto send = [&](const HopSearch::Probe& probe, Timestamp) {
    transport.send(probe.id, probe.size, probe.ttl);
  };
  const auto apply = [&](const TransportEvent& event, Timestamp) {
    if (!event.id) return;
    switch (event.kind) {
      case TransportEvent::Kind::kTimeExceeded:
        search.on_time_exceeded(*event.id, event.reporter);
        break;
      case TransportEvent::Kind::kPtb:
        search.on_ptb(*event.id);
        break;
      case TransportEvent::Kind::kAnswer:
      case TransportEvent::Kind::kUnreachable:
        search.on_arrival(*event.id, event.reporter);
        break;
      case TransportEvent::Kind::kFragment:
        break;
    }
  };
  drive(search, transport, options, send, apply);
}

Timestamp steady_now() {
  return Timestamp{std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::steady_clock::now().time_since_epoch())
                       .count()};
}

int64_t utc_seconds() {
  using std::chrono::seconds, std::chrono::system_clock;
  return std::chrono::duration_cast<seconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace mtuscope
