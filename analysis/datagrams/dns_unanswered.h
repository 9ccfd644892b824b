// dns-unanswered: DNS queries without answers, and what shows that their size is the reason.

#ifndef MTUSCOPE_ANALYSIS_DATAGRAMS_DNS_UNANSWERED_H_
#define MTUSCOPE_ANALYSIS_DATAGRAMS_DNS_UNANSWERED_H_

#include <optional>

#include "analysis/datagrams/dns_tracker.h"
#include "analysis/report/finding.h"

namespace mtuscope {

// From one of tracker.services(). `client_heard`: the capture holds packets that came to the
// client, of whatever kind. Where it holds none, it may be one of one direction only, and only a
// query that was sent again with the same identification shows that there was no answer.
std::optional<Finding> dns_unanswered(const DnsTracker::Services::value_type& service,
                                      bool client_heard);

}  // namespace mtuscope

#endif  // MTUSCOPE_ANALYSIS_DATAGRAMS_DNS_UNANSWERED_H_
