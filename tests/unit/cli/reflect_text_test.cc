#include "cli/reflect_text.h"

#include <gmock/gmock.h>

namespace mtuscope {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(ReflectText, SaysWhereAndForWhomAndHowMuch) {
  ReflectOptions options;
  const std::vector<Endpoint> locals = {{IpAddress::parse("0.0.0.0").value(), 8899},
                                        {IpAddress::parse("::").value(), 8899}};
  EXPECT_THAT(reflecting_text(locals, options, {200}),
              AllOf(HasSubstr("0.0.0.0:8899 and [::]:8899"), HasSubstr("no key"),
                    HasSubstr("4.0 MB a second, 1.0 MB to one host")));
  options.key_file = "/etc/\x1bkey";
  options.interface = "wg0";
  EXPECT_THAT(
      reflecting_text(locals, options, {200}),
      AllOf(HasSubstr("through wg0"), HasSubstr("the key of /etc/"), Not(HasSubstr("\x1b"))));
}

TEST(ReflectText, TheSummaryNamesWhatWasRefused) {
  ReflectorTally tally;
  tally.peers = 1;
  tally.forward = 1200;
  tally.reverse = 1;
  EXPECT_THAT(reflected_text(tally, Duration::milliseconds(5000), {}),
              AllOf(HasSubstr("Served 1 host in 5 s."), HasSubstr("1,200 probes acknowledged"),
                    HasSubstr("1 packet sent back"), Not(HasSubstr("refused"))));
  tally.refused[static_cast<size_t>(Refused::kReplayed)] = 3;
  EXPECT_THAT(reflected_text(tally, Duration::milliseconds(5000), {}), HasSubstr("3: repeated"));
}

}  // namespace
}  // namespace mtuscope
