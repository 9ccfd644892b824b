#include "cli/doctor_report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cerrno>

#include "cli/doctor_checks.h"
#include "cli/doctor_text.h"
#include "sample_doctor.h"

namespace mtuscope {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

DoctorPlan plan(bool verify = false) {
  DoctorPlan plan;
  plan.probe.host = "10.9.0.2";
  plan.verify = verify;
  return plan;
}

std::string text_of(const DoctorFacts& facts, Verbosity verbosity = Verbosity::kNormal,
                    bool verify = false) {
  return doctor_text(doctor_report(facts, plan(verify)), all_checks(facts), verbosity, {});
}

CheckState state_of(const DoctorFacts& facts, std::string_view name) {
  for (const Check& check : all_checks(facts)) {
    if (check.name == name) return check.state;
  }
  ADD_FAILURE() << "there is no check " << name;
  return CheckState::kUnknown;
}

TEST(DoctorReport, TheIncidentHasOneAnswerWhichTheUnderlayMakesExact) {
  const Report report = doctor_report(sample::limited_tunnel(), plan());
  EXPECT_EQ(report.status, Status::kProblem);
  EXPECT_THAT(report.headline,
              AllOf(HasSubstr("1392 bytes pass"),
                    HasSubstr("under wg0, the path to 198.51.100.2 carries 1460")));
  ASSERT_EQ(report.recommendations.size(), 1u);
  const Recommendation& advice = report.recommendations.front();
  EXPECT_EQ(advice.mtu, IpSize{1400});
  EXPECT_EQ(advice.certainty, Certainty::kExact);
  EXPECT_EQ(advice.verify, "mtuscope doctor 10.9.0.2 --verify");
  EXPECT_EQ(doctor_exit_status(report), 1);
}

TEST(DoctorReport, WithoutTheUnderlayTheInnerFigureIsGiven) {
  DoctorFacts facts = sample::limited_tunnel();
  facts.targets[0].tunnel->measured = sample::silent_path("198.51.100.2", "eth0", IpSize{1500});
  EXPECT_EQ(doctor_report(facts, plan()).recommendations.at(0).mtu, IpSize{1392});
}

TEST(DoctorReport, ATunnelOfTheKernelIsMeasuredUnderneathToo) {
  const DoctorFacts facts = sample::limited_vxlan();
  const Report report = doctor_report(facts, plan());
  EXPECT_THAT(report.headline, HasSubstr("under vx0, the path to 198.51.100.2 carries 1460"));
  const Recommendation& advice = report.recommendations.at(0);
  EXPECT_EQ(advice.mtu, IpSize{1410});
  EXPECT_EQ(advice.arithmetic, "1460 - 50 VXLAN over IPv4 = 1410");
  EXPECT_EQ(state_of(facts, "underlay"), CheckState::kWrong);
  EXPECT_THAT(text_of(facts), HasSubstr("vx0 is VXLAN over IPv4, its other end 198.51.100.2"));
}

TEST(DoctorReport, OptionsInATunnelsHeaderCount) {
  DoctorFacts facts = sample::limited_vxlan();
  TargetFacts& target = facts.targets[0];
  target.tunnel->layer = layer_of(*find_encapsulation("gre"), IpFamily::kIPv4);
  target.tunnel->layer.more = 4;
  target.tunnel->layer.options = "key";
  target.measured = sample::limited_path("10.9.0.2", "gre1", IpSize{1450}, IpSize{1432});
  const Report report = doctor_report(facts, plan());
  EXPECT_EQ(report.recommendations.at(0).arithmetic, "1460 - 28 GRE (key) over IPv4 = 1432");
}

TEST(DoctorReport, AFileThatWasReadIsAnsweredWithADiff) {
  DoctorFacts facts = sample::limited_tunnel();
  facts.targets[0].tunnel->file =
      WgQuickFile{.path = "/etc/wireguard/wg0.conf", .interface_header = {1, "[Interface]"}};
  const Report report = doctor_report(facts, plan());
  EXPECT_THAT(report.recommendations.at(0).fixes.at(0).change,
              HasSubstr("@@ -1,0 +2 @@\n+MTU = 1400\n"));
}

TEST(DoctorReport, VerifyingSaysTheSameWordsWithWhatBecameOfIt) {
  const std::string before = doctor_report(sample::limited_tunnel(), plan()).headline;
  EXPECT_EQ(doctor_report(sample::limited_tunnel(), plan(true)).headline, "not fixed: " + before);
  const Report after = doctor_report(sample::healthy_tunnel(), plan(true));
  EXPECT_THAT(after.headline, StartsWith("fixed: no black hole"));
  EXPECT_EQ(doctor_exit_status(after), 0);
}

TEST(DoctorReport, WhatWasAdvisedForTheRouteIsAFix) {
  DoctorFacts facts = sample::limited_tunnel();
  facts.targets[0].path.answer.route->mtu = IpSize{1392};
  const Report report = doctor_report(facts, plan(true));
  EXPECT_EQ(report.headline,
            "fixed: connections between here and 10.9.0.2 keep to the 1392 bytes of its route: "
            "1392 pass, 1393 and more would not");
  EXPECT_EQ(doctor_exit_status(report), 0);
  EXPECT_TRUE(report.recommendations.empty());
  EXPECT_EQ(state_of(facts, "path"), CheckState::kNotable);
}

TEST(DoctorReport, WhatCannotBeToldIsInconclusive) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.targets[0].measured = sample::silent_path("10.9.0.2", "wg0", IpSize{1420});
  const Report report = doctor_report(facts, plan());
  EXPECT_EQ(doctor_exit_status(report), 3);
  EXPECT_THAT(report.headline, HasSubstr("answers nothing"));
}

