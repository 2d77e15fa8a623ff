#include "datasets/mt_bench/judge_prompts.h"

#include <algorithm>

#include "base/testing.h"
#include "datasets/sources/testing.h"

namespace datasets {
namespace {

using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::StatusOr<std::vector<JudgePrompt>> Read(const std::string& lines) {
  return ReadJudgePrompts(WriteTestFile("p.jsonl", lines));
}

std::string Prompt(const std::string& name, const std::string& type) {
  return "{\"name\": \"" + name + "\", \"type\": " + type +
         ", \"system_prompt\": \"s\", \"prompt_template\": \"{question}\", \"category\": \"general\", "
         "\"output_format\": \"[[A]]\"}\n";
}

TEST(JudgePromptsTest, AreReadInOrder) {
  ASSERT_OK_AND_ASSIGN(const auto prompts, Read(Prompt("b", "\"single\"") + Prompt("a", "\"pairwise\"")));
  ASSERT_THAT(prompts, SizeIs(2));
  EXPECT_EQ(prompts[0].name, "b");
  EXPECT_EQ(prompts[0].type, JudgePrompt::Type::kSingle);
  EXPECT_EQ(prompts[1].type, JudgePrompt::Type::kPairwise);
  EXPECT_EQ(prompts[1].system_prompt, "s");
  EXPECT_EQ(prompts[1].prompt_template, "{question}");
  EXPECT_EQ(prompts[1].category, "general");
  EXPECT_EQ(prompts[1].output_format, "[[A]]");
}

TEST(JudgePromptsTest, BadLinesAreRefused) {
  EXPECT_THAT(
      Read(Prompt("a", "\"triple\"")),
      StatusIs(kInvalid, HasSubstr("p.jsonl:1: \"type\" must be \"pairwise\" or \"single\", and is \"triple\"")));
  EXPECT_THAT(Read(Prompt("a", "1")), StatusIs(kInvalid, HasSubstr("p.jsonl:1: \"type\" must be a string")));
  EXPECT_THAT(Read(Prompt("a", "\"single\"") + Prompt("a", "\"single\"")),
              StatusIs(kInvalid, HasSubstr("p.jsonl:2: the prompt \"a\" was given before")));
  EXPECT_THAT(Read(Prompt("", "\"single\"")), StatusIs(kInvalid, HasSubstr("\"name\" must not be empty")));
  EXPECT_THAT(Read("{\"name\": \"a\", \"type\": \"single\"}"),
              StatusIs(kInvalid, HasSubstr("\"system_prompt\" is missing")));
  EXPECT_THAT(Read(""), StatusIs(kInvalid, HasSubstr("the file is empty")));
}

TEST(PinnedJudgePromptsTest, AreFourPairwiseAndFourSingle) {
  ASSIGN_PINNED_OR_SKIP(const std::string path, "mt_bench/judge_prompts.jsonl");
  ASSERT_OK_AND_ASSIGN(const auto prompts, ReadJudgePrompts(path));
  ASSERT_THAT(prompts, SizeIs(8));
  EXPECT_EQ(prompts[0].name, "pair-v2");
  EXPECT_EQ(std::count_if(prompts.begin(), prompts.end(),
                          [](const JudgePrompt& p) { return p.type == JudgePrompt::Type::kPairwise; }),
            4);
}

}  // namespace
}  // namespace datasets
