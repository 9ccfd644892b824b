#include "capture/live_source.h"

#include <fmt/format.h>
#include <limits.h>
#include <pcap/pcap.h>
#include <poll.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "capture/error.h"
#include "capture/link_name.h"

namespace mtuscope {

namespace {

// The kernel hands over what has arrived at least so often, all at once: a wakeup for each packet
// would cost more than the packet.
constexpr int64_t kHandOverMs = 20;
// With several interfaces, a frame waits for earlier ones of the others: one hand-over, and what
// the scheduler makes of it.
constexpr Duration kHeldBack = Duration::milliseconds(2 * kHandOverMs);

Timestamp wall_clock() {
  timespec now{};
  clock_gettime(CLOCK_REALTIME, &now);
  return Timestamp{int64_t{now.tv_sec} * 1'000'000'000 + now.tv_nsec};
}

std::string own_path() {
  std::array<char, PATH_MAX> path{};
  const ssize_t length = readlink("/proc/self/exe", path.data(), path.size() - 1);
  return length > 0 ? std::string(path.data(), static_cast<size_t>(length)) : "mtuscope";
}

[[noreturn]] void refuse(pcap_t* handle, const std::string& name, int status) {
  const std::string detail = pcap_geterr(handle);
  const std::string why = detail.empty() ? pcap_statustostr(status) : detail;
  switch (status) {
    case PCAP_ERROR_NO_SUCH_DEVICE:
      throw Error(ErrorKind::kNotFound, fmt::format("there is no interface {}", name),
                  "List the interfaces with: ip -brief link. `any` stands for all of them.");
    case PCAP_ERROR_PERM_DENIED:
    case PCAP_ERROR_PROMISC_PERM_DENIED:
      throw Error(ErrorKind::kPermission, fmt::format("may not capture on {}", name),
                  fmt::format("Run it with sudo, or grant what it takes, once: sudo setcap "
                              "cap_net_raw+ep '{}'",
                              own_path()));
    case PCAP_ERROR_IFACE_NOT_UP:
      throw Error(ErrorKind::kSystem, fmt::format("{} is down", name),
                  fmt::format("Set it up first: ip link set {} up", name));
    default:
      throw Error(ErrorKind::kSystem, fmt::format("cannot capture on {}: {}", name, why),
                  fmt::format("Does tcpdump -i {} work? The reason is probably the same.", name));
  }
}

}  // namespace

struct LiveSource::Interface {
  struct Close {
    void operator()(pcap* handle) const { pcap_close(handle); }
  };
  std::string name;
  std::unique_ptr<pcap, Close> handle;
  InterfaceInfo info;
  uint32_t index = 0;
  bool nanoseconds = false;
  bool gone = false;
  uint64_t dropped = 0;  // as of the last time that it could be asked
  // The next frame, when `ahead`; its bytes are the handle's until it is asked for another.
  Frame frame;
  bool ahead = false;
};

LiveSource::LiveSource(const LiveOptions& options) : now_(wall_clock()) {
  for (const std::string& name : options.interfaces) open(name, options);
}

LiveSource::~LiveSource() = default;

void LiveSource::open(const std::string& name, const LiveOptions& options) {
  auto interface = std::make_unique<Interface>();
  std::array<char, PCAP_ERRBUF_SIZE> error{};
  interface->name = name;
  interface->index = static_cast<uint32_t>(interfaces_.size());
  interface->handle.reset(pcap_create(name.c_str(), error.data()));
  pcap_t* const handle = interface->handle.get();
  if (handle == nullptr) {
    throw Error(ErrorKind::kSystem, fmt::format("cannot capture on {}: {}", name, error.data()),
                "List the interfaces with: ip -brief link.");
  }
  pcap_set_snaplen(handle, static_cast<int>(kLiveSnaplen));
  pcap_set_timeout(handle, kHandOverMs);
  pcap_set_buffer_size(handle, static_cast<int>(options.buffer_bytes));
  interface->nanoseconds = pcap_set_tstamp_precision(handle, PCAP_TSTAMP_PRECISION_NANO) == 0;
  if (const int status = pcap_activate(handle); status < 0) refuse(handle, name, status);
  // Cooked frames of the second version name the interface that each packet passed.
  if (pcap_datalink(handle) == DLT_LINUX_SLL) pcap_set_datalink(handle, DLT_LINUX_SLL2);
  interface->nanoseconds =
      interface->nanoseconds && pcap_get_tstamp_precision(handle) == PCAP_TSTAMP_PRECISION_NANO;
  if (!options.filter.empty()) {
    bpf_program program{};
    const bool compiled =
        pcap_compile(handle, &program, options.filter.c_str(), 1, PCAP_NETMASK_UNKNOWN) == 0;
    const bool set = compiled && pcap_setfilter(handle, &program) == 0;
    pcap_freecode(&program);
    if (!set) {
      throw Error(ErrorKind::kUsage,
                  fmt::format("the filter '{}' does not work on {}: {}", options.filter, name,
                              pcap_geterr(handle)),
                  "Filters are those of tcpdump, see pcap-filter(7); for example: --filter 'host "
                  "10.9.0.2 and tcp port 443'");
    }
  }
  if (pcap_setnonblock(handle, 1, error.data()) != 0) {
    throw Error(ErrorKind::kSystem, fmt::format("cannot capture on {}: {}", name, error.data()),
                "Is this an ordinary network interface?");
  }
  const uint16_t link_type = linktype_of_dlt(pcap_datalink(handle));
  interface->info = {name, link_type, link_name(link_type), kLiveSnaplen};
  interfaces_.push_back(std::move(interface));
}

// Looks one frame ahead.
void LiveSource::fetch(Interface& interface) {
  if (interface.ahead || interface.gone) return;
  pcap_pkthdr* header = nullptr;
  const u_char* bytes = nullptr;
  const int result = pcap_next_ex(interface.handle.get(), &header, &bytes);
  if (result < 0) {
    interface.gone = true;
    losses_.push_back(interface.name + ": " + pcap_geterr(interface.handle.get()));
    return;
  }
  if (result == 0) return;
  const int64_t unit = interface.nanoseconds ? 1 : 1000;
  Frame& frame = interface.frame;
  frame.time = Timestamp{int64_t{header->ts.tv_sec} * 1'000'000'000 + header->ts.tv_usec * unit};
  frame.original_bytes = std::max(header->len, header->caplen);
  frame.interface = interface.index;
  frame.link_type = interface.info.link_type;
  frame.bytes = {bytes, header->caplen};
  interface.ahead = true;
}

// Nothing earlier can come any more; nor where the clock was set.
bool LiveSource::may_pass(Timestamp time) const { return time > now_ || now_ - time >= kHeldBack; }

bool LiveSource::next(Frame& frame) {
  Interface* first = nullptr;
  bool all_ahead = true;
  for (const auto& interface : interfaces_) {
    fetch(*interface);
    all_ahead = all_ahead && (interface->ahead || interface->gone);
    if (interface->ahead && (first == nullptr || interface->frame.time < first->frame.time))
      first = interface.get();
  }
  if (first == nullptr || (!all_ahead && !may_pass(first->frame.time))) return false;
  first->ahead = false;
  frame = first->frame;
  frame.number = tally_.count(frame.original_bytes);
  tally_.at(frame.time);
  return true;
}

void LiveSource::wait(Duration at_most, std::span<const int> others) {
  std::vector<pollfd> ready;
  constexpr int64_t kMillisecond = 1'000'000;
  int64_t milliseconds = at_most.ns / kMillisecond;
  for (const auto& interface : interfaces_) {
    if (interface->gone) continue;
    // One that has a frame to give would not let it wait at all.
    if (interface->ahead) {
      milliseconds = std::min<int64_t>(milliseconds, kHandOverMs / 2);
    } else {
      ready.push_back({pcap_get_selectable_fd(interface->handle.get()), POLLIN, 0});
    }
  }
  for (const int descriptor : others) ready.push_back({descriptor, POLLIN, 0});
  poll(ready.data(), ready.size(), static_cast<int>(milliseconds));
  now_ = wall_clock();
}

bool LiveSource::ended() const {
  return std::ranges::all_of(interfaces_, [](const auto& interface) { return interface->gone; });
}

std::vector<std::string> LiveSource::take_losses() { return std::exchange(losses_, {}); }

std::vector<SourceInfo> LiveSource::info() const {
  SourceInfo info;
  info.format = "live";
  info.dropped = 0;
  for (const auto& interface : interfaces_) {
    info.path += (info.path.empty() ? "" : ", ") + interface->name;
    info.interfaces.push_back(interface->info);
    pcap_stat stats{};
    if (!interface->gone && pcap_stats(interface->handle.get(), &stats) == 0) {
      interface->dropped = stats.ps_drop;
    }
    *info.dropped += interface->dropped;
  }
  tally_.report(info);
  return {info};
}

}  // namespace mtuscope
