#include "cli/doctor_cause.h"

#include <gtest/gtest.h>

#include <cerrno>

#include "sample_doctor.h"

namespace mtuscope {
namespace {

Cause cause_of(const DoctorFacts& facts) { return find_cause(facts, facts.targets.front()); }

TEST(DoctorCause, NothingWrongIsNothing) {
  EXPECT_EQ(cause_of(sample::healthy_tunnel()), Cause::kNothing);
}

TEST(DoctorCause, ALimitIsALimit) { EXPECT_EQ(cause_of(sample::limited_tunnel()), Cause::kLimit); }

TEST(DoctorCause, ATunnelOfTheKernelWithoutARouteToItsOtherEnd) {
  DoctorFacts facts = sample::limited_vxlan();
  TargetFacts& target = facts.targets[0];
  target.measured = sample::silent_path("10.9.0.2", "vx0", IpSize{1450});
  target.tunnel->measured.reset();
  EXPECT_EQ(cause_of(facts), Cause::kUnclear) << "its other end may be off";
  target.tunnel->underlay->answer = {.route = {}, .error = ENETUNREACH};
  EXPECT_EQ(cause_of(facts), Cause::kEndpointUnknown);
}

TEST(DoctorCause, WhatPassesInAVxlanThoughItDoesNotFitIsFragmented) {
  DoctorFacts facts = sample::limited_vxlan();
  facts.targets[0].measured = sample::clear_path("10.9.0.2", "vx0", IpSize{1450});
  EXPECT_EQ(cause_of(facts), Cause::kFragmentedTunnel);
  facts.targets[0].path.answer.route->interface_mtu = IpSize{1410};
  facts.targets[0].measured = sample::clear_path("10.9.0.2", "vx0", IpSize{1410});
  EXPECT_EQ(cause_of(facts), Cause::kNothing);
}

TEST(DoctorCause, AnInterfaceThatIsDownComesBeforeTheRouteThatReplacesIt) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.links[1].up = false;
  facts.targets[0].path.answer.route = sample::route_through("eth0", IpSize{1500}, "192.0.2.2");
  facts.targets[0].path.entry->destination = *IpPrefix::parse("0.0.0.0/0");
  EXPECT_EQ(cause_of(facts), Cause::kInterfaceDown);
  EXPECT_EQ(down_link(facts, facts.targets[0])->name, "wg0");
  facts.targets[0].path.answer = {.route = {}, .error = ENETUNREACH};
  EXPECT_EQ(cause_of(facts), Cause::kInterfaceDown) << "and before no route at all";
}

TEST(DoctorCause, AnInterfaceOfAnotherNetworkMayBeDown) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.links.push_back(
      {.index = 4, .name = "wg1", .addresses = {*IpPrefix::parse("10.8.0.1/24")}});
  EXPECT_EQ(cause_of(facts), Cause::kNothing);
  facts.via = "wg1";
  EXPECT_EQ(cause_of(facts), Cause::kInterfaceDown) << "unless it was asked for by name";
}

TEST(DoctorCause, AnInterfaceWithoutCarrierIsAsGoodAsDown) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.links[1].carrier = false;
  EXPECT_EQ(cause_of(facts), Cause::kInterfaceDown);
}

TEST(DoctorCause, ATunnelWithAFileAndNoInterfaceIsMissing) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.links.pop_back();
  facts.targets[0].path.answer.route = sample::route_through("eth0", IpSize{1500}, "192.0.2.2");
  facts.targets[0].path.entry->destination = *IpPrefix::parse("0.0.0.0/0");
  facts.targets[0].tunnel.reset();
  EXPECT_EQ(cause_of(facts), Cause::kNothing);
  WgQuickFile file{.path = "/etc/wireguard/wg0.conf",
                   .peers = {{.endpoint = "", .allowed_ips = {*IpPrefix::parse("10.9.0.0/24")}}}};
  facts.files = {file};
  EXPECT_EQ(cause_of(facts), Cause::kTunnelMissing);
  facts.files[0].peers[0].allowed_ips = {*IpPrefix::parse("0.0.0.0/0")};
  EXPECT_EQ(cause_of(facts), Cause::kNothing) << "a VPN for everything is switched on at will";
}

TEST(DoctorCause, AFileOfAnotherNameIsNoMissingTunnelWhereThereIsOne) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.files = {{.path = "copy.conf",
                  .peers = {{.endpoint = "", .allowed_ips = {*IpPrefix::parse("10.9.0.2/32")}}}}};
  EXPECT_EQ(cause_of(facts), Cause::kNothing);
}

