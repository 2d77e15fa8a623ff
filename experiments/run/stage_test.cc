#include "experiments/run/stage.h"

#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <string>
#include <utility>

#include "base/file.h"
#include "base/hash.h"
#include "base/testing.h"
#include "base/textproto/text_proto.h"
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

TEST_F(StageTest, CompleteStageIsPassedOverByTheNextProcess) {
  Open();
  ASSERT_OK(Run());
  EXPECT_THAT(said_, AllOf(HasSubstr("stage make: starts (make-"), HasSubstr("stage make: done in ")));
  Open();
  ASSERT_OK(Run());
  EXPECT_THAT(said_, StartsWith("stage make: already complete (make-"));
  EXPECT_EQ(runs_, 1);
  EXPECT_TRUE(folder_->IsComplete("make"));
  EXPECT_THAT(ReadFile(folder_->PathOf("out/file")), IsOkAnd(std::string("data")));
}

TEST_F(StageTest, RecordHoldsInputsAndOutputs) {
  Open();
  ASSERT_OK(Run());
  StageRecord record;
  ASSERT_OK(base::ReadTextProto(Path() + "/stages/make.textproto", &record));
  EXPECT_EQ(record.inputs(0).name(), "input");
  EXPECT_EQ(record.inputs(0).sha256(), "h1");
  EXPECT_EQ(record.name(), "make");
  EXPECT_EQ(record.key(), StageKey("make", {{"input", "h1"}}, "", 0));
  EXPECT_EQ(record.outputs(0).path(), "out/file");
  EXPECT_EQ(record.outputs(0).sha256(), base::Sha256Hex("data"));
  EXPECT_EQ(record.outputs(0).bytes(), 4);
  EXPECT_EQ(record.code_commit(), "c0ffee");
}

TEST_F(StageTest, ChangedInputIsAnotherEntryAndTheLinksFollow) {
  Open();
  ASSERT_OK(Run("h1"));
  ASSERT_OK(Run("h2", "other"));
  EXPECT_THAT(ReadFile(Path() + "/out/file"), IsOkAnd(std::string("other")));
  EXPECT_THAT(ReadFile(EntryOf("h1") + "/out/file"), IsOkAnd(std::string("data")));
}

TEST_F(StageTest, ChangedOutputOfTheSameSizeRunsAgain) {
  Open();
  ASSERT_OK(Run());
  ASSERT_OK(WriteFileAtomically(EntryOf() + "/out/file", "dada"));
  ASSERT_OK(Run());
  EXPECT_THAT(said_, HasSubstr("starts again: out/file changed"));
  EXPECT_THAT(ReadFile(Path() + "/out/file"), IsOkAnd(std::string("data")));
}

TEST_F(StageTest, MissingOutputRunsAgain) {
  Open();
  ASSERT_OK(Run());
  ASSERT_EQ(unlink((EntryOf() + "/out/file").c_str()), 0);
  ASSERT_OK(Run());
  EXPECT_THAT(said_, HasSubstr("starts again: out/file is missing"));
}

TEST_F(StageTest, DamagedRecordRunsAgain) {
  Open();
  ASSERT_OK(Run());
  ASSERT_OK(WriteFileAtomically(EntryOf() + "/record.textproto", "kind: 'ma"));
  ASSERT_OK(Run());
  EXPECT_THAT(said_, HasSubstr("starts again: "));
  EXPECT_EQ(runs_, 2);
}

TEST_F(StageTest, FolderOutputIsHashedWithAllItsFiles) {
  Open();
  const Stage stage = {"model", "model", "", {}, {"model"}};
  const auto work = [&](const std::string&) {
    ++runs_;
    return WriteFileAtomically(folder_->PathOf("model/a/b"), "12345");
  };
  ASSERT_OK(folder_->RunStage(stage, work));
  ASSERT_OK(folder_->RunStage(stage, work));
  EXPECT_EQ(runs_, 1);
  ASSERT_OK(WriteFileAtomically(folder_->PathOf("model/extra"), ""));
  ASSERT_OK(folder_->RunStage(stage, work));
  EXPECT_EQ(runs_, 2);
  EXPECT_FALSE(FileExists(folder_->PathOf("model/extra")));
}

TEST_F(StageTest, FailedStageLeavesNoRecordAndRunsAgainWithoutLeftovers) {
  Open();
  const absl::Status failed = folder_->RunStage(Make(), [&](const std::string&) {
    EXPECT_OK(WriteFileAtomically(folder_->PathOf("out/file"), "half"));
    EXPECT_OK(WriteFileAtomically(folder_->PathOf("out/file.partial"), "part"));
    return absl::UnavailableError("disk on fire");
  });
  EXPECT_THAT(failed, StatusIs(absl::StatusCode::kUnavailable, "stage make: disk on fire"));
  EXPECT_FALSE(FileExists(Path() + "/stages/make.textproto"));
  Open();
  const absl::Status again = folder_->RunStage(Make(), [&](const std::string&) {
    EXPECT_FALSE(FileExists(folder_->PathOf("out/file")));
    EXPECT_FALSE(FileExists(folder_->PathOf("out/file.partial")));
    return WriteFileAtomically(folder_->PathOf("out/file"), "whole");
  });
  ASSERT_OK(again);
  EXPECT_THAT(ReadFile(Path() + "/out/file"), IsOkAnd(std::string("whole")));
}

