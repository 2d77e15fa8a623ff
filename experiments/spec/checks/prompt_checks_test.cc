#include "experiments/spec/checks/prompt_checks.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/testing.h"
#include "experiments/spec/spec_io.h"
#include "experiments/spec/spec_testing.h"

namespace experiments {
namespace {

using ::testing::HasSubstr;

std::string ErrorOf(const std::string& nodes, const std::vector<std::string>& overrides) {
  const auto spec = ParseSpec(absl::StrCat(kSmallSpec, nodes), "x", overrides);
  return spec.ok() ? "" : std::string(spec.status().message());
}

constexpr char kBegins[] =
    "prompts { name: \"begins\" with_constitution: \"{constitution}{query}\" response_start: \"The\" }\n";

TEST(PromptChecksTest, ABeginningIsForPlainText) {
  EXPECT_EQ(ErrorOf(kBegins, {"data[pairs].prompts=begins"}), "");
  EXPECT_THAT(ErrorOf(kBegins, {"data[pairs].prompts=begins", "models[base].chat={}"}),
              HasSubstr("prompts is \"begins\", which has response_start, and base is asked in conversation"));
  EXPECT_THAT(ErrorOf(kBegins, {"evaluations[test].prompts=begins", "models[base].chat={}"}),
              HasSubstr("asked in conversation"));
}

TEST(PromptChecksTest, TheInformationIsOfWholeTexts) {
  const std::string nodes = absl::StrCat(
      kBegins, "information { name: \"i\" queries: \"asked\" constitutions: \"principles\" }\n",
      "prompts { name: \"reasons\" with_constitution: \"{constitution}{query}\" response_after: \"So:\" }\n");
  EXPECT_EQ(ErrorOf(nodes, {"evaluations[test].prompts=reasons"}), "");
  for (const char* prompts : {"begins", "reasons"}) {
    EXPECT_THAT(ErrorOf(nodes, {absl::StrCat("information[i].prompts=", prompts)}),
                HasSubstr("the information is of all that a model writes"));
  }
}

TEST(PromptChecksTest, TrainingPromptsAreOfDataThatIsWritten) {
  EXPECT_THAT(ErrorOf("", {"data[pairs].training_prompts=nowhere"}), HasSubstr("is \"nowhere\", which is no prompts"));
  EXPECT_THAT(ErrorOf("data { name: \"file\" contrastive { file: \"f\" } training_prompts: \"p\" }\n"
                      "prompts { name: \"p\" with_constitution: \"{constitution}{query}\" }\n",
                      {}),
              HasSubstr("training_prompts is given, but the examples are a file's"));
}

}  // namespace
}  // namespace experiments
