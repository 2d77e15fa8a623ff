#include "datasets/records/text_file.h"

#include "base/file.h"
#include "base/testing.h"
#include "zlib.h"

namespace datasets {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::HasSubstr;

std::string Zip(const std::string& content) {
  const std::string path = TestFolder() + "/zipped";
  const gzFile file = gzopen(path.c_str(), "wb");
  EXPECT_EQ(gzwrite(file, content.data(), content.size()), static_cast<int>(content.size()));
  EXPECT_EQ(gzclose(file), Z_OK);
  return *base::ReadFile(path);
}

// Longer than a block, and not a repetition of one byte.
std::string Long() {
  std::string content;
  for (int i = 0; i < 100000; ++i) content += std::to_string(i * i % 7919);
  return content;
}

TEST(TextFileTest, ContentComesBack) {
  EXPECT_THAT(ReadTextFile(WriteTestFile("a", Zip("some text\n"))), IsOkAnd(std::string("some text\n")));
  EXPECT_THAT(ReadTextFile(WriteTestFile("b", Zip(Long()))), IsOkAnd(Long()));
  EXPECT_THAT(ReadTextFile(WriteTestFile("c", Zip("one ") + Zip("two"))), IsOkAnd(std::string("one two")));
}

TEST(TextFileTest, AFileThatIsNotGzipIsReadAsItIs) {
  EXPECT_THAT(ReadTextFile(WriteTestFile("a", "plain")), IsOkAnd(std::string("plain")));
  EXPECT_THAT(ReadTextFile(WriteTestFile("b", "")), IsOkAnd(std::string()));
}

TEST(TextFileTest, AFileCutOffIsRefused) {
  const std::string zipped = Zip(Long());
  for (const size_t size : {zipped.size() - 1, zipped.size() - 8, zipped.size() / 2, size_t{20}}) {
    EXPECT_THAT(ReadTextFile(WriteTestFile("a", zipped.substr(0, size))),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a: damaged or cut off")))
        << size;
  }
}

TEST(TextFileTest, ADamagedFileIsRefused) {
  std::string zipped = Zip(Long());
  zipped[zipped.size() / 2] ^= 1;
  EXPECT_THAT(ReadTextFile(WriteTestFile("a", zipped)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("damaged")));
}

TEST(TextFileTest, WhatFollowsTheGzipDataIsRefused) {
  EXPECT_THAT(ReadTextFile(WriteTestFile("a", Zip("one ") + "two")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("something else follows")));
  EXPECT_THAT(ReadTextFile(WriteTestFile("a", "\x1f\x8b")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("damaged or cut off")));
  EXPECT_THAT(ReadTextFile(WriteTestFile("a", "\x1f\x8bzipped?")),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("damaged or cut off")));
}

TEST(TextFileTest, AByteOrderMarkIsDropped) {
  EXPECT_THAT(ReadTextFile(WriteTestFile("a", "\xEF\xBB\xBFx\r\n")), IsOkAnd(std::string("x\r\n")));
  EXPECT_THAT(ReadTextFile(WriteTestFile("b", Zip("\xEF\xBB\xBFx"))), IsOkAnd(std::string("x")));
  EXPECT_THAT(ReadTextFile(WriteTestFile("c", "x\xEF\xBB\xBF")), IsOkAnd(std::string("x\xEF\xBB\xBF")));
}

TEST(TextFileTest, WhatIsNotUtf8IsRefusedWithItsLine) {
  const auto read = [](const std::string& content) { return ReadTextFile(WriteTestFile("a", content)); };
  EXPECT_THAT(read("one\ncaf\xe9\n"),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a:2: not UTF-8 (byte 0xe9): save the file")));
  EXPECT_THAT(read(Zip("\xC0\x80")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a:1: not UTF-8")));
  EXPECT_THAT(read("\xE2\x82"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a:1: not UTF-8")));
  EXPECT_THAT(read("\xED\xA0\x80"), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a:1: not UTF-8")));
  EXPECT_THAT(read(std::string("\xFF\xFE{\0", 4)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a: the file is UTF-16")));
  EXPECT_THAT(read("na\xC3\xAFve \xF0\x9F\x8C\xB9"), IsOkAnd(HasSubstr("ve")));
}

TEST(TextFileTest, AMissingFileIsNotFound) {
  EXPECT_THAT(ReadTextFile(TestFolder() + "/none"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

}  // namespace
}  // namespace datasets
