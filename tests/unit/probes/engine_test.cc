#include "probes/engine.h"

#include <gtest/gtest.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <cerrno>
#include <set>

namespace mtuscope {
namespace {

using Kind = TransportEvent::Kind;

const IpAddress kRouter = IpAddress::parse("192.0.2.1").value();

// Answers at once, or does what the test says.
class FakeTransport final : public ProbeTransport {
 public:
  FakeTransport() : descriptor_(eventfd(0, EFD_NONBLOCK)) {}
  ~FakeTransport() override { close(descriptor_); }
  FakeTransport(const FakeTransport&) = delete;
  FakeTransport& operator=(const FakeTransport&) = delete;

  TransportTraits traits() const override { return {}; }
  int descriptor() const override { return descriptor_; }

  SendOutcome send(ProbeId id, IpSize size, std::optional<uint8_t> ttl) override {
    EXPECT_FALSE(ttl);
    EXPECT_TRUE(ids.insert(id).second) << "an id is used once";
    if (size > interface) {
      return {.status = SendStatus::kTooBig, .error = EMSGSIZE, .interface_mtu = interface};
    }
    if (send_error != 0) return {.status = SendStatus::kFailed, .error = send_error};
    if (size <= limit) {
      pending_.push_back({.kind = on_arrival, .id = id, .reporter = kRouter, .type = 3});
      const uint64_t one = 1;
      EXPECT_EQ(write(descriptor_, &one, sizeof one), ssize_t{sizeof one});
    }
    return {};
  }

  void receive(std::vector<TransportEvent>& events) override {
    uint64_t count = 0;
    if (read(descriptor_, &count, sizeof count) < 0) return;
    events.insert(events.end(), pending_.begin(), pending_.end());
    pending_.clear();
  }

  IpSize limit{1400}, interface { 1500 };
  int send_error = 0;
  Kind on_arrival = Kind::kAnswer;
  std::set<ProbeId> ids;

 private:
  int descriptor_;
  std::vector<TransportEvent> pending_;
};

struct Outcome {
  SearchResult result;
  EngineReport report;
};

Outcome run(FakeTransport& transport, const EngineOptions& how = {.rate = 20'000},
            SearchOptions options = {}) {
  Search search(std::move(options), steady_now());
  Outcome done;
  done.report = run_search(search, transport, how);
  done.result = search.result();
  return done;
}

TEST(EngineTest, FindsALimit) {
  FakeTransport transport;
  const Outcome done = run(transport);
  EXPECT_EQ(done.result.verdict, SearchVerdict::kExact);
  EXPECT_EQ(done.result.bracket.lower, IpSize{1400});
  EXPECT_EQ(done.result.packets, transport.ids.size());
}

TEST(EngineTest, KeepsToTheRate) {
  FakeTransport transport;
  const Outcome done = run(transport, {.rate = 500});
  EXPECT_EQ(done.result.verdict, SearchVerdict::kExact);
  EXPECT_GE(done.result.elapsed.seconds(), (done.result.packets - 1) / 500.0);
}

TEST(EngineTest, TheInterfacesOwnLimitIsTold) {
  FakeTransport transport;
  transport.interface = IpSize{1380};
  const Outcome done = run(transport);
  EXPECT_EQ(done.result.verdict, SearchVerdict::kNoLimit);
  EXPECT_EQ(done.result.local_limit, IpSize{1380});
}

TEST(EngineTest, ASystemThatRefusesEverythingIsNotAskedForLong) {
  FakeTransport transport;
  transport.send_error = EPERM;
  const Outcome done = run(transport);
  EXPECT_EQ(done.result.verdict, SearchVerdict::kSilent);
  EXPECT_EQ(done.report.send_error, EPERM);
  EXPECT_EQ(done.report.failed, 8u);
  EXPECT_LT(done.result.elapsed.seconds(), 1);
}

TEST(EngineTest, RoutersThatSayUnreachableEndItEarly) {
  FakeTransport transport;
  transport.on_arrival = Kind::kUnreachable;
  const Outcome done = run(transport);
  EXPECT_EQ(done.result.verdict, SearchVerdict::kSilent);
  ASSERT_EQ(done.report.refusals.size(), 1u);
  EXPECT_EQ(done.report.refusals[0].reporter, kRouter);
  EXPECT_GE(done.report.refusals[0].count, 4u);
  EXPECT_LT(done.result.elapsed.seconds(), 1);
}

TEST(EngineTest, AsksWhetherAnybodyAnswersAtAll) {
  FakeTransport transport;
  EXPECT_TRUE(anybody_answers(transport, IpSize{1400}, 7, Duration::milliseconds(5'000), {}));
  EXPECT_TRUE(transport.ids.contains(7));
  EXPECT_FALSE(anybody_answers(transport, IpSize{1401}, 20, Duration::milliseconds(20), {}));
  EXPECT_EQ(transport.ids.count(24), 0u);
}

TEST(EngineTest, StopsWhenAsked) {
  FakeTransport transport;
  transport.limit = IpSize{0};
  const std::atomic<bool> stop = true;
  const Outcome done = run(transport, {.rate = 20'000, .stop = &stop});
  EXPECT_EQ(done.result.verdict, SearchVerdict::kSilent);
  EXPECT_LT(done.result.elapsed.seconds(), 1);
}

TEST(EngineTest, ShowsTheBracketClosing) {
  FakeTransport transport;
  std::vector<uint32_t> lowers;
  run(transport, {.rate = 20'000, .on_progress = [&](const Search& search) {
                    const auto lower = search.result().bracket.lower;
                    lowers.push_back(lower ? lower->bytes : 0);
                  }});
  EXPECT_TRUE(std::ranges::is_sorted(lowers));
  EXPECT_EQ(lowers.back(), 1400u);
}

}  // namespace
}  // namespace mtuscope
