// A run that goes on with other arithmetic than it was begun with, as a user sees it.
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "base/textproto/text_proto.h"
#include "experiments/job_testing.h"
#include "experiments/run/record.pb.h"
#include "training/testing/free_port.h"

namespace experiments {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::StartsWith;

constexpr char kProgram[] = "experiments/mtbench_vs_dpo";

// Data of eight queries, and SFT on it.
std::vector<std::string> Flags(const std::string& more) {
  const std::string out = base::TestFolder() + "/run";
  return {"--spec=" + base::Runfile("experiments/mtbench_sft_first.textproto"),
          "--out=" + out,
          "--store=" + out + ".store",
          "--set=queries[train].take=8",
          "--node=train_sft",
          more};
}

Outcome RunWith(const std::string& more) { return RunProgram(kProgram, Flags(more), std::chrono::milliseconds(0)); }

sami_harness::ArithmeticRecord Recorded() {
  sami_harness::StageRecord record;
  EXPECT_OK(base::ReadTextProto(base::TestFolder() + "/run/stages/train_sft.textproto", &record));
  return record.arithmetic_size() == 1 ? record.arithmetic(0) : sami_harness::ArithmeticRecord();
}

// Kernels that every processor can run, so that the test needs no particular one.
constexpr char kFirst[] = "--arithmetic=openblas-prescott";

// Whether OpenBLAS computes products here, and has its kernels to choose from. If not, all that can be seen is that who
// asks for them is refused, before there is a run.
bool HasKernelsToChoose(const Outcome& first) {
  if (!absl::StrContains(first.errors, "whose kernels cannot be chosen")) return true;
  EXPECT_EQ(first.exit_code, 2);
  EXPECT_THAT(first.errors, HasSubstr("take --arithmetic=library"));
  EXPECT_FALSE(base::FileExists(base::TestFolder() + "/run"));
  return false;
}

TEST(ArithmeticChoiceTest, AnotherIsRefusedUnlessItIsAskedFor) {
  const Outcome first = RunWith(kFirst);
  if (!HasKernelsToChoose(first)) return;
  ASSERT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_THAT(Recorded().products(), AllOf(StartsWith("OpenBLAS "), HasSubstr("Prescott")));
  EXPECT_GE(Recorded().threads(), 1);
  EXPECT_EQ(RunWith(kFirst).exit_code, 0);

  const Outcome refused = RunWith("--arithmetic=openblas-nehalem");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_THAT(refused.errors, AllOf(HasSubstr("Prescott, here OpenBLAS"), HasSubstr("--other_arithmetic")));
  // By the deployment, and what is there stays what it was.
  const Outcome taken = RunWith(Deployment(1, "arithmetic: \"openblas-nehalem\" other_arithmetic: true"));
  EXPECT_EQ(taken.exit_code, 0) << taken.errors;
  EXPECT_THAT(taken.errors, HasSubstr("stage train_sft: was computed with other arithmetic"));
  EXPECT_THAT(Recorded().products(), HasSubstr("Prescott"));
}

TEST(ArithmeticChoiceTest, WhatThereIsNotIsOneLine) {
  const Outcome outcome = RunWith("--arithmetic=fast");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("arithmetic \"fast\" is unknown; it is one of auto, library"));
  EXPECT_FALSE(base::FileExists(base::TestFolder() + "/run"));
}

TEST(ArithmeticChoiceTest, RanksThatDifferDoNotMeet) {
  const int port = training::FreePort();
  const auto start = [&](int rank, const std::string& arithmetic) {
    return StartProgram(kProgram, Flags(arithmetic),
                        {{"RANK", absl::StrCat(rank)},
                         {"WORLD_SIZE", "2"},
                         {"MASTER_ADDR", "127.0.0.1"},
                         {"MASTER_PORT", absl::StrCat(port)}});
  };
  const Job first = start(0, kFirst), second = start(1, "--arithmetic=openblas-nehalem");
  const Outcome outcome = Ended(first), other = Ended(second);
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_EQ(other.exit_code, 2);
  if (!HasKernelsToChoose(outcome)) return;
  EXPECT_THAT(outcome.errors, HasSubstr("differs from rank 0: it has arithmetic cpu; OpenBLAS"));
}

}  // namespace
}  // namespace experiments
