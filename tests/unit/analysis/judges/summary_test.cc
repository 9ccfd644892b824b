#include "analysis/judges/summary.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace mtuscope {
namespace {

const IpAddress kServer = IpAddress::parse("198.51.100.2").value();
const IpAddress kClient = IpAddress::parse("192.0.2.2").value();
const IpAddress kRouter = IpAddress::parse("203.0.113.1").value();

PathReport path(const IpAddress& src, const IpAddress& dst, std::optional<IpSize> lower) {
  PathReport path{.src = src, .dst = dst};
  path.bracket.lower = lower;
  return path;
}

Finding obeyed_ptb() {
  Finding f;
  f.kind = FindingKind::kPmtudWorking;
  f.severity = Severity::kInfo;
  f.src = kServer;
  f.dst = kClient;
  f.reporter = kRouter;
  f.pmtu = IpSize{1400};
  return f;
}

std::string headline(std::vector<PathReport> paths, std::vector<Finding> findings) {
  Report report;
  report.packets = 100;
  report.paths = std::move(paths);
  report.paths_total = report.paths.size();
  report.findings = std::move(findings);
  summarize(report, {}, {});
  EXPECT_EQ(report.status, Status::kOk);
  return report.headline;
}

TEST(Summary, AnObeyedPtbSaysMoreThanAcknowledgementsThatCameBack) {
  EXPECT_EQ(headline({path(kServer, kClient, std::nullopt), path(kClient, kServer, IpSize{133})},
                     {obeyed_ptb()}),
            "no black hole: 203.0.113.1 reported an MTU of 1400 bytes, and packets that kept to it "
            "were delivered from 198.51.100.2 to 192.0.2.2");
}

TEST(Summary, SizesThatAreKnownToHaveArrivedAreSaid) {
  EXPECT_EQ(headline({path(kServer, kClient, IpSize{1392}), path(kClient, kServer, IpSize{133})},
                     {obeyed_ptb()}),
            "no black hole: packets up to 1392 bytes were delivered from 198.51.100.2 to "
            "192.0.2.2, up to 133 bytes back");
  // What the other direction's PTB said is smaller than what was delivered here.
  EXPECT_EQ(headline({path(kClient, kServer, IpSize{1500})}, {obeyed_ptb()}),
            "no black hole: packets up to 1500 bytes were delivered from 192.0.2.2 to "
            "198.51.100.2");
  EXPECT_EQ(headline({path(kClient, kServer, IpSize{133})}, {}),
            "no black hole: packets up to 133 bytes were delivered from 192.0.2.2 to "
            "198.51.100.2");
}

// IPv6 and TCP on Ethernet take 74 bytes, with timestamps 86: tcpdump -s 68 is not enough.
TEST(Summary, PacketsThatAreCutTooShortAreTheReasonWhereNothingElseIsThere) {
  Report report;
  report.packets = 4;
  report.quality.undecoded[static_cast<size_t>(Undecoded::kTransportTruncated)] = 9;
  summarize(report, {}, {});
  EXPECT_EQ(report.status, Status::kInconclusive);
  EXPECT_EQ(report.headline,
            "9 packets were cut too short to read their headers, and there is nothing else to "
            "judge: record them with tcpdump -s 128");
  report.paths = {path(kClient, kServer, std::nullopt)};
  summarize(report, {}, {});
  EXPECT_THAT(report.headline, testing::HasSubstr("no TCP data was acknowledged"));
}

}  // namespace
}  // namespace mtuscope
