#include "capture/compressed_input.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>
#include <boost/iostreams/filter/zlib.hpp>
#include <boost/iostreams/filter/zstd.hpp>
#include <exception>
#include <utility>

#include "capture/error.h"

namespace mtuscope {
namespace {

constexpr size_t kBufferBytes = size_t{256} << 10;

}  // namespace

// One of Boost's decompressing filters, driven directly instead of through a stream, so that what
// came out before an error is not lost.
class CompressedInput::Decoder {
 public:
  enum class End { kMore, kComplete, kCut };

  explicit Decoder(size_t piece_bytes) : piece_bytes_(piece_bytes) {}
  virtual ~Decoder() = default;
  // What one call of decode() should be given at most.
  size_t piece_bytes() const { return piece_bytes_; }
  // Decodes from [in, in_end), which is not empty, to [out, out_end) and advances both. Throws what
  // Boost throws.
  virtual void decode(const char*& in, const char* in_end, char*& out, char* out_end) = 0;
  // There is no more input: gives what was held back for lack of room (kMore), and then says
  // whether the input ended where it may, between two members or frames.
  virtual End finish(char*& out, char* out_end) = 0;

 private:
  size_t piece_bytes_;
};

namespace {

class GzipDecoder final : public CompressedInput::Decoder {
 public:
  GzipDecoder() : Decoder(size_t{64} << 10) {}

  void decode(const char*& in, const char* in_end, char*& out, char* out_end) override {
    if (at_boundary_) filter_.filter().close();  // resets it for the next member
    at_boundary_ = false;
    at_boundary_ = !filter_.filter().filter(in, in_end, out, out_end, false);
  }
  End finish(char*& out, char* out_end) override {
    if (at_boundary_) return End::kComplete;
    const char* in = nullptr;
    const char* const before = out;
    try {
      at_boundary_ = !filter_.filter().filter(in, in, out, out_end, false);
    } catch (const std::exception&) {  // Z_BUF_ERROR: it wants more input
    }
    if (out != before) return End::kMore;
    return at_boundary_ ? End::kComplete : End::kCut;
  }

 private:
  static boost::iostreams::zlib_params params() {
    boost::iostreams::zlib_params p;
    p.window_bits = 15 + 16;  // zlib.h, inflateInit2: a gzip header and trailer, checked
    return p;
  }
  boost::iostreams::zlib_decompressor filter_{params()};
  bool at_boundary_ = false;
};

class ZstdDecoder final : public CompressedInput::Decoder {
 public:
  // Small pieces, because this filter forgets what it made in a call that ends in an error.
  ZstdDecoder() : Decoder(512) {}

  void decode(const char*& in, const char* in_end, char*& out, char* out_end) override {
    filter_.filter().filter(in, in_end, out, out_end, false);
  }
  // The filter does not tell where a frame ends, so it is asked to decode one more frame, which
  // holds the byte 'A' uncompressed (RFC 8878 3.1.1): inside another frame that is not what it
  // makes of it.
  End finish(char*& out, char* out_end) override {
    static constexpr std::array<unsigned char, 10> kFrame{0x28, 0xb5, 0x2f, 0xfd, 0x20,
                                                          0x01, 0x09, 0x00, 0x00, 'A'};
    const char* in = nullptr;
    const char* const before = out;
    try {
      filter_.filter().filter(in, in, out, out_end, false);
      if (out != before) return End::kMore;
      std::array<char, 2> made{};
      char* made_end = made.data();
      in = reinterpret_cast<const char*>(kFrame.data());
      filter_.filter().filter(in, in + kFrame.size(), made_end, made_end + made.size(), false);
      const bool complete = made_end == made.data() + 1 && made[0] == 'A';
      return complete ? End::kComplete : End::kCut;
    } catch (const std::exception&) {
      return End::kCut;
    }
  }

 private:
  boost::iostreams::zstd_decompressor filter_;
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
    while (out < start + room) {
      if (out > start && compressed_->available() == 0) break;
      const uint8_t* piece = compressed_->peek(1);
      if (piece == nullptr) {
        const Decoder::End end = decoder_->finish(out, start + room);
        finished_ = end != Decoder::End::kMore;
        if (end == Decoder::End::kCut) say_damage("ends early");
        break;
      }
      const char* in = reinterpret_cast<const char*>(piece);
      const char* const in_start = in;
      const size_t bytes = std::min(compressed_->available(), decoder_->piece_bytes());
      decoder_->decode(in, in + bytes, out, start + room);
      compressed_->skip(static_cast<size_t>(in - in_start));
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
