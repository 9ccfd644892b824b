#include "cli/advise_report.h"

#include <gmock/gmock.h>

#include "capture/error.h"
#include "cli/advise_text.h"

namespace mtuscope {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;

AdviseOptions asked(const std::vector<std::string>& words) {
  return std::get<AdviseOptions>(parse_advise(words));
}

Report answer(const std::vector<std::string>& words) { return advise_report(asked(words)); }

TEST(Advise, SubtractsTheTunnelsFromTheLink) {
  const Report report = answer({"--link", "pppoe", "--tunnel", "wireguard", "--underlay", "ipv6"});
  EXPECT_EQ(report.headline, "MTU 1412, MSS 1372 for IPv4 and 1352 for IPv6");
  const Recommendation& r = report.recommendations.at(0);
  EXPECT_EQ(r.mtu, IpSize{1412});
  EXPECT_EQ(r.arithmetic, "1500 - 8 PPPoE - 80 WireGuard over IPv6 = 1412");
  EXPECT_EQ(r.certainty, Certainty::kEstimate) << "nobody has measured the link";
  EXPECT_THAT(r.fixes, Contains(Field(&Fix::change, "MTU = 1412")));
  EXPECT_EQ(r.verify, "mtuscope probe OTHER_END");
}

TEST(Advise, AMeasuredPathMakesItExact) {
  const Report report =
      answer({"--path-mtu", "1460", "--tunnel", "wireguard", "--interface", "office"});
  const Recommendation& r = report.recommendations.at(0);
  EXPECT_EQ(r.mtu, IpSize{1400});
  EXPECT_EQ(r.certainty, Certainty::kExact);
  EXPECT_EQ(r.scope, "office");
  EXPECT_THAT(r.fixes, Contains(Field(&Fix::change, "ip link set dev office mtu 1400")));
  EXPECT_EQ(r.verify, "mtuscope probe OTHER_END --via office");
}

TEST(Advise, EveryTunnelOfAStackHasItsOwnMtu) {
  const Report report = answer({"--tunnel", "wireguard", "--tunnel", "vxlan", "--for", "calico"});
  ASSERT_EQ(report.recommendations.size(), 2u);
  EXPECT_EQ(report.recommendations[0].mtu, IpSize{1390});
  EXPECT_THAT(report.recommendations[0].fixes.at(0).change, HasSubstr("\"mtu\":1390"));
  EXPECT_EQ(report.recommendations[1].mtu, IpSize{1440});
  EXPECT_THAT(report.recommendations[1].scope, HasSubstr("WireGuard"));
}

TEST(Advise, AnswersWhatTheLinkMustCarry) {
  const Report report = answer({"--inner", "1500", "--tunnel", "wireguard:ipv6"});
  EXPECT_EQ(report.headline, "1500 bytes inside need a link that carries 1580");
  EXPECT_EQ(report.recommendations.at(0).arithmetic, "1500 + 80 WireGuard over IPv6 = 1580");
  EXPECT_THAT(report.recommendations.at(0).basis, HasSubstr("leave 1420 inside"));
}

TEST(Advise, BelowWhatIpv6NeedsThereIsNoMssForIt) {
  const Report report = answer({"--link", "1300", "--tunnel", "wireguard"});
  EXPECT_EQ(report.headline, "MTU 1240, MSS 1200 for IPv4");
  EXPECT_EQ(report.recommendations.at(0).mss_ipv6, Mss{});
}

TEST(Advise, SaysWhatTheNumbersDoNot) {
  EXPECT_THAT(advise_notes(asked({"--tunnel", "wireguard"})), Contains(HasSubstr("set 1420")));
  EXPECT_THAT(advise_notes(asked({"--link", "1300", "--tunnel", "wireguard"})),
              Contains(HasSubstr("1280 that IPv6 needs")));
  EXPECT_THAT(advise_notes(asked({"--link", "gcp"})), IsEmpty());
}

TEST(Advise, TheSystemFollowsFromTheInterfacesName) {
  const auto first = [](const char* interface) {
    return answer({"--link", "gcp", "--interface", interface}).recommendations.at(0).fixes.at(0);
  };
  EXPECT_EQ(first("docker0").change, "{ \"mtu\": 1460 }");
  EXPECT_EQ(first("eth0").change, "ip link set dev eth0 mtu 1460");
  EXPECT_THAT(first("flannel.1").change, HasSubstr("1510"));
}

TEST(Advise, RefusesWhatHasNoAnswer) {
  for (const std::vector<std::string>& words : std::vector<std::vector<std::string>>{
           {},
           {"--link", "100", "--tunnel", "wireguard:ipv6", "--tunnel", "vxlan"},
           {"--tunnel"},
           {"--inner", "1500", "--link", "pppoe"},
           {"--tunnel", "wireguard", "--for", "emacs"},
           {"--tunnel", "wireguard", "--interface", "wg0; reboot"},
           {"--link", "pppoe", "--underlay", "ipx"}}) {
    EXPECT_THROW(parse_advise(words), Error);
  }
}

TEST(Advise, TheListNamesEverythingThatOptionsTake) {
  const std::string list = advise_list_text({});
  for (const Encapsulation& e : encapsulations()) EXPECT_THAT(list, HasSubstr(e.name));
  for (const KnownLink& link : known_links()) EXPECT_THAT(list, HasSubstr(link.name));
  for (const SystemInfo& system : systems()) EXPECT_THAT(list, HasSubstr(system.name));
}

}  // namespace
}  // namespace mtuscope
