#include "probes/engine.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <cstring>

#include "capture/error.h"

namespace mtuscope {
namespace {

// So many probes in a row that the system refuses to send: it will refuse the next as well.
constexpr uint32_t kHopelessFailures = 8;
// So many routers' refusals without any answer: the target can't be reached.
constexpr uint32_t kHopelessRefusals = 4;
// A signal that asks to stop is noticed after so long.
constexpr Duration kLongestWait = Duration::milliseconds(200);

class Descriptor {
 public:
  Descriptor(int value, const char* what) : value_(value) {
    if (value >= 0) return;
    throw Error(ErrorKind::kSystem, fmt::format("{}: {}", what, std::strerror(errno)),
                "Is the limit of open files reached? See: ulimit -n.");
  }
  ~Descriptor() { close(value_); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int get() const { return value_; }

 private:
  int value_;
};

// Waits for a descriptor or a time, without polling.
class Waiter {
 public:
  explicit Waiter(int descriptor)
      : epoll_(epoll_create1(EPOLL_CLOEXEC), "epoll_create1"),
        timer_(timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC), "timerfd_create") {
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

class Engine {
 public:
  Engine(Search& search, ProbeTransport& transport, const EngineOptions& options)
      : search_(search),
        transport_(transport),
        options_(options),
        interval_(Duration::from_seconds(1 / std::max(options.rate, 0.1))),
        waiter_(transport.descriptor()) {}

  EngineReport run() {
    Timestamp next_send = steady_now();
    while (!search_.finished()) {
      receive();
      const Timestamp now = steady_now();
      if (options_.stop != nullptr && *options_.stop) search_.stop(now);
      if (now >= next_send && send_one(now)) {
        next_send = now + interval_;
        continue;  // receive first: an answer may change what is worth sending
      }
      // next_probe() may have finished the search, or found nothing to send.
      if (search_.finished()) break;
      if (now < next_send) {
        waiter_.wait(next_send - now);
      } else {
        waiter_.wait(search_.wake_time() - now);
      }
    }
    if (options_.on_progress) options_.on_progress(search_);
    return report_;
  }

 private:
  // False when there is nothing to send at present.
  bool send_one(Timestamp now) {
    const auto probe = search_.next_probe(now);
    if (!probe) return false;
    const SendOutcome outcome = transport_.send(probe->id, probe->size, std::nullopt);
    switch (outcome.status) {
      case SendStatus::kSent:
        failures_in_a_row_ = 0;
        break;
      case SendStatus::kTooBig:
        search_.on_local_limit(probe->id, outcome.interface_mtu, now);
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
    if (options_.on_progress) options_.on_progress(search_);
    return true;
  }

  void receive() {
    events_.clear();
    transport_.receive(events_);
    const Timestamp now = steady_now();
    for (const TransportEvent& event : events_) apply(event, now);
    if (!events_.empty() && options_.on_progress) options_.on_progress(search_);
  }

  void apply(const TransportEvent& event, Timestamp now) {
    switch (event.kind) {
      case TransportEvent::Kind::kAnswer:
        if (event.id) search_.on_answer(*event.id, now);
        break;
      case TransportEvent::Kind::kPtb:
        search_.on_ptb(event.id, event.mtu, event.reporter, now);
        break;
      case TransportEvent::Kind::kUnreachable:
        note_refusal(event, now);
        break;
      case TransportEvent::Kind::kTimeExceeded:
        break;  // a routing loop, or a hop limit: no statement about size
    }
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
  Duration interval_;
  Waiter waiter_;
  std::vector<TransportEvent> events_;
  EngineReport report_;
  uint32_t failures_in_a_row_ = 0;
  uint32_t refusals_ = 0;
};

}  // namespace

EngineReport run_search(Search& search, ProbeTransport& transport, const EngineOptions& options) {
  return Engine(search, transport, options).run();
}

Timestamp steady_now() {
  return Timestamp{std::chrono::duration_cast<std::chrono::nanoseconds>(
                       std::chrono::steady_clock::now().time_since_epoch())
                       .count()};
}

}  // namespace mtuscope
