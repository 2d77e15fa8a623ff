// Run folders that were changed after the run, and texts that attack the reader.
#include "experiments/run/run_files.h"

#include <filesystem>
#include <fstream>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/run/records.h"
#include "experiments/run/stage.h"
#include "experiments/spec/results_version.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::base::WriteFileAtomically;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class RunFilesTest : public ::testing::Test {
 protected:
  // A complete run with attempts of two arms, a table and a folder of two files.
  void SetUp() override {
    RunFolderOptions options;
    options.path = Path();
    options.store = base::TestFolder() + "/store";
    options.canonical_spec = "name: \"n\"\narms { name: \"a_b\" }\n";
    options.run_id = "id";
    ASSERT_OK_AND_ASSIGN(const auto run, RunFolder::Open(options));
    const std::vector<StageOutput> outputs = {AttemptsFile("p", "base"), AttemptsFile("p", "a_b"),
                                              RowsFile(WinRatesStem("t")), AccuracyFolder("p"), ModelFolder("a_b")};
    ASSERT_OK(run->RunStage({"all", "all", "", {}, outputs}, [&](const std::string&) -> absl::Status {
      for (const char* arm : {"base", "a_b"}) {
        EXPECT_OK(WriteLines<Attempt>(run->PathOf(AttemptsFile("p", arm)), {{1, 0, 0, "x", true, 1}}));
      }
      for (const std::string& file :
           {RowsFile(WinRatesStem("t")), RowsFile(AccuracyStem("p")), RowsFile(ExtractionStem("p"))}) {
        EXPECT_OK(WriteFileAtomically(run->PathOf(file), "[{\"n\": 1}]"));
      }
      return WriteFileAtomically(run->PathOf(ModelFolder("a_b") + "/config.json"), "{}");
    }));
    sami_harness::RunRecord record;
    record.set_results_version(kResultsVersion);
    ASSERT_OK(run->WriteRecord(record));
  }

  std::string Path() const { return base::TestFolder() + "/run"; }
  void Replace(const std::string& file, const std::string& content) {
    ASSERT_OK(WriteFileAtomically(absl::StrCat(Path(), "/", file), content));
  }
  // What is said when all is read.
  std::vector<std::string> Warnings(bool with_record = true) {
    const auto run = RunFiles::Open(Path(), with_record);
    EXPECT_OK(run);
    for (const std::string& arm : run->Arms(AttemptsFile("p", "*"))) {
      run->ForEach<Attempt>(AttemptsFile("p", arm), ParseAttempt, [](const Attempt&) {});
    }
    run->Rows(WinRatesStem("t"));
    run->Rows(AccuracyStem("p"));
    return run->warnings();
  }
};

TEST_F(RunFilesTest, OfAWholeRunNothingIsSaid) {
  EXPECT_THAT(Warnings(), IsEmpty());
  EXPECT_THAT(Warnings(false), IsEmpty());
  fs::remove_all(Path() + "/models");  // they are often moved away
  EXPECT_THAT(Warnings(), IsEmpty());
}

TEST_F(RunFilesTest, ChangedFilesAreNamed) {
  Replace(RowsFile(WinRatesStem("t")), "[{\"n\": 2}]");
  const std::string changed = "tables/t/win_rates.json is not what stage all wrote: it was changed after the run.";
  EXPECT_THAT(Warnings(), ElementsAre(changed));
  EXPECT_THAT(Warnings(false), ElementsAre(changed));
}

TEST_F(RunFilesTest, AFileInAFolderIsTheFoldersChange) {
  Replace(RowsFile(ExtractionStem("p")), "[]");
  EXPECT_THAT(Warnings(), ElementsAre(HasSubstr("accuracy/p is not what stage all wrote")));
}

TEST_F(RunFilesTest, AChangedSpecIsNamed) {
  Replace(kSpecFile, "# run id: id\nname: \"m\"\n");
  EXPECT_THAT(Warnings(), Contains(HasSubstr("spec.textproto is not what the run was made with")));
}

TEST_F(RunFilesTest, MissingRenamedEmptiedAndForeignFilesAreNamed) {
  fs::rename(Path() + "/" + AttemptsFile("p", "a_b"), Path() + "/" + AttemptsFile("p", "c"));
  EXPECT_THAT(Warnings(), ElementsAre("attempts/p/a_b.jsonl is missing, which stage all wrote.",
                                      "attempts/p/c.jsonl was written by no stage of this run."));
  Replace(AttemptsFile("p", "base"), "");
  EXPECT_THAT(Warnings(), Contains("attempts/p/base.jsonl has no record that can be read."));
}

TEST_F(RunFilesTest, ManyBadLinesAreCounted) {
  std::string bad;
  for (int i = 0; i < 100; ++i) bad += "{\"question_id\": " + std::to_string(i) + "}\n";
  Replace(AttemptsFile("p", "base"), bad);
  const std::vector<std::string> warnings = Warnings();
  EXPECT_EQ(warnings.size(), 6);  // changed, three lines, their number, and no record at all
  EXPECT_THAT(warnings, Contains(HasSubstr("attempts/p/base.jsonl:1: the key \"attempt\" is missing")));
  EXPECT_THAT(warnings, Contains("attempts/p/base.jsonl: 100 lines were left out in all."));
}

// Found by experiments/crash: an error of the disk was taken for a file that is missing, and the claims for the run's.
TEST_F(RunFilesTest, WhatCannotBeReadIsNotMissing) {
  ASSERT_OK_AND_ASSIGN(RunFiles run, RunFiles::Open(Path()));
  run.Rows(RowsFile("none"));
  run.Arms(MetricsFile("*"));
  EXPECT_OK(run.unreadable());
  const std::string file = RowsFile(WinRatesStem("t"));
  fs::remove(Path() + "/" + file);
  fs::create_directory(Path() + "/" + file);  // as root everything else can be read
  run.Rows(WinRatesStem("t"));
  EXPECT_THAT(run.unreadable(), base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("win_rates.json")));

  ASSERT_OK_AND_ASSIGN(run, RunFiles::Open(Path()));
  EXPECT_OK(run.unreadable());
  fs::remove_all(Path() + "/metrics");
  run.Arms(MetricsFile("*"));
  EXPECT_OK(run.unreadable());
  std::ofstream(Path() + "/metrics") << "no folder";
  run.Arms(MetricsFile("*"));
  EXPECT_THAT(run.unreadable(), base::StatusIs(absl::StatusCode::kUnavailable, HasSubstr("metrics")));
}

TEST_F(RunFilesTest, DeepTextsAreAWarning) {
  std::string deep;
  for (int i = 0; i < 1000000; ++i) deep += "x{";
  Replace(kSpecFile, deep);
  Replace(kRecordFile, deep);
  Replace(StageFile("all"), deep);
  const std::vector<std::string> warnings = Warnings();
  EXPECT_THAT(warnings, Contains(HasSubstr("of another version")));
  EXPECT_THAT(warnings, Contains(HasSubstr("record.textproto is no record")));
  EXPECT_THAT(Warnings(false), Contains(HasSubstr("stages/all.textproto is no record")));
}

}  // namespace
}  // namespace experiments
