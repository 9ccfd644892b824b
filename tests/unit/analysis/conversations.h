// Pieces of conversations that several tests of the analysis put together, in the notation of
// tests/support/tcp_script.h: b asks, a answers, the RTT is 50 ms, and a's large packets suffer.

#ifndef MTUSCOPE_TESTS_UNIT_ANALYSIS_CONVERSATIONS_H_
#define MTUSCOPE_TESTS_UNIT_ANALYSIS_CONVERSATIONS_H_

#include <cstdio>
#include <string>

#include "tests/support/tcp_script.h"

namespace mtuscope::build {

// Captured at a.
inline const std::string kOpened = R"(
  0.0000 < S
  0.0001 > S. ack 1
  0.0501 < .  ack 1
  0.0502 < P. 1:79 ack 1
  0.0503 > .  ack 79
)";

// The answer of the incident: 114, 1368 and 232 bytes, of which the middle one never arrives.
inline const std::string kAnswer = R"(
  0.1000 > P. 1:115 ack 79
  0.1001 > .  115:1483 ack 79
  0.1002 > P. 1483:1715 ack 79
  0.1500 < .  ack 115
)";
inline const std::string kSelectivelyAcknowledged = R"(
  0.1521 < .  ack 115 sack 1483:1715
)";
inline const std::string kDuplicateAcknowledgement = R"(
  0.1521 < .  ack 115
)";
inline const std::string kStuck = R"(
  0.1650 > .  115:1483 ack 79
  0.4100 > .  115:1483 ack 79
  0.9100 > .  115:1483 ack 79
  1.9100 > .  115:1483 ack 79
  3.9100 > .  115:1483 ack 79
  7.9100 > .  115:1483 ack 79
)";
inline const std::string kIncident = kOpened + kAnswer + kSelectivelyAcknowledged + kStuck;

// Captured at b, which has asked and got the first bytes of the answer.
inline const std::string kAnsweredAtReceiver = R"(
  0.0000 < S
  0.0500 > S. ack 1
  0.0501 < .  ack 1
  0.0502 < P. 1:79 ack 1
  0.1003 > .  ack 79
  0.1500 > P. 1:115 ack 79
  0.1501 < .  ack 115
)";
// The middle packet is never seen, and b goes on asking for it.
inline const std::string kIncidentAtReceiver = kAnsweredAtReceiver + R"(
  0.1502 > P. 1483:1715 ack 79
  0.1503 < .  ack 115 sack 1483:1715
)";
// ... and after 20 s b's program gives up; a answers, so the path is alive.
inline const std::string kGivenUpAtReceiver = R"(
  20.000 < F. 79:79 ack 115 sack 1483:1715
  20.050 > .  ack 80
  20.500 > .  ack 80
)";

// The answer ends with its full packet: nothing behind it shows whether smaller ones arrive.
inline const std::string kLastLarge = kOpened + R"(
  0.1000 > P. 1:115 ack 79
  0.1001 > .  115:1483 ack 79
  0.1500 < .  ack 115
  0.4100 > .  115:1483 ack 79
  0.9100 > .  115:1483 ack 79
  1.9100 > .  115:1483 ack 79
  3.9100 > .  115:1483 ack 79
  7.9100 > .  115:1483 ack 79
)";

// Other hosts on the same interface, seconds later.
inline Packets elsewhere(double seconds) {
  TcpEnds others;
  others.a = "10.9.7.2";
  others.b = "10.9.7.1";
  return shifted(script(others, kOpened), Duration::from_seconds(seconds));
}

// Beside the one of the ends that a script has by default.
inline TcpEnds second_flow() {
  TcpEnds ends;
  ends.b_port = 50500;
  return ends;
}

// 800 bytes in small records, all of which arrive.
inline std::string small_records() {
  std::string lines = kOpened;
  for (int i = 0; i < 16; ++i) {
    char line[120];
    std::snprintf(line, sizeof line, "%.4f > P. %d:%d ack 79\n%.4f < . ack %d\n", 0.1 + i * 0.01,
                  1 + i * 50, 51 + i * 50, 0.1501 + i * 0.01, 51 + i * 50);
    lines += line;
  }
  return lines;
}

// The black holes that these lines show, a line each.
inline std::string judged(const std::string& lines, const TcpEnds& ends = {}) {
  return black_holes(analyze(script(ends, lines)));
}

}  // namespace mtuscope::build

#endif  // MTUSCOPE_TESTS_UNIT_ANALYSIS_CONVERSATIONS_H_
