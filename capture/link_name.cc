#include "capture/link_name.h"

#include <pcap/dlt.h>
#include <pcap/pcap.h>

namespace mtuscope {
namespace {

// Where the value in the file is not the DLT_ value on Linux.
constexpr struct {
  uint16_t link_type;
  int dlt;
} kDifferent[] = {
    {100, DLT_ATM_RFC1483}, {101, DLT_RAW},      {102, DLT_SLIP_BSDOS},
    {103, DLT_PPP_BSDOS},   {106, DLT_ATM_CLIP},
};

}  // namespace

int dlt_of_linktype(uint16_t link_type) {
  for (const auto& entry : kDifferent) {
    if (entry.link_type == link_type) return entry.dlt;
  }
  return link_type;
}

uint16_t linktype_of_dlt(int dlt) {
  for (const auto& entry : kDifferent) {
    if (entry.dlt == dlt) return entry.link_type;
  }
  return static_cast<uint16_t>(dlt);
}

std::string link_name(uint16_t link_type) {
  const char* name = pcap_datalink_val_to_name(dlt_of_linktype(link_type));
  return name != nullptr ? name : "LINKTYPE " + std::to_string(link_type);
}

std::string link_type_words(uint16_t link_type) {
  const char* name = pcap_datalink_val_to_name(dlt_of_linktype(link_type));
  const std::string number = std::to_string(link_type);
  return name != nullptr ? std::string(name) + " (" + number + ")" : number;
}

}  // namespace mtuscope
