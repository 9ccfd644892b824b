#include "capture/file_kind.h"

#include <algorithm>
#include <string_view>

namespace mtuscope {
namespace {

using namespace std::literals;

constexpr char kConvert[] = "Convert it with Wireshark's tool: editcap -F pcapng IN OUT.pcapng";
constexpr char kUnpack[] = "Unpack it first; only gzip and zstd are read directly.";
constexpr char kAccepted[] =
    "pcap and pcapng files are read, also compressed with gzip or zstd; record one with: tcpdump "
    "-i IFACE -U -w FILE";

constexpr struct {
  std::string_view magic;
  const char* name;
  const char* hint;
} kKinds[] = {
    {"snoop\0\0\0"sv, "a Sun snoop capture", kConvert},
    {"iptrace "sv, "an AIX iptrace capture", kConvert},
    {"GMBU"sv, "a Microsoft Network Monitor capture", kConvert},
    {"RTSS"sv, "a Microsoft Network Monitor 1 capture", kConvert},
    {"XCP\0"sv, "a NetXRay or Sniffer capture", kConvert},
    {"TRSNIFF data"sv, "a Sniffer capture", kConvert},
    {"\0\0\0\xb5\0\0\0\0"sv, "a packetlogger capture", kConvert},
    {"\x1f\x8b"sv, "compressed twice", "Unpack it once: gunzip."},
    {"\x28\xb5\x2f\xfd"sv, "compressed twice", "Unpack it once: unzstd."},
    {"BZh"sv, "bzip2-compressed", kUnpack},
    {"\xfd"
     "7zXZ\0"sv,
     "xz-compressed", kUnpack},
    {"\x04\x22\x4d\x18"sv, "lz4-compressed", kUnpack},
    {"PK\x03\x04"sv, "a zip archive", kUnpack},
    {"7z\xbc\xaf"sv, "a 7-Zip archive", kUnpack},
    {"\x7f"
     "ELF"sv,
     "a program (ELF)", kAccepted},
    {"%PDF"sv, "a PDF document", kAccepted},
    {"\x89PNG"sv, "a PNG image", kAccepted},
    {"\xff\xd8\xff"sv, "a JPEG image", kAccepted},
};

bool is_text(std::string_view bytes) {
  return std::all_of(bytes.begin(), bytes.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte >= 0x20 ? byte != 0x7f
                        : (byte == '\n' || byte == '\r' || byte == '\t' || byte == 27);
  });
}

}  // namespace

FileKind file_kind(std::span<const uint8_t> first_bytes) {
  const std::string_view bytes(reinterpret_cast<const char*>(first_bytes.data()),
                               first_bytes.size());
  for (const auto& kind : kKinds) {
    if (bytes.starts_with(kind.magic)) return {kind.name, kind.hint};
  }
  if (bytes.size() >= 262 && bytes.substr(257, 5) == "ustar") return {"a tar archive", kUnpack};
  if (is_text(bytes)) {
    return {"text",
            "Give the file that `tcpdump -w FILE` writes, not what tcpdump prints. pcap and pcapng "
            "are read, also compressed with gzip or zstd."};
  }
  return {"data of a kind that is not known", kAccepted};
}

}  // namespace mtuscope
