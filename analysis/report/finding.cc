#include "analysis/report/finding.h"

#include "analysis/report/report.h"

namespace mtuscope {

std::string_view to_string(FindingKind kind) {
  switch (kind) {
    case FindingKind::kPmtuBlackhole:
      return "pmtu-blackhole";
    case FindingKind::kPtbIgnored:
      return "ptb-ignored";
    case FindingKind::kPtbSuspect:
      return "ptb-suspect";
    case FindingKind::kPmtudWorking:
      return "pmtud-working";
    case FindingKind::kMssClamped:
      return "mss-clamped";
    case FindingKind::kSizeDependentLoss:
      return "size-dependent-loss";
    case FindingKind::kFragmentLoss:
      return "fragment-loss";
    case FindingKind::kFragmentation:
      return "fragmentation";
    case FindingKind::kRandomLoss:
      return "random-loss";
    case FindingKind::kZeroWindow:
      return "zero-window";
    case FindingKind::kPathOutage:
      return "path-outage";
    case FindingKind::kDataUndelivered:
      return "data-undelivered";
    case FindingKind::kSynUnanswered:
      return "syn-unanswered";
    case FindingKind::kConnectionRefused:
      return "connection-refused";
    case FindingKind::kDnsUnanswered:
      return "dns-unanswered";
    case FindingKind::kNotTested:
      return "not-tested";
    case FindingKind::kCaptureQuality:
      return "capture-quality";
  }
  return "unknown";
}

std::vector<FindingKind> finding_kinds() {
  std::vector<FindingKind> kinds;
  for (uint8_t i = 0; to_string(static_cast<FindingKind>(i)) != "unknown"; ++i) {
    kinds.push_back(static_cast<FindingKind>(i));
  }
  return kinds;
}

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::kInfo:
      return "info";
    case Severity::kWarning:
      return "warning";
    case Severity::kCritical:
      return "critical";
  }
  return "unknown";
}

std::string_view to_string(Confidence confidence) {
  return confidence == Confidence::kConfirmed ? "confirmed" : "suspected";
}

std::string_view to_string(Vantage vantage) {
  switch (vantage) {
    case Vantage::kUnknown:
      return "unknown";
    case Vantage::kSender:
      return "sender";
    case Vantage::kMiddle:
      return "middle";
    case Vantage::kReceiver:
      return "receiver";
  }
  return "unknown";
}

std::string_view to_string(Status status) {
  switch (status) {
    case Status::kOk:
      return "ok";
    case Status::kInconclusive:
      return "inconclusive";
    case Status::kProblem:
      return "problem";
  }
  return "unknown";
}

std::string_view to_string(SenderStack stack) {
  switch (stack) {
    case SenderStack::kLinux:
      return "linux";
    case SenderStack::kApple:
      return "apple";
    case SenderStack::kFreeBsd:
      return "freebsd";
    case SenderStack::kWindows:
      return "windows";
  }
  return "";
}

}  // namespace mtuscope
