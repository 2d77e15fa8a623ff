#include "base/hash.h"

#include <filesystem>

#include "base/testing.h"

namespace base {
namespace {

using ::testing::HasSubstr;

// FIPS 180-2, appendix B.1.
constexpr char kAbc[] = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad";

TEST(HashTest, MatchesTheStandardsExample) { EXPECT_EQ(Sha256Hex("abc"), kAbc); }

TEST(HashTest, FileHasItsContentsHash) {
  EXPECT_THAT(Sha256HexOfFile(WriteTestFile("abc", "abc")), IsOkAnd(std::string(kAbc)));
  EXPECT_THAT(Sha256HexOfFile("/no/such/file"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/such/file")));
}

TEST(HashTest, FolderHashSeesNamesAndContents) {
  WriteTestFile("a", "1");
  ASSERT_OK_AND_ASSIGN(const std::string before, Sha256HexOfFolder(TestFolder()));
  WriteTestFile("a", "2");
  ASSERT_OK_AND_ASSIGN(const std::string changed, Sha256HexOfFolder(TestFolder()));
  WriteTestFile("b", "");
  ASSERT_OK_AND_ASSIGN(const std::string added, Sha256HexOfFolder(TestFolder()));
  EXPECT_NE(before, changed);
  EXPECT_NE(changed, added);
}

// As in a program's runfiles.
TEST(HashTest, FolderOfLinksHasTheHashOfItsFiles) {
  WriteTestFile("files/deep/a", "1");
  WriteTestFile("links/deep/other", "");
  const std::string folder = TestFolder();
  std::filesystem::remove(folder + "/links/deep/other");
  std::filesystem::create_symlink(folder + "/files/deep/a", folder + "/links/deep/a");
  ASSERT_OK_AND_ASSIGN(const std::string files, Sha256HexOfFolder(folder + "/files"));
  EXPECT_THAT(Sha256HexOfFolder(folder + "/links/"), IsOkAnd(files));
}

TEST(HashTest, ALinkThatLeadsToItselfIsNamedAndOneToNowherePassedOver) {
  WriteTestFile("a", "1");
  ASSERT_OK_AND_ASSIGN(const std::string before, Sha256HexOfFolder(TestFolder()));
  std::filesystem::create_symlink("nowhere", TestFolder() + "/nothing");
  EXPECT_THAT(Sha256HexOfFolder(TestFolder()), IsOkAnd(before));
  std::filesystem::create_symlink("loop", TestFolder() + "/loop");
  EXPECT_THAT(Sha256HexOfFolder(TestFolder()), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("/loop: ")));
}

TEST(HashTest, Id64IsTheFirstEightBytes) { EXPECT_EQ(Id64("abc"), 0xba7816bf8f01cfeaULL); }

}  // namespace
}  // namespace base
