#include "datasets/hh_rlhf/gzip.h"

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

TEST(GzipTest, ContentComesBack) {
  EXPECT_THAT(ReadGzipFile(WriteTestFile("a", Zip("some text\n"))), IsOkAnd(std::string("some text\n")));
  EXPECT_THAT(ReadGzipFile(WriteTestFile("b", Zip(Long()))), IsOkAnd(Long()));
  EXPECT_THAT(ReadGzipFile(WriteTestFile("c", Zip("one ") + Zip("two"))), IsOkAnd(std::string("one two")));
}

TEST(GzipTest, AFileThatIsNotGzipIsReadAsItIs) {
  EXPECT_THAT(ReadGzipFile(WriteTestFile("a", "plain")), IsOkAnd(std::string("plain")));
  EXPECT_THAT(ReadGzipFile(WriteTestFile("b", "")), IsOkAnd(std::string()));
}

TEST(GzipTest, AFileCutOffIsRefused) {
  const std::string zipped = Zip(Long());
  for (const size_t size : {zipped.size() - 1, zipped.size() - 8, zipped.size() / 2, size_t{20}}) {
    EXPECT_THAT(ReadGzipFile(WriteTestFile("a", zipped.substr(0, size))),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("a: damaged or cut off")))
        << size;
  }
}

TEST(GzipTest, ADamagedFileIsRefused) {
  std::string zipped = Zip(Long());
  zipped[zipped.size() / 2] ^= 1;
  EXPECT_THAT(ReadGzipFile(WriteTestFile("a", zipped)),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("damaged")));
}

TEST(GzipTest, AMissingFileIsNotFound) {
  EXPECT_THAT(ReadGzipFile(TestFolder() + "/none"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
}

}  // namespace
}  // namespace datasets
