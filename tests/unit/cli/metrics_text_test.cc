#include "cli/metrics_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using testing::HasSubstr;
using testing::Not;

IpAddress address(uint8_t last) {
  const uint8_t bytes[4] = {10, 9, 0, last};
  return IpAddress::from_v4(bytes);
}

Finding black_hole(uint8_t dst) {
  Finding f{.kind = FindingKind::kPmtuBlackhole,
            .severity = Severity::kCritical,
            .confidence = Confidence::kConfirmed};
  f.src = address(2);
  f.dst = address(dst);
  f.interface = "wg\"0\\";
  f.bracket.upper = IpSize{1420};
  return f;
}

TEST(MetricsText, SaysWhatIsWrongAndOfWhichSize) {
  const std::string text = metrics_text({.held = {black_hole(1)}});
  EXPECT_THAT(text, HasSubstr("mtuscope_finding{kind=\"pmtu-blackhole\",severity=\"critical\","
                              "confidence=\"confirmed\",src=\"10.9.0.2\",dst=\"10.9.0.1\","
                              "interface=\"wg\\\"0\\\\\",reporter=\"\"} 1\n"));
  EXPECT_THAT(text,
              HasSubstr("mtuscope_path_lost_size_bytes{src=\"10.9.0.2\",dst=\"10.9.0.1\"} 1420\n"));
}

TEST(MetricsText, TheSameSeriesIsNotWrittenTwice) {
  const std::string text = metrics_text({.held = {black_hole(1), black_hole(1)}});
  const size_t first = text.find("mtuscope_finding{");
  EXPECT_EQ(text.find("mtuscope_finding{", first + 1), std::string::npos);
}

TEST(MetricsText, TheNumberOfSeriesIsBounded) {
  Metrics metrics;
  for (unsigned i = 0; i < 1000; ++i) {
    Finding f = black_hole(static_cast<uint8_t>(i));
    f.reporter = address(static_cast<uint8_t>(i / 250));
    metrics.held.push_back(f);
  }
  const std::string text = metrics_text(metrics);
  size_t series = 0;
  for (size_t at = text.find("mtuscope_finding{"); at != std::string::npos;
       at = text.find("mtuscope_finding{", at + 1)) {
    ++series;
  }
  EXPECT_EQ(series, kMeteredFindings);
}

TEST(MetricsText, LossIsCountedByClassesOfSizes) {
  PathStats path{.src = address(2), .dst = address(1), .largest_delivered = IpSize{1280}};
  path.classes[1] = {.sent = 100, .lost = 2};
  path.classes[5] = {.sent = 3, .lost = 3};
  const std::string text = metrics_text({.paths = {path}});
  EXPECT_THAT(text, HasSubstr("mtuscope_path_lost_packets_total{src=\"10.9.0.2\",dst=\"10.9.0.1\","
                              "size=\"577-1280\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("size=\"9217-\"} 3\n"));
  EXPECT_THAT(text, Not(HasSubstr("size=\"0-576\"")));
}

}  // namespace
}  // namespace mtuscope
