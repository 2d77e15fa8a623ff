#include "experiments/run/store.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <memory>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/run/layout.h"
#include "experiments/run/stage.h"
#include "experiments/run/stage_testing.h"

namespace experiments {
namespace {

using ::base::FileExists;
using ::base::IsOkAnd;
using ::base::ReadFile;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteFileAtomically;
using ::base::WriteTestFile;
using ::sami_harness::RunRecord;
using ::sami_harness::StageRecord;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;
using ::testing::UnorderedElementsAre;

using StoreTest = StageTest;

// Two runs that ask for the same have one entry, each by its own name.
TEST_F(StoreTest, WhatAnotherRunComputedIsNotComputedAgain) {
  Open();
  ASSERT_OK(Run());
  RunFolderOptions options = Options("id2");
  options.path = TestFolder() + "/other";
  ASSERT_OK_AND_ASSIGN(const auto other, RunFolder::Open(options));
  Stage stage = Make();
  stage.name = "make_it";
  stage.outputs = {{"mine/file", "out/file"}};
  ASSERT_OK(other->RunStage(stage, [&](const std::string&) {
    ++runs_;
    return absl::OkStatus();
  }));
  EXPECT_EQ(runs_, 1);
  EXPECT_THAT(ReadFile(options.path + "/mine/file"), IsOkAnd(std::string("data")));
  ASSERT_OK_AND_ASSIGN(const Store store, Store::Open(options.store));
  ASSERT_OK_AND_ASSIGN(const auto entries, store.List());
  ASSERT_EQ(entries.size(), 1);
  const auto normal = [](const std::string& path) { return std::filesystem::path(path).lexically_normal().string(); };
  EXPECT_THAT(entries[0].runs, UnorderedElementsAre(normal(options.path), normal(Path())));
}

TEST_F(StoreTest, OtherSettingsKindOrVersionIsAnotherEntry) {
  const std::string key = StageKey("a", {{"x", "1"}}, "s", 1);
  EXPECT_NE(StageKey("b", {{"x", "1"}}, "s", 1), key);
  EXPECT_NE(StageKey("a", {{"x", "2"}}, "s", 1), key);
  EXPECT_NE(StageKey("a", {{"x", "1"}, {"x", "1"}}, "s", 1), key);
  EXPECT_NE(StageKey("a", {{"x", "1"}}, "t", 1), key);
  EXPECT_NE(StageKey("a", {{"x", "1"}}, "s", 2), key);
  EXPECT_NE(StageKey("a", {{"x\nsettings:\ns", "1"}}, "", 1), key);
  EXPECT_EQ(StageKey("a", {{"x", "1"}}, "s", 1), key);
}

// The plan of what was computed in part.
TEST_F(StoreTest, PlanHasTheKeysAndComputesNothing) {
  Open();
  ASSERT_OK(Run());
  const std::unique_ptr<RunFolder> plan = RunFolder::Plan(Options());
  const auto never = [](const std::string&) { return absl::InternalError("was run"); };
  ASSERT_OK(plan->RunStage(Make(), never));
  ASSERT_OK(plan->RunStage({"later", "later", "", {{"out/file", "", ""}}, {"late"}}, never));
  ASSERT_EQ(plan->Planned().size(), 2);
  EXPECT_TRUE(plan->Planned()[0].is_complete);
  EXPECT_EQ(TestFolder() + "/store/" + plan->Planned()[0].entry, EntryOf());
  EXPECT_FALSE(plan->Planned()[1].is_complete);
  EXPECT_THAT(plan->Planned()[1].needs, ElementsAre("make"));
  EXPECT_FALSE(plan->IsComplete("make"));
}

TEST_F(StoreTest, StagesThatAreNotAskedForAreLeftOut) {
  RunFolderOptions options = Options();
  options.only = {"other"};
  ASSERT_OK_AND_ASSIGN(folder_, RunFolder::Open(options));
  ASSERT_OK(Run());
  EXPECT_EQ(runs_, 0);
  EXPECT_FALSE(FileExists(Path() + "/out/file"));
}

// What is there is linked; what is not stays so, a damaged entry too.
TEST_F(StoreTest, WhatTheStoreHasIsLinkedAlone) {
  Open();
  ASSERT_OK(Run("h1"));
  RunFolderOptions options = Options("id2");
  options.path = TestFolder() + "/other";
  options.computes = false;
  ASSERT_OK_AND_ASSIGN(folder_, RunFolder::Open(options));
  ASSERT_OK(Run("h1"));
  EXPECT_THAT(ReadFile(options.path + "/out/file"), IsOkAnd(std::string("data")));
  EXPECT_TRUE(FileExists(options.path + "/stages/make.textproto"));
  ASSERT_OK(WriteFileAtomically(EntryOf() + "/out/file", "dada"));
  ASSERT_OK(Run("h1"));
  ASSERT_OK(Run("h2"));
  EXPECT_EQ(runs_, 1);
}

// Links beside their store: both can be moved.
TEST_F(StoreTest, RunAndStoreMoveTogether) {
  Open();
  ASSERT_OK(Run());
  const std::string moved = TestFolder() + "/moved";
  std::filesystem::create_directory(moved);
  for (const char* name : {"/run", "/store"}) std::filesystem::rename(TestFolder() + name, moved + name);
  EXPECT_THAT(ReadFile(moved + "/run/out/file"), IsOkAnd(std::string("data")));
}

TEST_F(StoreTest, ScratchIsOfOneKey) {
  Open();
  const auto leave = [](const std::string& scratch) {
    EXPECT_OK(WriteFileAtomically(scratch + "/state", "old"));
    return absl::InternalError("stop");
  };
  EXPECT_FALSE(folder_->RunStage({"make", "make", "", {{"input", "input", "h1"}}, {}}, leave).ok());
  ASSERT_OK(folder_->RunStage({"make", "make", "", {{"input", "input", "h2"}}, {}}, [](const std::string& scratch) {
    EXPECT_FALSE(FileExists(scratch + "/state"));
    return absl::OkStatus();
  }));
}

// The second process waits for the first, and then has what that one made.
TEST_F(StoreTest, TwoProcessesComputeAStageOnce) {
  const RunFolderOptions options = Options();
  int pipes[2];
  ASSERT_EQ(pipe(pipes), 0);
  const pid_t child = fork();
  if (child == 0) {
    auto folder = RunFolder::Open(options);
    const absl::Status status = (*folder)->RunStage(Make(), [&](const std::string&) {
      (void)!write(pipes[1], "x", 1);  // it has begun
      usleep(200000);
      return WriteFileAtomically((*folder)->PathOf("out/file"), "the child's");
    });
    _exit(status.ok() ? 0 : 1);
  }
  char begun;
  ASSERT_EQ(read(pipes[0], &begun, 1), 1);
  Open();
  ASSERT_OK(Run("h1", "the parent's"));
  EXPECT_EQ(runs_, 0);
  EXPECT_THAT(said_, HasSubstr("waits for another process"));
  EXPECT_THAT(ReadFile(Path() + "/out/file"), IsOkAnd(std::string("the child's")));
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  EXPECT_EQ(status, 0);
}

TEST_F(StoreTest, StoreListsAndRemovesEntries) {
  Open();
  ASSERT_OK(Run("h1"));
  ASSERT_OK(Run("h2", "22"));
  ASSERT_OK_AND_ASSIGN(const Store store, Store::Open(Options().store));
  ASSERT_OK_AND_ASSIGN(const auto before, store.List());
  ASSERT_EQ(before.size(), 2);
  for (const Store::EntryInfo& entry : before) {
    EXPECT_EQ(entry.runs.size(), store.PathOf(entry.name) == EntryOf("h2") ? 1 : 0) << entry.name;
    EXPECT_GE(entry.bytes, 2);
  }
  {
    ASSERT_OK_AND_ASSIGN(const FileLock lock, store.LockEntry(before[0].name, [] {}));
    EXPECT_THAT(store.Remove(before[0].name), IsOkAnd(false));
  }
  EXPECT_THAT(store.Remove(before[0].name), IsOkAnd(true));
  ASSERT_OK_AND_ASSIGN(const auto after, store.List());
  EXPECT_EQ(after.size(), 1);
}

// What a run may use is not for pruning, if its record is another version's or cannot be read.
TEST_F(StoreTest, WhatARunUsesIsKnownOrAnError) {
  Open();
  ASSERT_OK(Run("h1"));
  ASSERT_OK_AND_ASSIGN(const Store store, Store::Open(Options().store));
  const std::string stages = absl::StrCat(Path(), "/", kStagesFolder);
  const auto entry = std::filesystem::directory_iterator(stages)->path();
  ASSERT_OK_AND_ASSIGN(const std::string record, ReadFile(entry.string()));
  ASSERT_OK(base::WriteFileAtomically(entry.string(), record + "of_a_later_version: 3\n"));
  ASSERT_OK_AND_ASSIGN(const auto entries, store.List());
  ASSERT_EQ(entries.size(), 1);
  EXPECT_EQ(entries[0].runs.size(), 1);

  ASSERT_OK(base::WriteFileAtomically(entry.string(), "noise"));
  EXPECT_THAT(store.List(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is no record of a stage")));
  std::filesystem::remove(entry);
  std::filesystem::create_directory(entry);
  EXPECT_THAT(store.List(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is a folder")));
  std::filesystem::remove_all(stages);
  EXPECT_OK(store.List());  // the run is gone
}

TEST_F(StoreTest, StoreThatCannotBeMadeIsSaid) {
  RunFolderOptions options = Options();
  options.store = WriteTestFile("store", "a file");
  EXPECT_THAT(RunFolder::Open(options).status(),
              StatusIs(absl::StatusCode::kUnavailable, AllOf(HasSubstr("store"), HasSubstr("--store"))));
}

}  // namespace
}  // namespace experiments
