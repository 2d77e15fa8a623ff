#include <string>

#include "base/file.h"
#include "base/testing.h"
#include "base/textproto/text_proto.h"
#include "experiments/run/arithmetic/arithmetic.h"
#include "experiments/run/stage_testing.h"

namespace experiments {
namespace {

using ::base::IsOk;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteFileAtomically;
using ::sami_harness::ArithmeticRecord;
using ::sami_harness::RunRecord;
using ::sami_harness::StageRecord;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

ArithmeticRecord With(const std::string& products, int64_t threads = 2) {
  ArithmeticRecord record;
  record.set_processor("A");
  record.add_features("avx2");
  record.set_products(products);
  record.set_torch("1.13.0, AVX2");
  record.set_threads(threads);
  return record;
}

TEST(ArithmeticDifferenceTest, NamesWhatDiffers) {
  ArithmeticRecord made = With("OpenBLAS, Haswell"), here = With("OpenBLAS, SkylakeX");
  EXPECT_EQ(ArithmeticDifference(made, here), "products by OpenBLAS, Haswell, here OpenBLAS, SkylakeX");
  here.set_onednn("3.1");
  here.set_torch("2.6.0, AVX512");
  EXPECT_EQ(ArithmeticDifference(made, here),
            "products by OpenBLAS, Haswell, here OpenBLAS, SkylakeX; torch 1.13.0, AVX2, here 2.6.0, AVX512; "
            "oneDNN none, here 3.1");
}

TEST(ArithmeticDifferenceTest, ProcessorAndThreadsByThemselvesAreNone) {
  ArithmeticRecord other = With("x", 64);
  other.set_processor("B");
  other.add_features("avx512f");
  EXPECT_EQ(ArithmeticDifference(With("x"), other), "");
}

TEST(ArithmeticDifferenceTest, RecordsOfBeforeSayNothing) {
  EXPECT_EQ(ArithmeticDifference(ArithmeticRecord(), With("x")), "");
  EXPECT_EQ(ArithmeticDifference(With("x"), ArithmeticRecord()), "");
}

class StageArithmeticTest : public StageTest {
 protected:
  void OpenWith(const std::string& products, bool accepts = false) {
    RunFolderOptions options = Options();
    options.arithmetic = With(products);
    options.other_arithmetic = accepts;
    ASSERT_OK_AND_ASSIGN(folder_, RunFolder::Open(options));
  }

  StageRecord Record() const {
    StageRecord record;
    EXPECT_OK(base::ReadTextProto(Path() + "/stages/make.textproto", &record));
    return record;
  }

