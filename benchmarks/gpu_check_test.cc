// The logic of gpu_check, on the CPU at a tiny size, and the command where there is no device.
#include <sys/wait.h>

#include <cmath>
#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/program.h"
#include "base/testing.h"
#include "benchmarks/device/agreement.h"
#include "benchmarks/device/device_steps.h"
#include "benchmarks/device/shapes.h"
#include "lm/config/model_cost.h"
#include "lm/runtime/device.h"

namespace benchmarks {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

struct Outcome {
  int exit_code;
  std::string output;
};

Outcome RunCommand(const std::string& flags) {
  const std::string log = base::TestFolder() + "/output";
  const int status =
      std::system(absl::StrCat(base::Runfile("benchmarks/gpu_check"), " ", flags, " >", log, " 2>&1").c_str());
  const auto text = base::ReadFile(log);
  return {WEXITSTATUS(status), text.ok() ? *text : ""};
}

TEST(GpuCheckTest, ShapesAreThePublishedOnes) {
  const auto billions = [](const char* size) { return lm::Parameters(*ShapeOf(size)) / 1e9; };
  EXPECT_NEAR(billions("1b"), 1.2358, 1e-4);
  EXPECT_NEAR(billions("3b"), 3.2127, 1e-4);
  EXPECT_NEAR(billions("8b"), 8.0303, 1e-4);
  EXPECT_THAT(ShapeOf("80b").status(), base::StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tiny, 1b")));
}

TEST(GpuCheckTest, StepsOfEveryMethodAndDecoding) {
  for (const Method method : {Method::kSami, Method::kDpo, Method::kSft}) {
    for (const bool has_lora : {false, true}) {
      StepPlan plan;
      plan.size = "tiny";
      plan.method = method;
      plan.has_lora = has_lora;
      plan.computes_in_bfloat16 = false;
      plan.prompt_tokens = 16;
      plan.response_tokens = 8;
      ASSERT_OK_AND_ASSIGN(const Measured step, MeasureSteps(plan, "cpu"));
      EXPECT_GT(step.tokens_per_second, 0) << plan.name();
      EXPECT_TRUE(std::isfinite(step.loss) && step.loss > 0) << plan.name();
      // No method asks a device for a number within a step.
      EXPECT_EQ(step.host_reads, 0) << plan.name();
      // At least the weights, and all that training keeps of each where all are trained: 4 * (1 + 2 + 1).
      const double weights = lm::Parameters(*ShapeOf("tiny"));
      EXPECT_GT(step.peak_bytes.value_or(0), (has_lora ? 2 : 16) * weights) << plan.name();
    }
  }
  ASSERT_OK_AND_ASSIGN(const Measured decoding, MeasureDecoding("tiny", "cpu"));
  EXPECT_GT(decoding.tokens_per_second, 0);
}

// An out of memory is a note, another failure an error.
TEST(GpuCheckTest, RefusesWhatItCannotDo) {
  EXPECT_THAT(RunCommand("--device=cpu --size=huge"), testing::Field(&Outcome::exit_code, 2));
  EXPECT_EQ(RunCommand("--device=gpu").exit_code, 2);
  const Outcome none = RunCommand("--device=cuda:99");
  EXPECT_EQ(none.exit_code, 3) << none.output;
  EXPECT_THAT(none.output, HasSubstr("cuda:99"));
  EXPECT_EQ(RunCommand("--device=cpu --size=tiny --golden_dir=/nowhere").exit_code, 2);
}

TEST(GpuCheckTest, AllOfItOnTheCpu) {
  const Outcome all = RunCommand("--device=cpu --size=tiny --peak_tflops=1");
  EXPECT_EQ(all.exit_code, 0) << all.output;
  EXPECT_THAT(all.output, AllOf(HasSubstr("llama_base"), HasSubstr("mixtral_4x_top2"), HasSubstr("tiny sami full f32"),
                                HasSubstr("tiny dpo lora f32"), HasSubstr("tiny decoding"), HasSubstr("MFU"),
                                HasSubstr("computes what it should"), Not(HasSubstr(" NO\n"))));
  const Outcome late = RunCommand("--device=cpu --size=tiny --minutes=0");
  EXPECT_EQ(late.exit_code, 0);
  EXPECT_THAT(late.output, HasSubstr("left out: no time"));
}

}  // namespace
}  // namespace benchmarks
