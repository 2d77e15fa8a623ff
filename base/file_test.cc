#include "base/file.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <csignal>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "base/testing.h"

namespace base {
namespace {

namespace fs = std::filesystem;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::StatusCode kRefused = absl::StatusCode::kFailedPrecondition;

std::string Path(const std::string& name) { return absl::StrCat(TestFolder(), "/", name); }

absl::Status WriteFolder(const std::string& path, const std::string& content) {
  return WriteFolderAtomically(
      path, [&](const std::string& partial) { return WriteFileAtomically(partial + "/file", content); });
}

// As a process leaves it that is killed while it writes.
void LeaveUnfinished(const std::string& partial) { ASSERT_EQ(chmod(partial.c_str(), S_ISVTX | 0755), 0); }

TEST(FileTest, WritesMakeFoldersAndReplace) {
  const std::string path = Path("a/b/file");
  EXPECT_OK(WriteFileAtomically(path, "one"));
  EXPECT_OK(WriteFileAtomically(path, std::string("t\0wo", 4)));
  EXPECT_THAT(ReadFile(path), IsOkAnd(std::string("t\0wo", 4)));
  EXPECT_FALSE(FileExists(path + ".partial"));
  struct stat info;
  ASSERT_EQ(stat(path.c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07700, 0600);
}

TEST(FileTest, MissingFileIsNamed) {
  EXPECT_THAT(ReadFile("/no/such"), StatusIs(absl::StatusCode::kNotFound, HasSubstr("/no/such")));
}

TEST(FileTest, WhatIsNoFileIsNotRead) {
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0644), 0);
  fs::create_symlink("/dev/zero", Path("zero"));
  for (const std::string& path : {Path("fifo"), Path("zero"), TestFolder()}) {
    EXPECT_THAT(ReadFile(path), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(path))) << path;
  }
}

TEST(FileTest, AFailedWriteIsAnErrorAndLeavesNothing) {
  // Files of more than 100 bytes are refused, as by a full disk.
  std::signal(SIGXFSZ, SIG_IGN);
  struct rlimit before;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  const struct rlimit small = {100, before.rlim_max};
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  const absl::Status file = WriteFileAtomically(Path("file"), std::string(101, 'x'));
  const absl::Status folder = WriteFolder(Path("folder"), std::string(101, 'x'));
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &before), 0);
  for (const absl::Status& status : {file, folder}) {
    EXPECT_THAT(status, StatusIs(absl::StatusCode::kResourceExhausted, HasSubstr("ulimit")));
  }
  EXPECT_TRUE(fs::is_empty(TestFolder()));
}