TEST(DoctorReport, FilteredDataIsAFindingAndNoMtuIsAdvised) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.targets[0].tcp = TcpCheck{.port = 80,
                                  .fate = TcpFate::kUnanswered,
                                  .waited = Duration::milliseconds(3500),
                                  .transmissions = 5};
  const Report report = doctor_report(facts, plan());
  EXPECT_EQ(report.findings.at(0).kind, FindingKind::kDataUndelivered);
  EXPECT_THAT(report.headline, HasSubstr("a filter, not an MTU"));
  EXPECT_EQ(report.recommendations.at(0).mtu.bytes, 0u);
}

TEST(DoctorChecks, EveryCheckSaysWhatItLookedAt) {
  for (const DoctorFacts& facts :
       {sample::healthy_tunnel(), sample::limited_tunnel(), sample::limited_vxlan()}) {
    for (const Check& check : all_checks(facts)) {
      EXPECT_NE(check.looked_at, "") << check.name;
      EXPECT_FALSE(check.found.empty() && check.unseen.empty()) << check.name;
      EXPECT_EQ(check.state == CheckState::kUnknown && check.unseen.empty(), false) << check.name;
    }
  }
}

TEST(DoctorChecks, TheIncidentIsWrongInsideAndUnderTheTunnel) {
  const DoctorFacts facts = sample::limited_tunnel();
  EXPECT_EQ(state_of(facts, "route"), CheckState::kOk);
  EXPECT_EQ(state_of(facts, "tunnel"), CheckState::kOk);
  EXPECT_EQ(state_of(facts, "underlay"), CheckState::kWrong);
  EXPECT_EQ(state_of(facts, "path"), CheckState::kWrong);
  EXPECT_EQ(state_of(facts, "kernel"), CheckState::kNotable) << "it does not heal itself";
  EXPECT_EQ(state_of(sample::healthy_tunnel(), "kernel"), CheckState::kOk);
}

TEST(DoctorChecks, ALimitUnderATunnelThatFitsIsWorthKnowing) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.targets[0].tunnel->measured =
      sample::limited_path("198.51.100.2", "eth0", IpSize{1500}, IpSize{1492});
  EXPECT_EQ(state_of(facts, "underlay"), CheckState::kNotable);
  EXPECT_EQ(doctor_exit_status(doctor_report(facts, plan())), 0);
}

