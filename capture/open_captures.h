// Opening what the user named: finds out what each input is by its first bytes, never by its name,
// and joins several into one source. open_captures() itself is declared in source.h.

#ifndef MTUSCOPE_CAPTURE_OPEN_CAPTURES_H_
#define MTUSCOPE_CAPTURE_OPEN_CAPTURES_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>

#include "capture/byte_input.h"
#include "capture/source.h"

namespace mtuscope {

// Whether a thread prepares what comes next of a large file while it is analyzed.
enum class Reading : uint8_t { kHere, kAhead };

// One capture from any input. Throws Error like open_captures(). `path` is for messages and info().
std::unique_ptr<FrameSource> open_capture(std::unique_ptr<ByteInput> input, const std::string& path,
                                          uint32_t source_index, Reading reading = Reading::kHere);

// One capture from bytes in memory, which must outlive it.
std::unique_ptr<FrameSource> open_capture_bytes(std::span<const uint8_t> bytes,
                                                const CaptureOptions& options = {});

// The bytes of a file, FIFO or, for "-", standard input; read as it comes. Throws
// Error: kNotFound, kPermission, kFormat (a directory), kUsage (a terminal).
std::unique_ptr<ByteInput> open_input(const std::string& path);

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_OPEN_CAPTURES_H_
