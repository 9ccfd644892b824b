// The near end of a reflector: what to send, and what an answer means. Pure: no clock, no sockets.
// Each direction is measured by a client of its own, that is by a flow of its own.

#ifndef MTUSCOPE_PROBES_REFLECTOR_CLIENT_H_
#define MTUSCOPE_PROBES_REFLECTOR_CLIENT_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "capture/address.h"
#include "capture/units.h"
#include "probes/probe_record.h"
#include "probes/probe_tag.h"
#include "probes/reflect_message.h"

namespace mtuscope {

struct ReflectorAnswer {
  enum class Kind : uint8_t {
    kNothing,   // not an answer to anything that was sent
    kCookie,    // the reflector has asked for proof; messages carry it from now on
    kArrived,   // the probe, or what was requested, has arrived at its whole size
    kFragment,  // the largest fragment of what fragmentable() sent: `size`
    kPtb,       // what was requested met a PTB of `size` (0 unknown) from `reporter`
    kRefusal,   // for `reason`
  };
  Kind kind = Kind::kNothing;
  ProbeId id = 0;  // kArrived, kPtb
  IpSize size;
  IpAddress reporter;
  RefusalReason reason{};
  uint8_t version = 0;  // with RefusalReason::kVersion: the highest that it speaks
};

class ReflectorClient {
 public:
  // `key`: kNoKey where there is none.
  ReflectorClient(IpFamily family, const SecretKey& key, ProbeTags tags = ProbeTags());

  // Messages as UDP payload, good until the next call. `utc`: seconds since 1970.
  std::span<const uint8_t> hello(int64_t utc);  // asks for a cookie
  std::span<const uint8_t> probe(ProbeId id, IpSize size, int64_t utc);
  std::span<const uint8_t> request(ProbeId id, IpSize wanted, int64_t utc);
  // A probe of this size that may be fragmented on its way.
  std::span<const uint8_t> fragmentable(IpSize size, int64_t utc);

  // What was received: the payload, and the size of its IP packet.
  ReflectorAnswer read(std::span<const uint8_t> payload, IpSize size);
  // What an ICMP error quotes, of which it may quote little: whether it may be any message of this
  // client, and whose probe or request it is.
  bool may_quote(std::span<const uint8_t> quote) const;
  std::optional<ProbeId> match_quote(std::span<const uint8_t> quote) const;

  bool has_cookie() const { return has_cookie_; }
  IpSize least() const;  // the smallest packet that a message takes

 private:
  std::span<const uint8_t> message(ReflectType type, uint32_t number, IpSize size, IpSize wanted,
                                   int64_t utc);
  IpSize sent_size(uint32_t number) const;
  ReflectorAnswer read_answer(const ReflectHeader& header, IpSize size);

  IpFamily family_;
  SecretKey key_;
  ProbeTags tags_;
  MessageBody cookie_{};
  bool has_cookie_ = false;
  uint32_t hellos_ = 0;
  std::vector<IpSize> sizes_;  // that each number is about
  std::vector<uint8_t> buffer_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_REFLECTOR_CLIENT_H_
