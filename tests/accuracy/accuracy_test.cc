// A small part of the accuracy campaign (tests/accuracy/run) with fixed seeds: no class of networks
// may get worse than what docs/accuracy.md promises.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cctype>
#include <string>

#include "tests/accuracy/tally.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation

constexpr uint64_t kRuns = 60;

class EveryClass : public testing::TestWithParam<size_t> {
 protected:
  const NetworkClass& network() const { return network_classes()[GetParam()]; }
};

TEST_P(EveryClass, IsToldForWhatItIs) {
  const std::vector<Tally> by_point = tally_by_point(network(), 0, kRuns);
  Tally t, before_the_loss;
  for (const Tally& point : by_point) t.add(point);
  before_the_loss.add(by_point[static_cast<size_t>(CapturePoint::kSender)]);
  before_the_loss.add(by_point[static_cast<size_t>(CapturePoint::kMiddle)]);
  const std::string wrong = testing::PrintToString(t.wrong);
  EXPECT_EQ(t.false_confirmed, 0u) << wrong;
  EXPECT_LE(t.false_suspected, 4u);  // 40 % loss
  EXPECT_EQ(t.false_size_loss, 0u) << wrong;
  EXPECT_EQ(t.false_outage, 0u) << wrong;
  if (!network().limited) return;
  EXPECT_GT(t.provable, 0u);
  if (!network().whole) return;
  EXPECT_LE(t.wrong_bounds, 1u) << wrong;
  EXPECT_LE(before_the_loss.missed(), 2u) << wrong;
}

std::string name_of(const testing::TestParamInfo<size_t>& test) {
  std::string name = network_classes()[test.param].name;
  for (char& c : name) {
    if (!isalnum(static_cast<unsigned char>(c))) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Networks, EveryClass, testing::Range<size_t>(0, network_classes().size()),
                         name_of);

}  // namespace
}  // namespace mtuscope
