#include "analysis/payload/payload_kind.h"

#include <cassert>

#include "analysis/payload/payload_formats.h"
#include "capture/wire_bytes.h"

namespace mtuscope {

std::optional<std::string> payload_kind(std::span<const uint8_t> payload, uint16_t src_port,
                                        uint16_t dst_port) {
  const WireBytes bytes(payload, 0);
  const PayloadPorts ports{src_port, dst_port};
  // Magic numbers first: they hold on any port.
  PayloadKind kind = tls_payload(bytes);
  if (!kind) kind = ssh_payload(bytes);
  if (!kind) kind = text_payload(bytes, ports);
  if (!kind) kind = database_payload(bytes, ports);
  if (!kind) kind = domain_payload(bytes, ports);
  if (!kind) kind = binary_payload(bytes, ports);
  assert(!kind || kind->size() <= kMaxPayloadKind);
  return kind;
}

}  // namespace mtuscope
