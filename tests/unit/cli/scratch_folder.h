// A fixture with a folder of its own, which is gone afterwards.

#ifndef MTUSCOPE_TESTS_UNIT_CLI_SCRATCH_FOLDER_H_
#define MTUSCOPE_TESTS_UNIT_CLI_SCRATCH_FOLDER_H_

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>

#include "tests/support/temp_dir.h"

namespace mtuscope {

class ScratchFolder : public ::testing::Test {
 protected:
  const std::filesystem::path& folder() const { return dir_.root(); }
  std::string path(const std::string& name) const { return dir_.path(name); }
  void write(const std::string& name, std::string_view text) const { dir_.write(name, text); }
  std::string read(const std::string& name) const { return dir_.read(name); }

 private:
  build::TempDir dir_;
};

}  // namespace mtuscope

#endif  // MTUSCOPE_TESTS_UNIT_CLI_SCRATCH_FOLDER_H_
