#include "probes/probe_tag.h"

#include <sys/random.h>

#include <algorithm>
#include <array>
#include <cassert>
#include <cerrno>
#include <cstring>
#include <utility>

#include "capture/error.h"

namespace mtuscope {
namespace {

constexpr std::array<uint8_t, 4> kMagic = {'m', 't', 'u', 'p'};

uint64_t system_random() {
  uint64_t value = 0;
  if (getrandom(&value, sizeof value, 0) != sizeof value) {
    throw Error(ErrorKind::kSystem,
                std::string("the system gives no random numbers: ") + std::strerror(errno),
                "Try again when the system has finished starting.");
  }
  return value;
}

// As it stands on the wire.
std::array<uint8_t, kTagBytes> tag(ProbeId id, uint64_t secret) {
  std::array<uint8_t, kTagBytes> bytes{};
  std::ranges::copy(kMagic, bytes.begin());
  for (size_t i = 0; i < 4; ++i) bytes[4 + i] = static_cast<uint8_t>(id >> (24 - 8 * i));
  for (size_t i = 0; i < 8; ++i) bytes[8 + i] = static_cast<uint8_t>(secret >> (56 - 8 * i));
  return bytes;
}

}  // namespace

void fill_incompressible(std::span<const uint8_t, kTagBytes> tag, std::span<uint8_t> filler) {
  uint64_t state = 0;  // from the random bytes; xorshift64: cheap, and does not compress
  for (const uint8_t byte : tag.last<8>()) state = state << 8 | byte;
  state |= 1;
  for (uint8_t& byte : filler) {
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    byte = static_cast<uint8_t>(state >> 32);
  }
}

ProbeTags::ProbeTags(std::function<uint64_t()> random)
    : random_(random ? std::move(random) : system_random) {}

void ProbeTags::write(ProbeId id, std::span<uint8_t> payload) {
  assert(payload.size() >= kTagBytes);
  if (id >= secrets_.size()) secrets_.resize(id + 1);
  secrets_[id] = random_();
  const auto bytes = tag(id, *secrets_[id]);
  std::ranges::copy(bytes, payload.begin());
  fill_incompressible(payload.first<kTagBytes>(), payload.subspan(kTagBytes));
}

std::optional<ProbeId> ProbeTags::match(std::span<const uint8_t> payload) const {
  if (payload.size() < kTagBytes) return std::nullopt;
  ProbeId id = 0;
  for (size_t i = 4; i < 8; ++i) id = id << 8 | payload[i];
  if (id >= secrets_.size() || !may_be(id, payload)) return std::nullopt;
  return id;
}

bool ProbeTags::may_be(ProbeId id, std::span<const uint8_t> payload) const {
  if (id >= secrets_.size() || !secrets_[id]) return false;
  const auto bytes = tag(id, *secrets_[id]);
  const auto begin = payload.first(std::min(payload.size(), kTagBytes));
  return std::ranges::equal(begin, std::span(bytes).first(begin.size()));
}

}  // namespace mtuscope
