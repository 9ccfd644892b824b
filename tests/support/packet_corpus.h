// Named packets of every kind the decoder knows, and damaged ones: cut, mutated and replayed by
// unit tests, written out as fuzz seeds.

#ifndef MTUSCOPE_TESTS_SUPPORT_PACKET_CORPUS_H_
#define MTUSCOPE_TESTS_SUPPORT_PACKET_CORPUS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "tests/support/packet_builder.h"

namespace mtuscope {

struct CorpusPacket {
  std::string name;  // valid-..., edge-... (odd, yet decoded) or malformed-... (has a reason)
  uint16_t link_type = 0;
  build::Bytes bytes;
};
std::vector<CorpusPacket> packet_corpus();

// TCP options alone, as they stand behind the fixed header; names as above.
struct CorpusOptions {
  std::string name;
  build::Bytes bytes;
};
std::vector<CorpusOptions> tcp_options_corpus();

}  // namespace mtuscope

#endif  // MTUSCOPE_TESTS_SUPPORT_PACKET_CORPUS_H_
