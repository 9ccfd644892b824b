#include "analysis/report/stall.h"

namespace mtuscope {

std::string_view to_string(StallCause cause) {
  switch (cause) {
    case StallCause::kLargePacketLost:
      return "large-packet-lost";
    case StallCause::kPacketLost:
      return "packet-lost";
    case StallCause::kOutage:
      return "outage";
    case StallCause::kWindowClosed:
      return "window-closed";
    case StallCause::kNothingSent:
      return "nothing-sent";
    case StallCause::kLateAcknowledgement:
      return "late-acknowledgement";
    case StallCause::kDelayedAck:
      return "delayed-ack";
  }
  return "unknown";
}

std::string_view to_string(FlowState state) {
  switch (state) {
    case FlowState::kOpen:
      return "open";
    case FlowState::kClosed:
      return "closed";
    case FlowState::kReset:
      return "reset";
    case FlowState::kRefused:
      return "refused";
    case FlowState::kUnanswered:
      return "unanswered";
    case FlowState::kStuck:
      return "stuck";
  }
  return "unknown";
}

bool is_a_wait(const Stall& stall) {
  return stall.cause != StallCause::kNothingSent || stall.answer;
}

}  // namespace mtuscope
