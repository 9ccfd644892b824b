// What makes a probe recognisable: every probe carries a random number of its own, so that whoever
// has not seen it cannot answer it. Late, repeated and forged answers are told from real ones by
// it.

#ifndef MTUSCOPE_PROBES_PROBE_TAG_H_
#define MTUSCOPE_PROBES_PROBE_TAG_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "probes/probe_record.h"

namespace mtuscope {

inline constexpr size_t kTagBytes = 16;  // "mtup", the id (big-endian), 8 random bytes

// Fills up a packet with bytes that do not compress (a tunnel that compresses would make a small
// packet of a large one), the same for the same tag.
void fill_incompressible(std::span<const uint8_t, kTagBytes> tag, std::span<uint8_t> filler);

class ProbeTags {
 public:
  // `random` gives 64 unpredictable bits at a time; the system's by default.
  explicit ProbeTags(std::function<uint64_t()> random = {});

  // Writes a new tag for `id`, then filler. `payload` holds at least kTagBytes.
  void write(ProbeId id, std::span<uint8_t> payload);

  // Whose payload this is the beginning of; nullopt when it is nobody's, cut, or not as it was
  // sent.
  std::optional<ProbeId> match(std::span<const uint8_t> payload) const;

  // Whether the beginning of `payload` is compatible with having been written for `id`: for quotes
  // that were cut, which may hold nothing of it.
  bool may_be(ProbeId id, std::span<const uint8_t> payload) const;

  uint64_t random() { return random_(); }

 private:
  std::function<uint64_t()> random_;
  std::vector<std::optional<uint64_t>> secrets_;  // by id
};

}  // namespace mtuscope

#endif  // MTUSCOPE_PROBES_PROBE_TAG_H_
