#include "probes/icmp_errors.h"

#include <gtest/gtest.h>

namespace mtuscope {
namespace {

using Kind = TransportEvent::Kind;

const IpAddress kTarget4 = IpAddress::parse("198.51.100.2").value();
const IpAddress kTarget6 = IpAddress::parse("2001:db8:2::2").value();
const IpAddress kRouter4 = IpAddress::parse("192.0.2.1").value();
const IpAddress kRouter6 = IpAddress::parse("2001:db8:1::1").value();

struct Row {
  const char* description;
  uint8_t type, code;
  bool from_target;
  std::optional<Kind> v4, v6;
};

// Types differ between the families, so that a row says what it is in each.
constexpr Row kRows[] = {
    {"fragmentation needed; v6 has no type 3 code 4", 3, 4, false, Kind::kPtb, std::nullopt},
    {"v6 packet too big", 2, 0, false, std::nullopt, Kind::kPtb},
    {"port unreachable from the target", 3, 3, true, Kind::kAnswer, std::nullopt},
    {"v6 port unreachable from the target", 1, 4, true, std::nullopt, Kind::kAnswer},
    {"port unreachable from somebody else", 3, 3, false, Kind::kUnreachable, std::nullopt},
    {"host unreachable", 3, 1, false, Kind::kUnreachable, std::nullopt},
    {"v6 no route", 1, 0, false, std::nullopt, Kind::kUnreachable},
    {"the target's firewall refuses", 3, 13, true, Kind::kAnswer, std::nullopt},
    {"time exceeded; v6 3 is the same", 11, 0, false, Kind::kTimeExceeded, std::nullopt},
    {"v6 time exceeded; v4 3.0 is network unreachable", 3, 0, false, Kind::kUnreachable,
     Kind::kTimeExceeded},
    {"reassembly time exceeded", 11, 1, false, std::nullopt, std::nullopt},
    {"redirect", 5, 1, false, std::nullopt, std::nullopt},
    {"parameter problem", 12, 0, false, std::nullopt, std::nullopt},
};

std::optional<Kind> kind(const Row& row, bool v6) {
  const IpAddress& target = v6 ? kTarget6 : kTarget4;
  QueuedError error;
  error.from_icmp = true;
  error.type = row.type;
  error.code = row.code;
  error.info = 1400;
  error.reporter = row.from_target ? target : v6 ? kRouter6 : kRouter4;
  const auto event = event_of(error, ProbeId{1}, target);
  if (!event) return std::nullopt;
  EXPECT_EQ(event->reporter, error.reporter);
  EXPECT_EQ(event->id, ProbeId{1});
  if (event->kind == Kind::kPtb) {
    EXPECT_EQ(event->mtu, IpSize{1400});
  }
  return event->kind;
}

TEST(IcmpErrorsTest, EachMeansWhatItsRfcSays) {
  for (const Row& row : kRows) {
    EXPECT_EQ(kind(row, false), row.v4) << row.description;
    EXPECT_EQ(kind(row, true), row.v6) << row.description << " (v6)";
  }
}

TEST(IcmpErrorsTest, TheLocalSystemsOwnErrorsSayNothingAboutThePath) {
  QueuedError error;
  error.type = 3;
  error.code = 4;
  EXPECT_EQ(event_of(error, ProbeId{1}, kTarget4), std::nullopt);
}

}  // namespace
}  // namespace mtuscope