TEST(DoctorChecks, WhatWasNotPermittedIsToldWithWhatGrantsIt) {
  DoctorFacts facts = sample::limited_tunnel();
  facts.targets[0].tunnel->device.reset();
  facts.targets[0].tunnel->unseen = "peers are shown to root only: run it with sudo";
  facts.firewall.unseen = "they are shown to root only: run it with sudo";
  EXPECT_EQ(state_of(facts, "tunnel"), CheckState::kUnknown);
  EXPECT_EQ(state_of(facts, "firewall"), CheckState::kUnknown);
  EXPECT_THAT(text_of(facts), HasSubstr("not seen: rules: they are shown to root only"));
}

TEST(DoctorChecks, DroppedIcmpIsWrongOnlyWhereItMayHideALimit) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.firewall.icmp_drops = {{"inet filter input", "ip protocol icmp drop"}};
  EXPECT_EQ(state_of(facts, "firewall"), CheckState::kNotable);
  facts.targets = sample::limited_tunnel().targets;
  EXPECT_EQ(state_of(facts, "firewall"), CheckState::kWrong);
}

TEST(DoctorChecks, PacketsThatReversePathFilteringDroppedAreTold) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.before["TcpExt.IPReversePathFilter"] = facts.after["TcpExt.IPReversePathFilter"] = 7;
  EXPECT_EQ(state_of(facts, "counters"), CheckState::kOk) << "long ago";
  facts.after["TcpExt.IPReversePathFilter"] = 11;
  EXPECT_EQ(state_of(facts, "counters"), CheckState::kNotable);
  EXPECT_THAT(text_of(facts), HasSubstr("rp_filter dropped 4 packets"));
}

TEST(DoctorChecks, PathMtuDiscoveryThatIsOffIsWorthKnowing) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.settings.ip_no_pmtu_disc = 1;
  EXPECT_EQ(state_of(facts, "kernel"), CheckState::kNotable);
  facts.settings.ip_no_pmtu_disc = 3;
  EXPECT_EQ(state_of(facts, "kernel"), CheckState::kOk) << "3 keeps DF (ip-sysctl.rst)";
}

TEST(DoctorText, TheAnswerComesFirstThenTheChecksThenTheFix) {
  const std::string text = text_of(sample::limited_tunnel());
  EXPECT_THAT(text, StartsWith("Path-MTU black hole between here and 10.9.0.2"));
  EXPECT_LT(text.find("\nChecks\n"), text.find("\nWhat to set\n"));
  EXPECT_THAT(text,
              AllOf(HasSubstr("  ok  route"), HasSubstr("  !!  path"), HasSubstr("  !   kernel"),
                    HasSubstr("MTU 1400 (exact) for wg0"), HasSubstr("--verify")));
  EXPECT_THAT(text, Not(HasSubstr("looked at:")));
  EXPECT_THAT(text_of(sample::limited_tunnel(), Verbosity::kVerbose), HasSubstr("looked at:"));
}

TEST(DoctorText, LinesFitATerminal) {
  std::string_view text;
  const std::string whole = text_of(sample::limited_tunnel(), Verbosity::kVerbose);
  for (text = whole; !text.empty();) {
    const size_t end = text.find('\n');
    EXPECT_LE(end, 80u) << text.substr(0, end);
    text.remove_prefix(end + 1);
  }
}

TEST(DoctorText, QuietIsOneLine) {
  const std::string text = text_of(sample::limited_tunnel(), Verbosity::kQuiet);
  EXPECT_EQ(std::ranges::count(text, '\n'), 1);
}

TEST(DoctorText, BothFamiliesAreToldApart) {
  DoctorFacts facts = sample::healthy_tunnel();
  EXPECT_THAT(text_of(facts), Not(HasSubstr("route/4")));
  facts.targets.push_back(facts.targets.front());
  facts.targets[1].path.target = sample::ip("fd09::2");
  EXPECT_THAT(text_of(facts), AllOf(HasSubstr("route/4"), HasSubstr("route/6")));
}

TEST(DoctorText, AnAdviceWithoutASizeSpeaksOfNone) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.links[1].up = false;
  const std::string text = text_of(facts);
  EXPECT_THAT(text, HasSubstr("ip link set dev wg0 up"));
  EXPECT_THAT(text, Not(HasSubstr("MTU 0")));
}

}  // namespace
}  // namespace mtuscope
