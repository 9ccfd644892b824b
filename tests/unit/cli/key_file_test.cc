#include "cli/key_file.h"

#include <gmock/gmock.h>

#include "capture/error.h"
#include "cli/text_file.h"
#include "scratch_folder.h"

namespace mtuscope {
namespace {

using KeyFile = ScratchFolder;

TEST_F(KeyFile, HoldsAKeyInBase64) {
  const std::string file = path("key");
  write_text_file(file, "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n");
  EXPECT_EQ(read_key_file(file)[31], 31);
}

TEST_F(KeyFile, WhatIsNoKeyIsRefusedWithTheWayToMakeOne) {
  const std::string file = path("key");
  for (const char* text : {"", "secret\n", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n"}) {
    write_text_file(file, text);
    try {
      read_key_file(file);
      ADD_FAILURE() << text;
    } catch (const Error& error) {
      EXPECT_EQ(error.kind(), ErrorKind::kFormat);
      EXPECT_THAT(error.hint(), testing::HasSubstr("wg genpsk"));
    }
  }
}

}  // namespace
}  // namespace mtuscope
