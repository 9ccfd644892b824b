// Link types by number and name. A file holds LINKTYPE_ values, libpcap speaks in DLT_ values; they
// differ for a few (https://www.tcpdump.org/linktypes.html; libpcap pcap-common.c).

#ifndef MTUSCOPE_CAPTURE_LINK_NAME_H_
#define MTUSCOPE_CAPTURE_LINK_NAME_H_

#include <cstdint>
#include <string>

namespace mtuscope {

int dlt_of_linktype(uint16_t link_type);
uint16_t linktype_of_dlt(int dlt);

// As libpcap names it: "EN10MB", "RAW", "LINUX_SLL2"; "LINKTYPE 65000" when it has no name for it.
std::string link_name(uint16_t link_type);

// With its number, for those whom the name alone does not help: "ENC (109)", "65000".
std::string link_type_words(uint16_t link_type);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_LINK_NAME_H_
