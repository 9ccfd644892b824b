// Runs a fuzz target over files instead of mutations: replay FILE|FOLDER..., so that every input
// that once mattered is an ordinary test, with any compiler. Exit status 1 when there was no input.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size);

namespace {

namespace fs = std::filesystem;

// Named before it runs: a crash then says which input it was.
void replay(const fs::path& path) {
  std::fprintf(stderr, "%s\n", path.c_str());
  std::ifstream in(path, std::ios::binary);
  // A buffer of exactly the input's size, so that the sanitizer sees a read past its end.
  const std::vector<char> bytes{std::istreambuf_iterator<char>(in), {}};
  LLVMFuzzerTestOneInput(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
}

}  // namespace

int main(int argc, char** argv) {
  size_t inputs = 0;
  for (int i = 1; i < argc; ++i) {
    if (fs::is_regular_file(argv[i])) {
      replay(argv[i]);
      ++inputs;
      continue;
    }
    std::error_code missing;
    for (const auto& entry : fs::recursive_directory_iterator(argv[i], missing)) {
      if (!entry.is_regular_file()) continue;
      replay(entry.path());
      ++inputs;
    }
    if (missing) std::fprintf(stderr, "%s: %s\n", argv[i], missing.message().c_str());
  }
  std::fprintf(stderr, "%zu inputs\n", inputs);
  return inputs == 0 ? 1 : 0;
}
