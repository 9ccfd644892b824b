// Times as text: exact for programs, rounded for people. Always UTC, for every value that a
// Timestamp can hold (years 1677 to 2262); captures do carry times before 1970.

#ifndef MTUSCOPE_CLI_TIME_FORMAT_H_
#define MTUSCOPE_CLI_TIME_FORMAT_H_

#include <string>

#include "capture/units.h"

namespace mtuscope {

// RFC 3339 with nanoseconds: "2024-05-01T11:34:05.123456789Z".
std::string rfc3339(Timestamp time);

// For people, to the millisecond: "2024-05-01 11:34:05.123 UTC".
std::string readable_time(Timestamp time);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_TIME_FORMAT_H_
