#include "probes/reflector_client.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace mtuscope {
namespace {

using Kind = ReflectorAnswer::Kind;

// Numbers of messages: hellos, the one that may be fragmented, then the probes.
constexpr uint32_t kHellos = 63, kFragmentable = kHellos, kFirstProbe = kHellos + 1;

}  // namespace

ReflectorClient::ReflectorClient(IpFamily family, const SecretKey& key, ProbeTags tags)
    : family_(family), key_(key), tags_(std::move(tags)) {}

IpSize ReflectorClient::least() const {
  return IpSize{ip_header_bytes(family_) + kUdpHeaderBytes +
                static_cast<uint32_t>(kReflectHeaderBytes)};
}

std::span<const uint8_t> ReflectorClient::message(ReflectType type, uint32_t number, IpSize size,
                                                  IpSize wanted, int64_t utc) {
  assert(size >= least());
  buffer_.resize(size.bytes - ip_header_bytes(family_) - kUdpHeaderBytes);
  tags_.write(number, buffer_);
  ReflectHeader header{
      .type = type, .size = wanted, .time = static_cast<uint32_t>(utc), .body = cookie_};
  std::copy_n(buffer_.begin(), kTagBytes, header.tag.begin());
  write_header(header, buffer_);
  seal(buffer_, key_);
  if (number >= sizes_.size()) sizes_.resize(number + 1);
  sizes_[number] = type == ReflectType::kRequest ? wanted : size;
  return buffer_;
}

std::span<const uint8_t> ReflectorClient::hello(int64_t utc) {
  return message(ReflectType::kProbe, hellos_++ % kHellos, least(), {}, utc);
}

std::span<const uint8_t> ReflectorClient::fragmentable(IpSize size, int64_t utc) {
  return message(ReflectType::kProbe, kFragmentable, size, {}, utc);
}

std::span<const uint8_t> ReflectorClient::probe(ProbeId id, IpSize size, int64_t utc) {
  return message(ReflectType::kProbe, kFirstProbe + id, size, {}, utc);
}

std::span<const uint8_t> ReflectorClient::request(ProbeId id, IpSize wanted, int64_t utc) {
  return message(ReflectType::kRequest, kFirstProbe + id, least(), wanted, utc);
}

IpSize ReflectorClient::sent_size(uint32_t number) const {
  return number < sizes_.size() ? sizes_[number] : IpSize{0};
}

bool ReflectorClient::may_quote(std::span<const uint8_t> quote) const {
  return quote.size() < kTagBytes || tags_.match(quote);
}

std::optional<ProbeId> ReflectorClient::match_quote(std::span<const uint8_t> quote) const {
  const auto number = tags_.match(quote);
  if (!number || *number < kFirstProbe) return std::nullopt;
  return *number - kFirstProbe;
}

// Only what repeats a tag is looked at, and only what is authentic is believed. A refusal by
// somebody without our key comes without it: it changes nothing but what the user is told.
ReflectorAnswer ReflectorClient::read(std::span<const uint8_t> payload, IpSize size) {
  const auto header = read_header(payload);
  if (!header || !tags_.match(payload)) return {};
  if (header->type == ReflectType::kRefusal) {
    if (!is_sealed(payload, key_) && !is_sealed(payload, kNoKey)) return {};
    return {.kind = Kind::kRefusal,
            .reason = read_reason(header->body),
            .version = static_cast<uint8_t>(header->size.bytes)};
  }
  if (header->version != kReflectVersion || !is_sealed(payload, key_)) return {};
  return read_answer(*header, size);
}

ReflectorAnswer ReflectorClient::read_answer(const ReflectHeader& header, IpSize size) {
  const uint32_t number = header.number();
  const ProbeId id = number - kFirstProbe;  // where it is a probe's
  switch (header.type) {
    case ReflectType::kChallenge:
      cookie_ = header.body;
      has_cookie_ = true;
      return {.kind = Kind::kCookie};
    case ReflectType::kAck:
      if (header.size != sent_size(number) || number < kFragmentable) return {};
      if (number == kFragmentable) {
        const IpSize fragment = read_fragment(header.body);
        if (fragment.bytes == 0 || fragment > header.size) return {};
        return {.kind = Kind::kFragment, .size = fragment};
      }
      return {.kind = Kind::kArrived, .id = id};
    case ReflectType::kReply:
      if (number < kFirstProbe || size != sent_size(number)) return {};
      return {.kind = Kind::kArrived, .id = id};
    case ReflectType::kPtb:
      if (number < kFirstProbe) return {};
      return {.kind = Kind::kPtb,
              .id = id,
              .size = header.size,
              .reporter = read_reporter(header.body)};
    default:
      return {};
  }
}

}  // namespace mtuscope
