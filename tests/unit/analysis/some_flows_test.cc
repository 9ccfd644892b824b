#include "analysis/some_flows.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/tcp_simulation.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::Contains;
using testing::HasSubstr;

// Downloads one after the other; b gives up after 6 s.
std::vector<SimulatedFlow> downloads(int count) {
  std::vector<SimulatedFlow> all;
  for (int k = 0; k < count; ++k) {
    SimulatedFlow f;
    f.exchanges = {{78, {114, 1368, 1368, 1368, 232}}};
    f.start = 0.4 * k;
    f.give_up = 6;
    f.ends.b_port = static_cast<uint16_t>(50'000 + k);
    all.push_back(f);
  }
  return all;
}

Report over(const SimulatedPath& path, int flows, uint64_t seed = 3) {
  return analyze(simulate(downloads(flows), path, CapturePoint::kSender, 20, seed));
}

TEST(SomeFlows, AnotherLinkThatIsNarrowerIsToldForItsFlows) {
  const Report report = over({.limit = 1300, .limit_every = 3}, 12);
  const Finding* f = find(report, FindingKind::kPmtuBlackhole);
  ASSERT_NE(f, nullptr);
  EXPECT_EQ(f->confidence, Confidence::kConfirmed);
  EXPECT_EQ(f->flow_count + f->flows_well, 12u);
  EXPECT_GE(f->flow_count, 2u);
  for (const FlowDirection& flow : f->flows) EXPECT_EQ(flow.dst.port % 3, 0);
  EXPECT_EQ(f->bracket.upper, IpSize{1420});
  EXPECT_THAT(f->evidence_for, Contains(HasSubstr("flows by ports: stuck")));
  EXPECT_THAT(report.headline, HasSubstr("of 12 flows"));
}

TEST(SomeFlows, OneFlowAloneIsNeverConfirmed) {
  const Report report = over({.limit = 1300, .limit_every = 12}, 12);
  for (const Finding& f : report.findings) {
    if (f.kind != FindingKind::kPmtuBlackhole) continue;
    EXPECT_EQ(f.confidence, Confidence::kSuspected);
  }
}

TEST(SomeFlows, ALimitForAWhileIsNoSecondLink) {
  // All flows of that time are stuck, later ones are well.
  for (uint64_t seed = 1; seed <= 5; ++seed) {
    const Report report = over({.limit = 1300, .limit_from = 1, .limit_to = 3}, 20, seed);
    for (const Finding& f : report.findings) {
      if (f.kind != FindingKind::kPmtuBlackhole || f.flows_well == 0) continue;
      EXPECT_EQ(f.confidence, Confidence::kSuspected) << seed;
    }
  }
}

TEST(SomeFlows, HeavyLossChoosesFlowsByLuck) {
  int suspected = 0;
  for (uint64_t seed = 1; seed <= 100; ++seed) {
    const Report report = over({.loss_there = 0.3, .loss_back = 0.3}, 30, seed);
    for (const Finding& f : report.findings) {
      if (f.kind != FindingKind::kPmtuBlackhole) continue;
      EXPECT_EQ(f.confidence, Confidence::kSuspected) << seed;
      ++suspected;
    }
  }
  EXPECT_LE(suspected, 3);
}

}  // namespace
}  // namespace mtuscope
