#include "base/outputs/outputs.h"

#include <filesystem>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace base {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

constexpr absl::StatusCode kRefused = absl::StatusCode::kFailedPrecondition;

std::string Path(const std::string& name) { return absl::StrCat(TestFolder(), "/", name); }

TEST(CheckOutputTest, AnEarlierOutputMayBeReplacedAndNothingElse) {
  EXPECT_OK(CheckOutputFile(Path("new/file"), {}, "mark"));
  EXPECT_OK(CheckOutputFile(WriteTestFile("empty", ""), {}, "mark"));
  EXPECT_OK(CheckOutputFile(WriteTestFile("ours", "{\"mark\": 1}"), {}, "\"mark\""));
  EXPECT_THAT(CheckOutputFile(WriteTestFile("theirs", "x"), {}, "mark"),
              StatusIs(kRefused, HasSubstr("/theirs is there")));
  EXPECT_THAT(CheckOutputFile(Path("theirs"), {}, ""), StatusIs(kRefused, HasSubstr("/theirs is there")));
  EXPECT_THAT(CheckOutputFile(TestFolder(), {}, "mark"), StatusIs(kRefused, HasSubstr("is a folder")));
}

TEST(CheckOutputTest, NoInputIsReplacedWhateverItsPath) {
  const std::string input = WriteTestFile("in/a", "mark");
  fs::create_symlink("in", Path("link"));
  fs::create_hard_link(input, Path("hard"));
  for (const std::string& path : {input, Path("link/a"), Path("in/../in/./a"), Path("hard")}) {
    EXPECT_THAT(CheckOutputFile(path, {"", Path("absent"), input}, "mark"), StatusIs(kRefused, HasSubstr("is read")))
        << path;
  }
  // Of a folder: what is in it, at any depth; a new file in it replaces nothing.
  WriteTestFile("in/deep/b", "mark");
  EXPECT_THAT(CheckOutputFile(Path("link/deep/b"), {Path("in")}, "mark"), StatusIs(kRefused, HasSubstr("is read")));
  EXPECT_THAT(CheckOutputFolder(Path("in/"), {Path("link")}), StatusIs(kRefused, HasSubstr("is read")));
  EXPECT_OK(CheckOutputFile(Path("in/new"), {Path("in")}, "mark"));
  EXPECT_OK(CheckOutputFile(WriteTestFile("out", "mark"), {Path("in"), input}, "mark"));
}

TEST(CheckOutputTest, AFolderMustBeAbsentOrEmpty) {
  EXPECT_OK(CheckOutputFolder(Path("new"), {}));
  fs::create_directories(Path("empty"));
  EXPECT_OK(CheckOutputFolder(Path("empty"), {Path("new")}));
  WriteTestFile("full/file", "");
  EXPECT_THAT(CheckOutputFolder(Path("full"), {}), StatusIs(kRefused, HasSubstr("something in it")));
  EXPECT_THAT(CheckOutputFolder(Path("full/file"), {}), StatusIs(kRefused, HasSubstr("is a file")));
}

TEST(CheckOutputTest, OverwriteGivesUpAFileAndNothingElse) {
  absl::SetFlag(&FLAGS_overwrite, true);
  const std::string theirs = WriteTestFile("theirs", "x");
  EXPECT_OK(CheckOutputFile(theirs, {}, "mark"));
  EXPECT_THAT(CheckOutputFile(theirs, {theirs}, "mark"), StatusIs(kRefused, HasSubstr("is read")));
  EXPECT_THAT(CheckOutputFile(TestFolder(), {}, "mark"), StatusIs(kRefused, HasSubstr("is a folder")));
  EXPECT_THAT(CheckOutputFolder(TestFolder(), {}), StatusIs(kRefused, HasSubstr("something in it")));
  absl::SetFlag(&FLAGS_overwrite, false);
}

TEST(CheckOutputTest, TwoOutputsOfOneNameAreRefused) {
  EXPECT_THAT(CheckOutputFile(Path("new"), {Path("./new")}, "mark"), StatusIs(kRefused, HasSubstr("is read")));
}

}  // namespace
}  // namespace base