TEST(DoctorCause, ARuleThatLeadsIntoATunnelDiverts) {
  DoctorFacts facts = sample::healthy_tunnel();
  PathFacts& path = facts.targets[0].path;
  path.entry->destination = *IpPrefix::parse("0.0.0.0/0");
  path.rule = PolicyRule{.priority = 5270, .table = 52};
  path.main_entry =
      FibEntry{.destination = *IpPrefix::parse("10.9.0.0/24"), .interface = "docker0"};
  EXPECT_EQ(cause_of(facts), Cause::kDiverted);
}

TEST(DoctorCause, SilenceIsExplainedByTheTunnelFirst) {
  DoctorFacts facts = sample::healthy_tunnel();
  TargetFacts& target = facts.targets[0];
  target.measured = sample::silent_path("10.9.0.2", "wg0", IpSize{1420});
  EXPECT_EQ(cause_of(facts), Cause::kUnclear);
  target.tunnel->peer->last_handshake.reset();
  EXPECT_EQ(cause_of(facts), Cause::kNoHandshake);
  target.tunnel->underlay->answer.route.reset();
  EXPECT_EQ(cause_of(facts), Cause::kEndpointUnknown);
  target.tunnel->peer.reset();
  EXPECT_EQ(cause_of(facts), Cause::kNoPeer);
}

TEST(DoctorCause, AFileKnowsOfNoHandshakes) {
  DoctorFacts facts = sample::healthy_tunnel();
  TargetFacts& target = facts.targets[0];
  target.measured = sample::silent_path("10.9.0.2", "wg0", IpSize{1420});
  target.tunnel->peer->last_handshake.reset();
  target.tunnel->device->has_state = false;
  EXPECT_EQ(cause_of(facts), Cause::kUnclear);
}

TEST(DoctorCause, SilenceOnALinkIsTheNeighbours) {
  DoctorFacts facts = sample::healthy_tunnel();
  TargetFacts& target = facts.targets[0];
  target.tunnel.reset();
  target.measured = sample::silent_path("10.9.0.2", "eth0", IpSize{1500});
  target.next_hop = NeighbourState::kSilent;
  EXPECT_EQ(cause_of(facts), Cause::kNextHopSilent);
}

TEST(DoctorCause, AHostThatAnswersTcpIsNotSilent) {
  DoctorFacts facts = sample::healthy_tunnel();
  TargetFacts& target = facts.targets[0];
  target.measured = sample::silent_path("10.9.0.2", "wg0", IpSize{1420});
  target.tunnel->peer->last_handshake.reset();
  target.tcp = TcpCheck{.port = 80, .fate = TcpFate::kAcknowledged};
  EXPECT_EQ(cause_of(facts), Cause::kUnclear);
}

TEST(DoctorCause, DataThatIsFilteredAtEverySizeIsNoLimit) {
  DoctorFacts facts = sample::limited_tunnel();
  facts.targets[0].tcp = TcpCheck{.port = 80, .fate = TcpFate::kUnanswered};
  EXPECT_EQ(cause_of(facts), Cause::kDataFiltered);
}

TEST(DoctorCause, AServiceIsLookedAtLast) {
  DoctorFacts facts = sample::healthy_tunnel();
  facts.targets[0].tcp = TcpCheck{.port = 80, .fate = TcpFate::kRefused};
  EXPECT_EQ(cause_of(facts), Cause::kServiceRefuses);
  facts.targets[0].tcp->fate = TcpFate::kNoAnswer;
  EXPECT_EQ(cause_of(facts), Cause::kServiceSilent);
  facts.targets[0].measured = sample::limited_path("10.9.0.2", "wg0", IpSize{1420}, IpSize{1392});
  EXPECT_EQ(cause_of(facts), Cause::kLimit);
}

TEST(DoctorCause, WhatPassesInsideAndDoesNotFitOutsideIsFragmented) {
  DoctorFacts facts = sample::limited_tunnel();
  facts.targets[0].measured = sample::clear_path("10.9.0.2", "wg0", IpSize{1420});
  EXPECT_EQ(underlay_mtu(facts.targets[0]), IpSize{1460});
  EXPECT_EQ(cause_of(facts), Cause::kFragmentedTunnel);
}

