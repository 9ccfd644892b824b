// Client 10.9.0.1, DNS server 10.9.0.2.

#include "analysis/datagrams/dns_unanswered.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "analysis/datagrams/dns_tracker.h"
#include "tests/unit/analysis/datagrams.h"

namespace mtuscope {
namespace {

using namespace build;  // NOLINT(build/namespaces): test notation
using testing::HasSubstr;

struct Dns {
  uint16_t id = 1;
  std::string name = "www";
  uint16_t port = 40'000;
  uint16_t room = 0;  // EDNS; 0 without
  bool truncated = false;
  uint32_t bytes = 60;  // of an answer's UDP payload
  bool no_question = false;
  std::string client = "10.9.0.1", server = "10.9.0.2";
};

Bytes dns_bytes(const Dns& d, bool response) {
  Bytes m{static_cast<uint8_t>(d.id >> 8), static_cast<uint8_t>(d.id)};
  m.push_back(static_cast<uint8_t>((response ? 0x81 : 0x01) | (d.truncated ? 2 : 0)));
  m.push_back(response ? 0x80 : 0);
  const bool edns = d.room != 0 && !response;
  const uint8_t questions = d.no_question ? 0 : 1;
  for (const uint8_t count : std::initializer_list<uint8_t>{0, questions, 0, 0, 0, 0, 0, edns}) {
    m.push_back(count);
  }
  if (!d.no_question) {
    m.push_back(static_cast<uint8_t>(d.name.size()));
    m.insert(m.end(), d.name.begin(), d.name.end());
    for (const uint8_t byte : std::initializer_list<uint8_t>{0, 0, 1, 0, 1}) m.push_back(byte);
  }
  if (edns) {
    for (const int byte : {0, 0, 41, d.room >> 8, d.room & 0xff, 0, 0, 0, 0, 0, 0}) {
      m.push_back(static_cast<uint8_t>(byte));
    }
  }
  if (response) m.resize(std::max<size_t>(m.size(), d.bytes));
  return m;
}

CapturedPacket dns(const Dns& d, double seconds, bool response) {
  static uint16_t ip_id = 0;
  CapturedPacket p{.time = at(seconds)};
  const std::string& src = response ? d.server : d.client;
  const std::string& dst = response ? d.client : d.server;
  p.bytes = udp({.src = src, .dst = dst, .id = ++ip_id}, {.src_port = response ? kDnsPort : d.port,
                                                          .dst_port = response ? d.port : kDnsPort,
                                                          .payload = dns_bytes(d, response)});
  p.original_bytes = static_cast<uint32_t>(p.bytes.size());
  return p;
}
CapturedPacket asks(const Dns& d, double seconds) { return dns(d, seconds, false); }
CapturedPacket answers(const Dns& d, double seconds) { return dns(d, seconds, true); }

// Sent again by the client's resolver, each with the same identification.
Packets asks_again(const Dns& d, std::initializer_list<double> times) {
  Packets all;
  for (const double seconds : times) all.push_back(asks(d, seconds));
  return all;
}

const Packets kOtherAnswer{asks({.id = 900, .name = "other"}, 0.1),
                           answers({.id = 900, .name = "other"}, 0.15)};

std::string unanswered(const Report& report) { return found(report, FindingKind::kDnsUnanswered); }
std::string verdict(std::vector<Packets> parts) {
  return unanswered(analyze(merged(std::move(parts))));
}
const std::string kSuspected = "suspected 10.9.0.1 -> 10.9.0.2 [?, ?) at the unknown";
const std::string kConfirmed = "confirmed 10.9.0.1 -> 10.9.0.2 [?, ?) at the unknown";

// ---- what it needs

TEST(DnsUnanswered, AQueryThatIsSentAgainAndAgain) {
  const Report report =
      analyze(merged({kOtherAnswer, asks_again({.name = "mail"}, {1, 6, 11}), {later(20)}}));
  EXPECT_EQ(unanswered(report), kConfirmed);
  const Finding& f = *find(report, FindingKind::kDnsUnanswered);
  EXPECT_EQ(f.severity, Severity::kWarning);
  EXPECT_EQ(f.frames, (std::vector<FrameNumber>{{3}, {4}, {5}}));
  EXPECT_THAT(f.explanation, HasSubstr("3 of 4 DNS queries from 10.9.0.1 to 10.9.0.2"));
  EXPECT_THAT(f.explanation, HasSubstr("mail A, asked 3 times in 10 s"));
}

TEST(DnsUnanswered, QueriesThatAreEachSentOnceAndWaitedFor) {
  EXPECT_EQ(verdict({kOtherAnswer,
                     {asks({.id = 2, .name = "a"}, 1), asks({.id = 3, .name = "b"}, 1)},
                     {later(20)}}),
            kSuspected);
}

// Each answer may be one that the capture missed. But not when the client says so, by asking again.
TEST(DnsUnanswered, SeveralThatNobodyRepeatsAreSuspected) {
  Packets all;
  for (int i = 0; i < 5; ++i) {
    const Dns d{.id = static_cast<uint16_t>(10 + i), .name = "name" + std::to_string(i)};
    all.push_back(asks(d, 1 + i * 0.1));
  }
  EXPECT_EQ(verdict({kOtherAnswer, all, {later(20)}}), kSuspected);
}

TEST(DnsUnanswered, AnotherQueryForTheSameNameMuchLaterIsNoRepetition) {
  const Dns first{.id = 10, .name = "mail"}, second{.id = 11, .name = "mail"};
  EXPECT_EQ(verdict({kOtherAnswer, {asks(first, 1), asks(second, 9)}, {later(20)}}), kSuspected);
}

TEST(DnsUnanswered, OverIPv6TheSame) {
  const Dns d{.client = "fd09::1", .server = "fd09::2"};
  EXPECT_EQ(verdict({asks_again(d, {1, 6, 11}), {later(20)}}),
            "suspected fd09::1 -> fd09::2 [?, ?) at the unknown")
      << "nothing comes to the client, but it did repeat itself";
}

TEST(DnsUnanswered, APortUnreachableIsTheReason) {
  Packets all;
  for (int i = 0; i < 3; ++i) {
    all.push_back(asks({}, i));
    CapturedPacket refusal{.time = at(i + 0.01)};
    refusal.bytes = icmp({.src = "10.9.0.2", .dst = "10.9.0.1"}, 3, 3, 0, all.back().bytes);
    refusal.original_bytes = static_cast<uint32_t>(refusal.bytes.size());
    all.push_back(refusal);
  }
  const Report report = analyze(all);
  EXPECT_EQ(unanswered(report), kConfirmed);
  EXPECT_THAT(find(report, FindingKind::kDnsUnanswered)->explanation,
              HasSubstr("10.9.0.2 says port unreachable"));
}

// ---- size

TEST(DnsUnanswered, AnswersThatArriveOnlyWhereTheyMustBeSmall) {
  const Dns large{.name = "big", .room = 4096};
  const Dns small{.id = 2, .name = "big", .room = 1232, .truncated = true};
  const Report report = analyze(
      merged({asks_again(large, {1, 3, 5}), {asks(small, 7), answers(small, 7.1)}, {later(20)}}));
  EXPECT_EQ(unanswered(report), kConfirmed);
  const Finding& f = *find(report, FindingKind::kDnsUnanswered);
  EXPECT_THAT(f.explanation, HasSubstr("large answers do not arrive"));
  EXPECT_THAT(f.evidence_for, testing::Contains(HasSubstr("room for 1232 bytes only (frame 5")));
}

TEST(DnsUnanswered, AnAnswerWithTheSameRoomSaysNothingOfSize) {
  const Dns first{.name = "big", .room = 1232};
  const Dns second{.id = 2, .name = "big", .room = 1232};
  const Report report = analyze(
      merged({asks_again(first, {1, 3, 5}), {asks(second, 7), answers(second, 7.1)}, {later(20)}}));
  EXPECT_EQ(unanswered(report), kConfirmed);
  EXPECT_THAT(find(report, FindingKind::kDnsUnanswered)->explanation, Not(HasSubstr("large")));
}

// The answer in fragments, all of them or the first only.
Packets fragmented_answer(const Dns& d, uint32_t ip_id, double seconds, bool whole) {
  Packets pieces;
  const Bytes payload = dns_bytes(d, true);
  for (CapturedPacket& p : datagram({.bytes = d.bytes + 8, .payload = payload}, ip_id, seconds)) {
    if (p.bytes[6] << 8 == 0x2000 && p.bytes[7] == 0) {
      p.bytes[20] = 0;
      p.bytes[21] = kDnsPort;
      p.bytes[22] = static_cast<uint8_t>(d.port >> 8);
      p.bytes[23] = static_cast<uint8_t>(d.port & 0xff);
    }
    pieces.push_back(p);
  }
  if (!whole) pieces.resize(1);
  return pieces;
}

TEST(DnsUnanswered, AnswersWhoseFragmentsNeverAllArrive) {
  const Dns d{.name = "big", .room = 4096, .bytes = 3000};
  const Report report = analyze(merged({kOtherAnswer,
                                        asks_again(d, {1, 3, 5}),
                                        fragmented_answer(d, 71, 1.1, false),
                                        fragmented_answer(d, 72, 3.1, false),
                                        fragmented_answer(d, 73, 5.1, false),
                                        {later(20)}}));
  EXPECT_THAT(unanswered(report), HasSubstr("confirmed"));
  EXPECT_THAT(find(report, FindingKind::kDnsUnanswered)->explanation,
              HasSubstr("its answers come in fragments that never all arrive"));
}

TEST(DnsUnanswered, AnAnswerInFragmentsIsAnAnswer) {
  const Dns d{.name = "big", .room = 4096, .bytes = 3000};
  const Dns e{.id = 2, .name = "bigger", .room = 4096, .bytes = 4000};
  EXPECT_EQ(verdict({asks_again(d, {1}),
                     fragmented_answer(d, 71, 1.1, true),
                     asks_again(e, {2}),
                     fragmented_answer(e, 72, 2.1, true),
                     {later(20)}}),
            "");
}

TEST(DnsUnanswered, AtTheServerAnswersThatAreAskedForAgainDidNotArrive) {
  const Dns d{.name = "big", .room = 4096, .bytes = 1420};
  const Report report = analyze(merged({kOtherAnswer,
                                        asks_again(d, {1, 3, 5}),
                                        {answers(d, 1.01), answers(d, 3.01), answers(d, 5.01)},
                                        {later(20)}}));
  EXPECT_EQ(unanswered(report), kConfirmed);
  const Finding& f = *find(report, FindingKind::kDnsUnanswered);
  EXPECT_THAT(f.explanation, HasSubstr("did not reach 10.9.0.1, which asked again"));
  EXPECT_THAT(f.explanation, HasSubstr("large answers do not arrive"));
}

// ---- what only looks like it

TEST(DnsUnanswered, AnswersRefuteItHoweverLate) {
  EXPECT_EQ(verdict({kOtherAnswer,
                     asks_again({.name = "mail"}, {1, 6, 11}),
                     {answers({.name = "mail"}, 13), answers({.name = "mail"}, 14),
                      answers({.name = "mail"}, 15)},
                     {later(30)}}),
            "");
}

TEST(DnsUnanswered, OneLostQueryIsNone) {
  EXPECT_EQ(verdict({kOtherAnswer,
                     asks_again({.name = "mail"}, {1, 6}),
                     {answers({.name = "mail"}, 6.1)},
                     {later(30)}}),
            "");
}

TEST(DnsUnanswered, WhatIsStillUnderWayAtTheEndIsNone) {
  EXPECT_EQ(verdict({kOtherAnswer,
                     {asks({.id = 2, .name = "a"}, 1), asks({.id = 3, .name = "b"}, 1)},
                     {later(3)}}),
            "");
}

TEST(DnsUnanswered, AFewLossesAmongManyQueriesAreRandom) {
  Packets all;
  for (uint16_t i = 0; i < 500; ++i) {
    const Dns d{.id = i, .name = "n" + std::to_string(i)};
    all.push_back(asks(d, 1 + i * 0.1));
    if (i % 100 != 7) all.push_back(answers(d, 1.02 + i * 0.1));
  }
  all.push_back(later(100));
  EXPECT_EQ(unanswered(analyze(all)), "");
}

TEST(DnsUnanswered, ARecordingOfQueriesAloneIsNone) {
  Packets all;
  for (uint16_t i = 0; i < 20; ++i) {
    all.push_back(asks({.id = i, .name = "n" + std::to_string(i)}, i * 2));
  }
  const Report report = analyze(all);
  EXPECT_EQ(unanswered(report), "") << "each was asked once, so each may have been answered";
  EXPECT_GT(report.quality.one_way_dns_queries, 10u);
  EXPECT_THAT(find(report, FindingKind::kCaptureQuality)->explanation, HasSubstr("DNS queries"));
}

TEST(DnsUnanswered, CapturedTwiceAQueryIsNoRepetition) {
  EXPECT_EQ(unanswered(analyze(captured_twice(
                merged({kOtherAnswer, {asks({.id = 2, .name = "a"}, 1)}, {later(20)}}),
                Duration{50'000}))),
            "");
}

TEST(DnsUnanswered, AnAnswerWithoutItsQuestionIsAnAnswer) {
  Packets all;
  for (uint16_t i = 1; i <= 3; ++i) {
    all.push_back(asks({.id = i, .name = "n" + std::to_string(i)}, i));
    all.push_back(answers({.id = i, .bytes = 12, .no_question = true}, i + 0.1));
  }
  all.push_back(later(30));
  EXPECT_EQ(unanswered(analyze(all)), "");
}

TEST(DnsUnanswered, AnAnswerToAnotherQuestionIsNone) {
  EXPECT_EQ(verdict({asks_again({.name = "mail"}, {1, 3, 5}),
                     {answers({.name = "evil"}, 1.1), answers({.id = 2, .name = "mail"}, 3.1)},
                     {later(20)}}),
            kConfirmed);
}

TEST(DnsUnanswered, MulticastDnsNeedsNoAnswer) {
  Packets all;
  for (int i = 0; i < 5; ++i) {
    CapturedPacket p = asks({.server = "224.0.0.251"}, i * 3);
    p.bytes[22] = 5353 >> 8;
    p.bytes[23] = 5353 & 0xff;
    all.push_back(p);
  }
  EXPECT_EQ(unanswered(analyze(merged({kOtherAnswer, all, {later(30)}}))), "");
}

// ---- bounds

TEST(DnsTracker, WhatIsFollowedIsBounded) {
  Packets all;
  for (uint32_t i = 0; i < 12'000; ++i) {
    Dns d{.id = static_cast<uint16_t>(i), .name = "n" + std::to_string(i)};
    d.server = "10.8." + std::to_string(i % 50) + "." + std::to_string(i % 250);
    all.push_back(asks(d, 1 + i * 0.0001));
  }
  const Report report = analyze(all);
  EXPECT_LE(report.findings.size(), 200u);
}

TEST(DnsTracker, AQuestionThatIsAskedAllTheTimeIsFollowed) {
  Packets all;
  for (uint16_t i = 0; i < 200; ++i) {
    all.push_back(asks({.id = i}, i * 0.5));
    all.push_back(answers({.id = i}, i * 0.5 + 0.01));
  }
  for (uint16_t i = 200; i < 206; ++i) all.push_back(asks({.id = i}, i * 0.5));
  all.push_back(later(200));
  EXPECT_EQ(unanswered(analyze(all)), kSuspected);  // nobody repeats a query
}

}  // namespace
}  // namespace mtuscope
