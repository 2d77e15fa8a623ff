#include "base/file.h"

#include "base/testing.h"

namespace base {
namespace {

using ::testing::HasSubstr;

TEST(FileTest, WritesMakeFoldersAndReplace) {
  const std::string path = TestFolder() + "/a/b/file";
  EXPECT_OK(WriteFileAtomically(path, "one"));
  EXPECT_OK(WriteFileAtomically(path, std::string("t\0wo", 4)));
  EXPECT_THAT(ReadFile(path), IsOkAnd(std::string("t\0wo", 4)));
  EXPECT_FALSE(FileExists(path + ".partial"));
}

TEST(FileTest, MissingFileIsNamed) {
  EXPECT_THAT(ReadFile("/no/such"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/such")));
}

// /dev/full answers every write with ENOSPC.
TEST(FileTest, FullDiskIsAnErrorAndLeavesNothing) {
  const std::string path = TestFolder() + "/file";
  ASSERT_EQ(symlink("/dev/full", (path + ".partial").c_str()), 0);
  EXPECT_THAT(WriteFileAtomically(path, "data"), StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("space")));
  EXPECT_FALSE(FileExists(path));
  EXPECT_FALSE(FileExists(path + ".partial"));
}

TEST(FileTest, PublishReplacesAFolder) {
  WriteTestFile("new/x", "1");
  WriteTestFile("old/y", "2");
  EXPECT_OK(Publish(TestFolder() + "/new", TestFolder() + "/old"));
  EXPECT_TRUE(FileExists(TestFolder() + "/old/x"));
  EXPECT_FALSE(FileExists(TestFolder() + "/old/y"));
}

}  // namespace
}  // namespace base
