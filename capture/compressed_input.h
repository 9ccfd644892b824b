// A gzip or zstd stream as a window over what it decompresses to, a piece at a time. Recognised by
// its first bytes, never by a name. Several members or frames in a row are one stream (rotated and
// concatenated files, pigz, pzstd).

#ifndef MTUSCOPE_CAPTURE_COMPRESSED_INPUT_H_
#define MTUSCOPE_CAPTURE_COMPRESSED_INPUT_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "capture/byte_input.h"

namespace mtuscope {

enum class Compression { kGzip, kZstd };

// What these first 4 bytes begin (RFC 1952 2.3.1, RFC 8878 3.1.1 and 3.1.2); nullopt when neither.
std::optional<Compression> compression_of(const uint8_t* first_4_bytes);
// "gzip", "zstd".
std::string_view to_string(Compression compression);

class CompressedInput final : public BufferedInput {
 public:
  // Decompresses `compressed`, which stands at the first byte. A stream that is damaged or cut
  // gives everything up to there; damage() then says what is wrong and at which compressed byte.
  CompressedInput(std::unique_ptr<ByteInput> compressed, Compression compression);
  ~CompressedInput() override;

  // Compressed bytes.
  uint64_t bytes_read() const override { return compressed_->bytes_read(); }
  uint64_t bytes_total() const override { return compressed_->bytes_total(); }

  class Decoder;

 private:
  size_t fill(uint8_t* to, size_t room) override;
  void say_damage(const char* what);

  std::unique_ptr<ByteInput> compressed_;
  std::unique_ptr<Decoder> decoder_;
  bool finished_ = false;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_CAPTURE_COMPRESSED_INPUT_H_
