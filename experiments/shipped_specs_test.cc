// The first paper's experiments as commands: sizes, --model, dry runs of all of them.
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "experiments/job_testing.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

Outcome RunExperiment(const std::string& name, const std::vector<std::string>& flags) {
  return RunProgram("experiments/" + name, flags, std::chrono::milliseconds(0));
}

TEST(ShippedSpecsTest, EachSizeOfEachExperimentIsPlanned) {
  for (const std::string name : {"sami_dialogue", "sami_summarization", "sami_weak_to_strong", "sami_principles"}) {
    for (const char* size : {"embedded", "small", "paper"}) {
      const Outcome outcome =
          RunExperiment(name, {absl::StrCat("--size=", size), "--dry_run", "--flops=4e14", "--prompt_tokens=200"});
      EXPECT_EQ(outcome.exit_code, 0) << name << " " << size << ": " << outcome.errors;
    }
  }
  EXPECT_EQ(RunExperiment("sami_smollm", {"--dry_run", "--flops=4e14", "--prompt_tokens=200"}).exit_code, 0);
}

TEST(ShippedSpecsTest, AnUnknownSizeIsToldWhichThereAre) {
  const Outcome huge = RunExperiment("sami_dialogue", {"--size=huge", "--dry_run"});
  EXPECT_EQ(huge.exit_code, 2);
  EXPECT_THAT(huge.errors, HasSubstr("--size: sami_dialogue has no size \"huge\"; it has embedded, small, paper"));
  EXPECT_THAT(RunExperiment("sami_smollm", {"--size=paper", "--dry_run"}).errors, HasSubstr("it has embedded"));
}

TEST(ShippedSpecsTest, TheModelTakesTheFirstOnesPlaceWhereverItIsNamed) {
  const Outcome outcome =
      RunExperiment("sami_smollm", {"--model=datasets/embedded/models/base", "--node=nothing", "--out=/nowhere/run"});
  // The models are found; what is refused is that one of them has no chat template.
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_THAT(outcome.errors, HasSubstr("models \"base\""));
  EXPECT_THAT(outcome.errors, HasSubstr("chat"));
  EXPECT_THAT(outcome.errors, Not(HasSubstr("models \"plain\"")));
}

}  // namespace
}  // namespace experiments
