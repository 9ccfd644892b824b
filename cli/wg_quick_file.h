// Reading wg-quick files (wg-quick(8)): what bears on the MTU of the tunnel and on where its
// packets go, and which line to change. PrivateKey and PresharedKey are passed over unread.

#ifndef MTUSCOPE_CLI_WG_QUICK_FILE_H_
#define MTUSCOPE_CLI_WG_QUICK_FILE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "capture/units.h"
#include "probes/prefix.h"
#include "probes/wireguard_device.h"

namespace mtuscope {

struct WgQuickLine {
  size_t number = 0;  // 1-based; 0: there is none
  std::string text;   // as it is written
};

struct WgQuickPeer {
  std::string endpoint;  // "vpn.example.org:51820" as written; empty: none
  std::vector<IpPrefix> allowed_ips;
};

struct WgQuickFile {
  std::string path;
  WgQuickLine interface_header;  // "[Interface]"; the last one
  std::optional<IpSize> mtu;
  WgQuickLine mtu_line;
  std::vector<IpPrefix> addresses;
  std::string table;  // "auto", "off", a number; empty: not said, which means auto
  uint32_t mark = 0;
  std::vector<WgQuickLine> clamps;  // PreUp and PostUp commands that set or clamp an MSS
  std::vector<WgQuickPeer> peers;
};

// `text` is that of the file `path`. Throws Error kFormat that names path and line, and the nearest
// right key or section; it never repeats a line, which may hold a key.
WgQuickFile parse_wg_quick(std::string_view text, const std::string& path);

// Throws Error kNotFound, kPermission, kSystem, kFormat. The file's bytes are wiped from memory.
WgQuickFile read_wg_quick(const std::string& path);

// The change that makes the file's MTU `mtu`, as a unified diff without context (which might show
// keys): `patch` and `git apply --unidiff-zero` take it. Empty when nothing is to be changed.
std::string mtu_diff(const WgQuickFile& file, IpSize mtu);

// "wg0" of "/etc/wireguard/wg0.conf".
std::string interface_of(const WgQuickFile& file);

// What the file says about peers; endpoints that are names are resolved.
WireGuardDevice device_of(const WgQuickFile& file);

}  // namespace mtuscope

#endif  // MTUSCOPE_CLI_WG_QUICK_FILE_H_