TEST(FileTest, AFolderIsReplacedIfItIsEmpty) {
  fs::create_directories(Path("out"));
  EXPECT_OK(WriteFolder(Path("out/"), "1"));
  EXPECT_THAT(WriteFolder(Path("out"), "2"), StatusIs(kRefused, AllOf(HasSubstr("/out: "), HasSubstr("folder"))));
  EXPECT_THAT(ReadFile(Path("out/file")), IsOkAnd(std::string("1")));
  EXPECT_FALSE(FileExists(Path("out.partial")));
  struct stat info;
  ASSERT_EQ(stat(Path("out").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07700, 0700);
}

TEST(FileTest, AFileReplacesNoFolderNorTheReverse) {
  WriteTestFile("thesis/chapter", "x");
  WriteTestFile("file", "x");
  EXPECT_THAT(WriteFileAtomically(Path("thesis"), "y"), StatusIs(kRefused, HasSubstr("is a folder")));
  EXPECT_THAT(WriteFolder(Path("file"), "y"), StatusIs(kRefused, HasSubstr("is a file")));
  EXPECT_THAT(Publish(Path("file"), Path("thesis")), StatusIs(kRefused, HasSubstr("is a folder")));
  EXPECT_THAT(ReadFile(Path("thesis/chapter")), IsOkAnd(std::string("x")));
  ASSERT_EQ(mkfifo(Path("fifo").c_str(), 0644), 0);
  EXPECT_THAT(WriteFileAtomically(Path("fifo"), "y"), StatusIs(kRefused, HasSubstr("neither")));
  EXPECT_THAT(WriteFileAtomically("/dev/null", "y"), StatusIs(kRefused, HasSubstr("/dev/null")));
}

TEST(FileTest, WhatAKilledProcessLeftIsMadeAnew) {
  LeaveUnfinished(WriteTestFile("a.partial", "torn"));
  WriteTestFile("b.partial/older", "torn");
  LeaveUnfinished(Path("b.partial"));
  EXPECT_OK(WriteFileAtomically(Path("a"), "whole"));
  EXPECT_THAT(ReadFile(Path("a")), IsOkAnd(std::string("whole")));
  EXPECT_OK(WriteFolder(Path("b"), "whole"));
  EXPECT_FALSE(FileExists(Path("b/older")));
  EXPECT_FALSE(FileExists(Path("a.partial")) || FileExists(Path("b.partial")));
}

TEST(FileTest, SomebodysPartialStays) {
  const std::string note = WriteTestFile("a.partial", "mine");
  WriteTestFile("b.partial/c", "mine");
  fs::create_symlink("/dev/full", Path("d.partial"));
  EXPECT_THAT(WriteFileAtomically(Path("a"), "y"), StatusIs(kRefused, HasSubstr(note)));
  EXPECT_THAT(WriteFolder(Path("b"), "y"), StatusIs(kRefused, HasSubstr("b.partial")));
  EXPECT_THAT(WriteFileAtomically(Path("d"), "y"), StatusIs(kRefused, HasSubstr("d.partial")));
  EXPECT_THAT(ReadFile(note), IsOkAnd(std::string("mine")));
  EXPECT_TRUE(FileExists(Path("b.partial/c")));
  EXPECT_FALSE(FileExists(Path("a")) || FileExists(Path("b")) || FileExists(Path("d")));
}

// Two processes that write one file would publish each other's halves.
TEST(FileTest, WhatAnotherProcessWritesIsLeftAlone) {
  const absl::Status outer = WriteFileInParts(Path("a"), [](WritePart write) -> absl::Status {
    EXPECT_OK(write("one"));
    EXPECT_THAT(WriteFileAtomically(Path("a"), "two"), StatusIs(kRefused, HasSubstr("another process is writing it")));
    return write(" and all");
  });
  EXPECT_OK(outer);
  EXPECT_THAT(ReadFile(Path("a")), IsOkAnd(std::string("one and all")));
  EXPECT_OK(WriteFolderAtomically(Path("b"), [](const std::string&) {
    EXPECT_THAT(WriteFolder(Path("b"), "two"), StatusIs(kRefused, HasSubstr("another process is writing it")));
    return absl::OkStatus();
  }));
  EXPECT_TRUE(fs::is_empty(Path("b")));
}

TEST(FileTest, FilesAboveALimitAreNotRead) {
  WriteTestFile("ten", std::string(10, 'x'));
  EXPECT_THAT(ReadFile(Path("ten"), 10), IsOkAnd(std::string(10, 'x')));
  EXPECT_THAT(ReadFile(Path("ten"), 9),
              StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("10 bytes"), HasSubstr("at most 9"))));
  // A hole of a TiB: nothing of it is read.
  WriteTestFile("hole", "");
  ASSERT_EQ(truncate(Path("hole").c_str(), int64_t{1} << 40), 0);
  EXPECT_THAT(ReadFile(Path("hole")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("1099511627776")));
}

TEST(FileTest, LinksToNothingAreErrors) {
  fs::create_symlink("nowhere", Path("broken"));
  fs::create_symlink("loop", Path("loop"));
  for (const char* name : {"broken", "loop"}) {
    EXPECT_TRUE(FileExists(Path(name)));
    EXPECT_THAT(ReadFile(Path(name)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is a link to")));
  }
  EXPECT_THAT(ReadFile(std::string("a\0b", 3)), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("NUL")));
}

}  // namespace
}  // namespace base