// A process that dies inside a stage gives its lock back, and its successor finds what it kept in its scratch folder.
TEST_F(StageTest, KilledProcessIsContinued) {
  const RunFolderOptions options = Options();  // the first call empties the test's folder
  const pid_t child = fork();
  if (child == 0) {
    auto folder = RunFolder::Open(options);
    (void)(*folder)->RunStage(Make(), [&](const std::string& scratch) {
      (void)WriteFileAtomically(scratch + "/state", "step 7");
      (void)WriteFileAtomically((*folder)->PathOf("out/file"), "half");
      kill(getpid(), SIGKILL);
      return absl::OkStatus();
    });
    _exit(0);
  }
  int status = 0;
  ASSERT_EQ(waitpid(child, &status, 0), child);
  ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
  EXPECT_FALSE(FileExists(Path() + "/stages/make.textproto"));
  Open();
  ASSERT_OK(folder_->RunStage(Make(), [&](const std::string& scratch) {
    EXPECT_THAT(ReadFile(scratch + "/state"), IsOkAnd(std::string("step 7")));
    EXPECT_FALSE(FileExists(folder_->PathOf("out/file")));
    return WriteFileAtomically(folder_->PathOf("out/file"), "whole");
  }));
  EXPECT_FALSE(FileExists(TestFolder() + "/store/.scratch/" + EntryOf().substr(EntryOf().rfind('/'))));
}

TEST_F(StageTest, FolderOfAnotherRunIsRefusedAndLeftAsItIs) {
  Open("id1");
  folder_.reset();
  RunFolderOptions other = Options("id2");
  other.canonical_spec = "name: \"b\"\n";
  EXPECT_THAT(RunFolder::Open(other).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(Path()), HasSubstr("belongs to run id1, and this is run id2"),
                             HasSubstr("--out"), HasSubstr("remove"))));
  EXPECT_THAT(ReadFile(Path() + "/spec.textproto"), IsOkAnd(std::string("# run id: id1\nname: \"a\"\n")));
}

TEST_F(StageTest, EditedSpecIsRefused) {
  Open("id1");
  folder_.reset();
  ASSERT_OK(WriteFileAtomically(Path() + "/spec.textproto", "# run id: id1\nname: \"b\"\n"));
  EXPECT_THAT(RunFolder::Open(Options()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("its spec.textproto was changed")));
}

TEST_F(StageTest, FolderOfSomethingElseIsRefusedAndLeftAsItIs) {
  WriteTestFile("run/thesis.tex", "");
  EXPECT_THAT(RunFolder::Open(Options()).status(),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("no run folder and not empty (thesis.tex)")));
  EXPECT_FALSE(FileExists(Path() + "/.lock"));
}

TEST_F(StageTest, FileInsteadOfAFolderIsRefused) {
  WriteTestFile("run", "");
  EXPECT_THAT(RunFolder::Open(Options()).status(),
              StatusIs(absl::StatusCode::kUnavailable, HasSubstr("Not a directory")));
}

TEST_F(StageTest, RunRecordHasTheCallersFactsAndTheFolders) {
  Open();
  ASSERT_OK(Run());
  RunRecord facts;
  facts.set_seed(7);
  facts.set_results_version(1);
  ASSERT_OK(folder_->WriteRecord(facts));
  RunRecord record;
  ASSERT_OK(base::ReadTextProto(Path() + "/record.textproto", &record));
  EXPECT_EQ(record.seed(), 7);
  EXPECT_EQ(record.run_id(), "id1");
  EXPECT_EQ(record.spec_sha256(), base::Sha256Hex(kSpec));
  EXPECT_EQ(record.code_commit(), "c0ffee");
  EXPECT_GE(record.host().cores(), 1);
  EXPECT_GT(record.host().memory_bytes(), 0);
  EXPECT_GE(record.libraries_size(), 2);
  ASSERT_EQ(record.stages_size(), 1);
  EXPECT_EQ(record.stages(0).name(), "make");
  EXPECT_GE(record.finished(), record.started());
}

TEST_F(StageTest, OutputOutsideTheFolderIsABug) {
  Open();
  const auto nothing = [](const std::string&) { return absl::OkStatus(); };
  EXPECT_DEATH((void)folder_->RunStage({"x", "x", "", {}, {"../file"}}, nothing), "../file");
  EXPECT_DEATH((void)folder_->RunStage({"x", "x", "", {}, {"/file"}}, nothing), "/file");
}

TEST_F(StageTest, OutputThatWasNotWrittenIsABug) {
  Open();
  EXPECT_DEATH(
      (void)folder_->RunStage({"x", "x", "", {}, {"file"}}, [](const std::string&) { return absl::OkStatus(); }),
      "stage x did not write file");
}

}  // namespace
}  // namespace experiments
