#include "capture/pcapng_writer.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <string_view>

#include "capture/error.h"

namespace mtuscope {

namespace {

// Block types and options of the draft, sections 4.1 to 4.3.
constexpr uint32_t kSectionHeader = 0x0a0d0d0a;
constexpr uint32_t kInterfaceDescription = 1;
constexpr uint32_t kEnhancedPacket = 6;
constexpr uint32_t kByteOrderMagic = 0x1a2b3c4d;
constexpr uint16_t kIfName = 2;
constexpr uint16_t kIfTimeResolution = 9;
constexpr uint8_t kNanoseconds = 9;  // 10^-9 s

// One block, in the byte order of this machine.
class Block {
 public:
  Block(std::vector<uint8_t>& bytes, uint32_t type) : bytes_(bytes) {
    bytes_.clear();
    put(type);
    put(uint32_t{0});  // the length, when it is known
  }
  template <typename Integer>
  void put(Integer value) {
    append(&value, sizeof value);
  }
  void append(const void* data, size_t size) {
    const auto* from = static_cast<const uint8_t*>(data);
    bytes_.insert(bytes_.end(), from, from + size);
  }
  void pad() { bytes_.resize((bytes_.size() + 3) / 4 * 4); }
  void option(uint16_t code, std::string_view value) {
    put(code);
    put(static_cast<uint16_t>(value.size()));
    append(value.data(), value.size());
    pad();
  }
  void end() {
    const auto length = static_cast<uint32_t>(bytes_.size() + sizeof(uint32_t));
    put(length);
    std::memcpy(bytes_.data() + sizeof(uint32_t), &length, sizeof length);
  }

 private:
  std::vector<uint8_t>& bytes_;
};

[[noreturn]] void refuse(const std::string& path) {
  const int why = errno;
  const ErrorKind kind = why == ENOENT || why == ENOTDIR ? ErrorKind::kNotFound
                         : why == EACCES || why == EPERM ? ErrorKind::kPermission
                                                         : ErrorKind::kSystem;
  throw Error(kind, path + " can't be written: " + std::strerror(why),
              "Check that its folder exists, has room, and may be written.");
}

}  // namespace

PcapngWriter::PcapngWriter(const std::string& path, const std::vector<InterfaceInfo>& interfaces)
    : descriptor_(open(path.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600)) {
  if (descriptor_ < 0) refuse(path);
  Block section(block_, kSectionHeader);
  section.put(kByteOrderMagic);
  section.put(uint16_t{1});
  section.put(uint16_t{0});
  section.put(~uint64_t{0});  // length of the section: unknown
  section.end();
  std::vector<uint8_t> head = block_;
  for (const InterfaceInfo& interface : interfaces) {
    Block description(block_, kInterfaceDescription);
    description.put(interface.link_type);
    description.put(uint16_t{0});
    description.put(interface.snaplen);
    if (interface.name) description.option(kIfName, *interface.name);
    description.option(kIfTimeResolution, {reinterpret_cast<const char*>(&kNanoseconds), 1});
    description.option(0, {});
    description.end();
    head.insert(head.end(), block_.begin(), block_.end());
  }
  if (!append(head)) {
    const int why = errno;
    close(descriptor_);
    errno = why;
    refuse(path);
  }
}

PcapngWriter::~PcapngWriter() { close(descriptor_); }

bool PcapngWriter::write(const Frame& frame) {
  Block packet(block_, kEnhancedPacket);
  const auto time = static_cast<uint64_t>(frame.time.ns);
  packet.put(frame.interface);
  packet.put(static_cast<uint32_t>(time >> 32));
  packet.put(static_cast<uint32_t>(time));
  packet.put(static_cast<uint32_t>(frame.bytes.size()));
  packet.put(frame.original_bytes);
  packet.append(frame.bytes.data(), frame.bytes.size());
  packet.pad();
  packet.end();
  return append(block_);
}

// All of it or nothing.
bool PcapngWriter::append(const std::vector<uint8_t>& block) {
  size_t done = 0;
  while (done < block.size()) {
    const ssize_t written = ::write(descriptor_, block.data() + done, block.size() - done);
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) {
      const int why = errno;
      // A pipe can't be cut; then its reader sees a damaged end.
      if (ftruncate(descriptor_, static_cast<off_t>(length_)) == 0)
        lseek(descriptor_, static_cast<off_t>(length_), SEEK_SET);
      errno = why;
      return false;
    }
    done += static_cast<size_t>(written);
  }
  length_ += block.size();
  return true;
}

}  // namespace mtuscope