  // A process that is killed within the stage: it leaves what it has so far in the scratch folder.
  absl::Status BreakOff() {
    return folder_->RunStage(Make(), [&](const std::string& scratch) {
      EXPECT_OK(WriteFileAtomically(scratch + "/state", "half"));
      return absl::UnavailableError("killed");
    });
  }
};

TEST_F(StageArithmeticTest, IsRecordedAndTheSameGoesOn) {
  OpenWith("a");
  ASSERT_OK(Run());
  ASSERT_EQ(Record().arithmetic_size(), 1);
  EXPECT_EQ(Record().arithmetic(0).products(), "a");
  OpenWith("a");
  ASSERT_OK(Run());
  EXPECT_EQ(runs_, 1);
  ASSERT_OK(folder_->WriteRecord(RunRecord()));
  RunRecord run;
  ASSERT_OK(base::ReadTextProto(Path() + "/record.textproto", &run));
  EXPECT_EQ(run.arithmetic().products(), "a");
  EXPECT_THAT(run.other_arithmetic(), IsEmpty());
}

TEST_F(StageArithmeticTest, ACompleteStageOfAnotherIsRefused) {
  OpenWith("a");
  ASSERT_OK(Run());
  OpenWith("b");
  EXPECT_THAT(Run(), StatusIs(absl::StatusCode::kFailedPrecondition,
                              AllOf(HasSubstr("stage make: "), HasSubstr("products by a, here b"),
                                    HasSubstr("--arithmetic"), HasSubstr("--store"), HasSubstr("--other_arithmetic"))));
  EXPECT_EQ(runs_, 1);
  OpenWith("a");
  ASSERT_OK(Run());  // and nothing is lost by that
  EXPECT_EQ(runs_, 1);
}

TEST_F(StageArithmeticTest, ACompleteStageOfAnotherIsTakenAndRecorded) {
  OpenWith("a");
  ASSERT_OK(Run());
  OpenWith("b", /*accepts=*/true);
  ASSERT_OK(Run());
  EXPECT_THAT(said_, HasSubstr("was computed with other arithmetic: products by a, here b"));
  EXPECT_EQ(runs_, 1);
  EXPECT_EQ(Record().arithmetic(0).products(), "a");
  ASSERT_OK(folder_->WriteRecord(RunRecord()));
  RunRecord run;
  ASSERT_OK(base::ReadTextProto(Path() + "/record.textproto", &run));
  EXPECT_EQ(run.arithmetic().products(), "b");
  EXPECT_THAT(run.other_arithmetic(), ElementsAre("make"));
}

TEST_F(StageArithmeticTest, AStageThatWasBegunWithAnotherIsRefusedOrRecordsBoth) {
  OpenWith("a");
  EXPECT_THAT(BreakOff(), Not(IsOk()));
  OpenWith("b");
  EXPECT_THAT(Run(), StatusIs(absl::StatusCode::kFailedPrecondition,
                              AllOf(HasSubstr("from where it would go on"), HasSubstr("products by a, here b"))));
  OpenWith("a");
  EXPECT_THAT(BreakOff(), Not(IsOk()));
  OpenWith("b", /*accepts=*/true);
  ASSERT_OK(Run());
  ASSERT_EQ(Record().arithmetic_size(), 2);
  EXPECT_EQ(Record().arithmetic(0).products(), "a");
  EXPECT_EQ(Record().arithmetic(1).products(), "b");
  ASSERT_OK(folder_->WriteRecord(RunRecord()));
  RunRecord run;
  ASSERT_OK(base::ReadTextProto(Path() + "/record.textproto", &run));
  EXPECT_THAT(run.other_arithmetic(), ElementsAre("make"));
  OpenWith("b");  // the mixture stays one
  EXPECT_THAT(Run(), StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("products by a, here b")));
}

TEST_F(StageArithmeticTest, AStageThatHadNothingYetBeginsAnew) {
  OpenWith("a");
  EXPECT_THAT(folder_->RunStage(Make(), [](const std::string&) { return absl::UnavailableError("killed"); }),
              Not(IsOk()));
  OpenWith("b");
  ASSERT_OK(Run());
  ASSERT_EQ(Record().arithmetic_size(), 1);
  EXPECT_EQ(Record().arithmetic(0).products(), "b");
}

TEST_F(StageArithmeticTest, AStageOfBeforeItWasRecordedIsTaken) {
  Open();
  ASSERT_OK(Run());
  EXPECT_EQ(Record().arithmetic_size(), 0);
  OpenWith("a");
  ASSERT_OK(Run());
  EXPECT_EQ(runs_, 1);
}

// A login node that writes a schedule, or looks: it computes nothing.
TEST_F(StageArithmeticTest, WhoComputesNothingRefusesNothing) {
  OpenWith("a");
  ASSERT_OK(Run());
  RunFolderOptions options = Options();
  options.arithmetic = With("b");
  options.computes = false;
  ASSERT_OK_AND_ASSIGN(folder_, RunFolder::Open(options));
  ASSERT_OK(Run());
}

TEST_F(StageArithmeticTest, ADamagedFileOfTheScratchFolderIsAnError) {
  OpenWith("a");
  EXPECT_THAT(BreakOff(), Not(IsOk()));
  const std::string scratch =
      TestFolder() + "/store/.scratch/" + EntryName("make", StageKey("make", {{"input", "h1"}}, "", 0));
  ASSERT_OK(WriteFileAtomically(scratch + "/arithmetic.textproto", "arithmetic { nonsense: 1 }"));
  EXPECT_THAT(Run(), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("arithmetic.textproto")));
}

}  // namespace
}  // namespace experiments