TEST(DoctorCause, ACachedPathMtuIsStaleWhenMorePasses) {
  DoctorFacts facts = sample::healthy_tunnel();
  Route& route = *facts.targets[0].path.answer.route;
  route.mtu = IpSize{1300};
  EXPECT_EQ(cause_of(facts), Cause::kNothing) << "the route itself may say so";
  route.expires = Duration::milliseconds(400'000);
  EXPECT_EQ(cause_of(facts), Cause::kStaleCache);
  facts.targets[0].measured = sample::limited_path("10.9.0.2", "wg0", IpSize{1420}, IpSize{1300});
  EXPECT_EQ(cause_of(facts), Cause::kLimit) << "true, and known";
}

// A limit of 1400 bytes on the way to a host behind no tunnel.
DoctorFacts limited_on_the_way_there() {
  DoctorFacts facts = sample::healthy_tunnel();
  TargetFacts& target = facts.targets[0];
  target.tunnel.reset();
  target.path.answer.route = sample::route_through("eth0", IpSize{1500}, "192.0.2.2");
  target.measured = sample::limited_path("10.9.0.2", "eth0", IpSize{1500}, IpSize{1400});
  target.measured->conclusion.direction = ProbeDirection::kForward;
  return facts;
}

TEST(DoctorCause, ALimitThatTheRouteKeepsToIsMended) {
  DoctorFacts facts = limited_on_the_way_there();
  EXPECT_EQ(cause_of(facts), Cause::kLimit);
  Route& route = *facts.targets[0].path.answer.route;
  route.mtu = IpSize{1400};
  EXPECT_EQ(cause_of(facts), Cause::kKeptSmaller);
  facts.targets[0].tcp = TcpCheck{.port = 80, .fate = TcpFate::kRefused};
  EXPECT_EQ(cause_of(facts), Cause::kServiceRefuses) << "that is another matter";
  facts.targets[0].tcp.reset();
  route.mtu = IpSize{1401};
  EXPECT_EQ(cause_of(facts), Cause::kLimit) << "one byte too many";
  route.mtu = IpSize{1400};
  route.expires = Duration::milliseconds(400'000);
  EXPECT_EQ(cause_of(facts), Cause::kLimit) << "what the kernel has learnt is forgotten again";
}

TEST(DoctorCause, ALimitThatTheMssKeepsToIsMendedOnTheWayThere) {
  DoctorFacts facts = limited_on_the_way_there();
  TargetFacts& target = facts.targets[0];
  target.tcp = TcpCheck{
      .port = 80, .fate = TcpFate::kAcknowledged, .send_mss = Mss{1348}, .timestamps = true};
  EXPECT_EQ(cause_of(facts), Cause::kKeptSmaller);
  EXPECT_EQ(remedy(facts, target)->size, IpSize{1400});
  target.tcp->send_mss = Mss{1360};
  EXPECT_EQ(cause_of(facts), Cause::kLimit) << "1412 bytes with the timestamps";
  target.tcp->timestamps = false;
  EXPECT_EQ(cause_of(facts), Cause::kKeptSmaller);
}

TEST(DoctorCause, ASmallSegmentIsNoClampWhereSomethingElseExplainsIt) {
  DoctorFacts facts = limited_on_the_way_there();
  TargetFacts& target = facts.targets[0];
  target.tcp = TcpCheck{.port = 80, .fate = TcpFate::kAcknowledged, .send_mss = Mss{1000}};
  facts.settings.tcp_mtu_probing = 2;
  EXPECT_EQ(cause_of(facts), Cause::kLimit) << "Linux begins with tcp_base_mss";
  facts.settings.tcp_mtu_probing = 0;
  target.measured->conclusion.silent = false;
  EXPECT_EQ(cause_of(facts), Cause::kLimit) << "a packet-too-big message told the kernel";
  target.measured->conclusion.silent = true;
  target.measured->conclusion.direction = ProbeDirection::kReverse;
  EXPECT_EQ(cause_of(facts), Cause::kLimit) << "it bounds what is sent, not what comes back";
}

TEST(DoctorCause, TheFamilyWithTheWorseCauseDecides) {
  DoctorFacts facts = sample::healthy_tunnel();
  TargetFacts second = sample::limited_tunnel().targets.front();
  second.path.target = sample::ip("fd09::2");
  facts.targets.push_back(second);
  EXPECT_EQ(decisive_target(facts).path.target, sample::ip("fd09::2"));
  facts.targets[1].path.answer = {.route = {}, .error = ENETUNREACH};
  EXPECT_EQ(decisive_target(facts).path.target, sample::ip("10.9.0.2"))
      << "a host without IPv6 is an ordinary host";
}

}  // namespace
}  // namespace mtuscope
