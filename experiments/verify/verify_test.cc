#include "experiments/verify/verify.h"

#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"
#include "experiments/run/layout.h"
#include "experiments/run/stage_testing.h"

namespace experiments {
namespace {

namespace fs = std::filesystem;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

TEST(VerificationLineTest, NamesStagesOfOtherArithmetic) {
  Verification found;
  EXPECT_THAT(VerificationLine("r", found), Not(HasSubstr("arithmetic")));
  found.other_arithmetic = {"train_sft", "data_a", "data_b"};
  EXPECT_THAT(VerificationLine("r", found), HasSubstr("; with other arithmetic: train_sft and 2 more"));
}

// A run of two stages, the second made from the first.
class VerifyTest : public StageTest {
 protected:
  void SetUp() override {
    Open();
    ASSERT_OK(Run());
    const Stage second = {"use", "use", "", {{"out/file", "", ""}}, {"tables"}};
    ASSERT_OK(folder_->RunStage(
        second, [&](const std::string&) { return base::WriteFileAtomically(folder_->PathOf("tables/a.csv"), "1\n"); }));
    ASSERT_OK(folder_->WriteRecord({}));
  }

  std::string In(const std::string& file) const { return absl::StrCat(Path(), "/", file); }

  void Replace(const std::string& file, const std::string& from, const std::string& to) {
    ASSERT_OK_AND_ASSIGN(const std::string text, base::ReadFile(In(file)));
    const std::string changed = absl::StrReplaceAll(text, {{from, to}});
    ASSERT_NE(changed, text) << file << " lacks " << from;
    ASSERT_OK(base::WriteFileAtomically(In(file), changed));
  }

  std::vector<std::string> Faults() const {
    const auto found = Verify(Path());
    EXPECT_OK(found.status());
    return found.ok() ? found->faults : std::vector<std::string>();
  }
};

TEST_F(VerifyTest, ARunIsWholeAsItIsWritten) {
  ASSERT_OK_AND_ASSIGN(const Verification found, Verify(Path()));
  EXPECT_THAT(found.faults, IsEmpty());
  EXPECT_THAT(found.others, IsEmpty());
  EXPECT_EQ(found.stages, 2);
  EXPECT_EQ(found.files, 2);
  EXPECT_EQ(found.bytes, 4 + 2);  // "data", "1\n"
  EXPECT_THAT(VerificationLine("r", found), AllOf(HasSubstr("r: whole: run id1, 2 files"), HasSubstr("2 stages")));
}

TEST_F(VerifyTest, WhatWasChangedIsNamedIfItsSizeIsTheSame) {
  ASSERT_OK(base::WriteFileAtomically(In("out/file"), "tata"));
  EXPECT_THAT(Faults(), ElementsAre("out/file is not what stage make wrote"));
  // In a folder, through the link, in the store itself; and one more there.
  fs::remove(In("out/file"));
  ASSERT_OK(base::WriteFileAtomically(In("tables/b.csv"), "2\n"));
  EXPECT_THAT(Faults(),
              ElementsAre("out/file is missing, which stage make wrote", "tables is not what stage use wrote"));
  ASSERT_OK_AND_ASSIGN(const Verification found, Verify(Path()));
  EXPECT_THAT(VerificationLine("r", found), HasSubstr("r: not whole: out/file is missing"));
}

TEST_F(VerifyTest, AStoreThatWasMovedIsSaidSo) {
  fs::rename(base::TestFolder() + "/store", base::TestFolder() + "/elsewhere");
  EXPECT_THAT(Faults(), Contains(HasSubstr("out/file leads to nothing")));
}

TEST_F(VerifyTest, RecordsAreComparedWithOneAnother) {
  Replace("stages/use.textproto", "1", "7");
  EXPECT_THAT(Faults(), Contains("stages/use.textproto says something else than record.textproto"));
  fs::remove(In("stages/use.textproto"));
  EXPECT_THAT(Faults(), Contains("stages/use.textproto is missing"));
}

TEST_F(VerifyTest, ASpecOfAnotherRunIsAFault) {
  Replace(kSpecFile, "name: \"a\"", "name: \"b\"");
  EXPECT_THAT(Faults(), Contains("spec.textproto is not what the run was made with"));
  Replace(kSpecFile, "id1", "id2");
  EXPECT_THAT(Faults(), Contains("spec.textproto is of another run than record.textproto"));
}

TEST_F(VerifyTest, PathsThatLeadOutAreNotRead) {
  Replace(kRecordFile, "\"out/file\"", "\"../store/.locks\"");
  EXPECT_THAT(Faults(), Contains("stage make names a path outside: ../store/.locks"));
}

TEST_F(VerifyTest, AStageMadeFromSomethingElseIsAFault) {
  ASSERT_OK_AND_ASSIGN(const Verification found, Verify(Path()));
  const std::string key = found.records[0].key(), other(key.size(), '0');
  Replace("stages/use.textproto", key, other);
  Replace(kRecordFile, absl::StrCat("name: \"out/file\"\n    sha256: \"", key),
          absl::StrCat("name: \"out/file\"\n    sha256: \"", other));
  EXPECT_THAT(Faults(), ElementsAre("stage use was made from another out/file than that of stage make"));
}

TEST_F(VerifyTest, FilesOfNoStageAreNoFault) {
  ASSERT_OK(base::WriteFileAtomically(In("notes/mine.txt"), "x"));
  ASSERT_OK_AND_ASSIGN(const Verification found, Verify(Path()));
  EXPECT_THAT(found.faults, IsEmpty());
  EXPECT_THAT(found.others, ElementsAre("notes/mine.txt"));
}

TEST_F(VerifyTest, WhatIsNoCompleteRunIsRefusedOrSaidSo) {
  EXPECT_THAT(Verify(base::TestFolder()), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("is no run folder")));
  EXPECT_THAT(Verify(In("none")), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("there is no folder")));
  fs::remove(In(kRecordFile));
  EXPECT_THAT(Faults(), ElementsAre("record.textproto is missing: the run is not complete"));
}

}  // namespace
}  // namespace experiments
