#include "probes/reflect_message.h"

#include <algorithm>
#include <cassert>

#include "capture/wire_bytes.h"

namespace mtuscope {
namespace {

constexpr std::array<uint8_t, 4> kMagic = {'m', 't', 'u', 'p'};
constexpr size_t kNumberAt = 4, kVersionAt = 16, kTypeAt = 17, kSizeAt = 18, kTimeAt = 20;
constexpr size_t kMacAt = 24, kBodyAt = 40;
constexpr uint32_t kMostBytes = 0xffff;
constexpr std::array<uint8_t, 12> kMappedPrefix = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff};

void store(std::span<uint8_t> at, uint64_t value) {
  for (size_t i = at.size(); i > 0; --i, value >>= 8) at[i - 1] = static_cast<uint8_t>(value);
}

uint64_t load(std::span<const uint8_t> at) {
  uint64_t value = 0;
  for (const uint8_t byte : at) value = value << 8 | byte;
  return value;
}

// Of everything but the place of the MAC itself; cutting the datagram there loses nothing, since
// the place is fixed.
HashTag mac_of(std::span<const uint8_t> datagram, const SecretKey& key) {
  return keyed_hash(key, {datagram.first(kMacAt), datagram.subspan(kBodyAt)});
}

}  // namespace

uint32_t ReflectHeader::number() const { return load_be32(&tag[kNumberAt]); }

std::optional<ReflectHeader> read_header(std::span<const uint8_t> datagram) {
  if (datagram.size() < kReflectHeaderBytes) return std::nullopt;
  if (!std::ranges::equal(datagram.first(kMagic.size()), kMagic)) return std::nullopt;
  ReflectHeader header;
  std::ranges::copy(datagram.first(kTagBytes), header.tag.begin());
  header.version = datagram[kVersionAt];
  header.type = static_cast<ReflectType>(datagram[kTypeAt]);
  header.size = IpSize{load_be16(&datagram[kSizeAt])};
  header.time = load_be32(&datagram[kTimeAt]);
  std::ranges::copy(datagram.subspan(kBodyAt, header.body.size()), header.body.begin());
  return header;
}

void write_header(const ReflectHeader& header, std::span<uint8_t> datagram) {
  assert(datagram.size() >= kReflectHeaderBytes && header.size.bytes <= kMostBytes);
  std::ranges::copy(header.tag, datagram.begin());
  datagram[kVersionAt] = header.version;
  datagram[kTypeAt] = static_cast<uint8_t>(header.type);
  store(datagram.subspan(kSizeAt, 2), header.size.bytes);
  store(datagram.subspan(kTimeAt, 4), header.time);
  std::ranges::fill(datagram.subspan(kMacAt, kBodyAt - kMacAt), uint8_t{0});
  std::ranges::copy(header.body, datagram.subspan(kBodyAt).begin());
}

void seal(std::span<uint8_t> datagram, const SecretKey& key) {
  std::ranges::copy(mac_of(datagram, key), datagram.subspan(kMacAt).begin());
}

bool is_sealed(std::span<const uint8_t> datagram, const SecretKey& key) {
  HashTag mac;
  std::ranges::copy(datagram.subspan(kMacAt, mac.size()), mac.begin());
  return same_tag(mac, mac_of(datagram, key));
}

MessageBody body_of(const Cookie& cookie) {
  MessageBody body{};
  store(std::span(body).first(8), static_cast<uint64_t>(cookie.issued.ns));
  std::ranges::copy(cookie.hash, body.begin() + 8);
  return body;
}

Cookie read_cookie(const MessageBody& body) {
  Cookie cookie{.issued = {static_cast<int64_t>(load(std::span(body).first(8)))}};
  std::copy_n(body.begin() + 8, cookie.hash.size(), cookie.hash.begin());
  return cookie;
}

MessageBody body_of(IpSize fragment) {
  MessageBody body{};
  store(std::span(body).first(4), fragment.bytes);
  return body;
}

IpSize read_fragment(const MessageBody& body) { return IpSize{load_be32(body.data())}; }

MessageBody body_of(const HashTag& mark) {
  MessageBody body{};
  std::ranges::copy(mark, body.begin());
  return body;
}

HashTag read_mark(const MessageBody& body) {
  HashTag mark;
  std::copy_n(body.begin(), mark.size(), mark.begin());
  return mark;
}

MessageBody body_of(const IpAddress& reporter) {
  MessageBody body{};
  if (reporter.family == IpFamily::kIPv6) {
    std::ranges::copy(reporter.bytes, body.begin());
  } else {
    std::ranges::copy(kMappedPrefix, body.begin());
    std::copy_n(reporter.bytes.begin(), 4, body.begin() + kMappedPrefix.size());
  }
  return body;
}

IpAddress read_reporter(const MessageBody& body) {
  const bool mapped =
      std::ranges::equal(std::span(body).first(kMappedPrefix.size()), kMappedPrefix);
  return mapped ? IpAddress::from_v4(body.data() + kMappedPrefix.size())
                : IpAddress::from_v6(body.data());
}

MessageBody body_of(RefusalReason reason) {
  MessageBody body{};
  body[0] = static_cast<uint8_t>(reason);
  return body;
}

RefusalReason read_reason(const MessageBody& body) { return static_cast<RefusalReason>(body[0]); }

}  // namespace mtuscope
