#include "capture/compressed_input.h"

#include <fmt/core.h>

#include <algorithm>
#include <bit>
#include <boost/iostreams/filter/zlib.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <exception>
#include <utility>

#include "capture/error.h"
#include "capture/file_integers.h"

namespace mtuscope {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

}  // namespace

// One of Boost's decompressing filters, driven directly instead of through a stream, so that what
// came out before an error is not lost.
class CompressedInput::Decoder {
 public:
  enum class Step {
    kMore,      // went on
    kComplete,  // the input ended where it may, between two members or frames
    kCut,       // it ended elsewhere
  };

  virtual ~Decoder() = default;
  // Consumes some of `in`, if it has any, and writes some of what it decodes to [out, out_end),
  // which is not empty; advances `out`. Throws what Boost throws when the input is damaged.
  virtual Step step(ByteInput& in, char*& out, char* out_end) = 0;
};

namespace {

// Gives what is visible of `in`, at most `most` bytes, to a filter of Boost. Returns how many it
// took, and whether it wants more than these (false: the end of a member).
template <class Filter>
size_t feed(Filter& filter, ByteInput& in, size_t most, char*& out, char* out_end,
            bool& wants_more) {
  const size_t given = std::min(in.available(), most);
  const char* next = reinterpret_cast<const char*>(in.peek(given));
  const char* const start = next;
  wants_more = filter.filter().filter(next, start + given, out, out_end, false);
  in.skip(static_cast<size_t>(next - start));
  return static_cast<size_t>(next - start);
}

// RFC 1952; several members may follow each other (2.2).
class GzipDecoder final : public CompressedInput::Decoder {
 public:
  Step step(ByteInput& in, char*& out, char* out_end) override {
    const bool has_input = in.peek(1) != nullptr;
    if (at_boundary_) {
      if (!has_input) return Step::kComplete;
      filter_.filter().close();  // resets it for the next member
      at_boundary_ = false;
    }
    const char* const before = out;
    bool wants_more = true;
    try {
      feed(filter_, in, kMostAtOnce, out, out_end, wants_more);
    } catch (const boost::iostreams::zlib_error& error) {
      // Not damage: it wants more input than there is.
      const bool no_progress = error.error() == boost::iostreams::zlib::buf_error;
      if (has_input || !no_progress) throw;
      return out != before ? Step::kMore : Step::kCut;
    }
    at_boundary_ = !wants_more;
    return Step::kMore;
  }

 private:
  static constexpr size_t kMostAtOnce = size_t{64} << 10;
  static boost::iostreams::zlib_params params() {
    boost::iostreams::zlib_params p;
    p.window_bits = 15 + 16;  // zlib.h, inflateInit2: a gzip header and trailer, checked
    return p;
  }
  boost::iostreams::zlib_decompressor filter_{params()};
  bool at_boundary_ = false;
};

// RFC 8878. The filter tells neither where a frame ends nor, when it fails, what it made in that
// call. So it is given one part of a frame (header, block, checksum) at a time.
class ZstdDecoder final : public CompressedInput::Decoder {
 public:
  Step step(ByteInput& in, char*& out, char* out_end) override {
    if (held_back_) {
      const char* const before = out;
      const char* const nothing = nullptr;
      const char* next = nothing;
      filter_.filter().filter(next, nothing, out, out_end, false);
      held_back_ = out != before;
      if (held_back_) return Step::kMore;
    }
    if (part_left_ == 0) {
      if (next_part_ == Part::kFrameHeader && in.peek(1) == nullptr) return Step::kComplete;
      if (!begin_part(in)) return Step::kCut;
    }
    if (in.peek(1) == nullptr) return Step::kCut;
    bool wants_more = true;
    part_left_ -= feed(filter_, in, part_left_, out, out_end, wants_more);
    held_back_ = out == out_end;
    return Step::kMore;
  }

 private:
  enum class Part { kFrameHeader, kBlock, kChecksum };

  // Finds how long the part at the input is. False when the input ends before that can be known.
  bool begin_part(ByteInput& in) {
    switch (next_part_) {
      case Part::kFrameHeader:
        return begin_frame(in);
      case Part::kBlock:
        return begin_block(in);
      case Part::kChecksum:
        next_part_ = Part::kFrameHeader;
        part_left_ = 4;
        return true;
    }
    return false;
  }

  // RFC 8878 3.1.1.1 and, for skippable frames, 3.1.2. What is neither goes to the filter as it is,
  // which says what is wrong.
  bool begin_frame(ByteInput& in) {
    const uint8_t* b = in.peek(5);
    if (b == nullptr) return false;
    const uint32_t magic = integers_.u32(b);
    if ((magic & 0xfffffff0) == kSkippableMagic) {
      b = in.peek(8);
      if (b == nullptr) return false;
      part_left_ = size_t{8} + integers_.u32(b + 4);
      return true;
    }
    const uint8_t descriptor = b[4];
    const bool single_segment = (descriptor & 0x20) != 0;
    constexpr size_t kDictionaryBytes[] = {0, 1, 2, 4};
    constexpr size_t kContentSizeBytes[] = {0, 2, 4, 8};
    size_t content_size = kContentSizeBytes[descriptor >> 6];
    if (single_segment) content_size = std::max<size_t>(content_size, 1);
    part_left_ = 5 + (single_segment ? 0 : 1) + kDictionaryBytes[descriptor & 3] + content_size;
    has_checksum_ = (descriptor & 4) != 0;
    next_part_ = Part::kBlock;
    return true;
  }

  // RFC 8878 3.1.1.2: 1 bit last, 2 bits type, 21 bits size.
  bool begin_block(ByteInput& in) {
    const uint8_t* b = in.peek(3);
    if (b == nullptr) return false;
    const uint32_t header = b[0] | uint32_t{b[1]} << 8 | uint32_t{b[2]} << 16;
    const bool is_run = ((header >> 1) & 3) == 1;
    part_left_ = 3 + (is_run ? 1 : header >> 3);
    if ((header & 1) != 0) next_part_ = has_checksum_ ? Part::kChecksum : Part::kFrameHeader;
    return true;
  }

  static constexpr uint32_t kSkippableMagic = 0x184d2a50;

  const FileIntegers integers_{std::endian::native == std::endian::big};  // zstd is little-endian
  boost::iostreams::zstd_decompressor filter_;
  Part next_part_ = Part::kFrameHeader;
  bool has_checksum_ = false;
  size_t part_left_ = 0;
  bool held_back_ = false;  // it may have more to give, for which there was no room
};

}  // namespace

std::optional<Compression> compression_of(const uint8_t* first_4_bytes) {
  const uint8_t* b = first_4_bytes;
  if (b[0] == 0x1f && b[1] == 0x8b && b[2] == 8) return Compression::kGzip;
  const bool zstd_frame = b[0] == 0x28 && b[1] == 0xb5 && b[2] == 0x2f && b[3] == 0xfd;
  const bool skippable = (b[0] & 0xf0) == 0x50 && b[1] == 0x2a && b[2] == 0x4d && b[3] == 0x18;
  if (zstd_frame || skippable) return Compression::kZstd;
  return std::nullopt;
}

std::string_view to_string(Compression compression) {
  return compression == Compression::kGzip ? "gzip" : "zstd";
}

CompressedInput::CompressedInput(std::unique_ptr<ByteInput> compressed, Compression compression)
    : BufferedInput(kBufferBytes), compressed_(std::move(compressed)) {
  if (compression == Compression::kGzip) {
    decoder_ = std::make_unique<GzipDecoder>();
  } else {
    decoder_ = std::make_unique<ZstdDecoder>();
  }
}

CompressedInput::~CompressedInput() = default;

// Returns as soon as there is anything, so that a live stream is not held back.
size_t CompressedInput::fill(uint8_t* to, size_t room) {
  if (finished_) return 0;
  char* const start = reinterpret_cast<char*>(to);
  char* out = start;
  try {
    while (out < start + room && !finished_) {
      if (out > start && compressed_->available() == 0) break;
      const Decoder::Step step = decoder_->step(*compressed_, out, start + room);
      finished_ = step != Decoder::Step::kMore;
      if (step == Decoder::Step::kCut) say_damage("ends early");
    }
  } catch (const Error&) {
    throw;
  } catch (const std::exception&) {
    finished_ = true;
    say_damage("is damaged");
  }
  return static_cast<size_t>(out - start);
}

void CompressedInput::say_damage(const char* what) {
  damage_ =
      fmt::format("the compressed data {} at compressed byte {}", what, compressed_->offset());
}

}  // namespace mtuscope
