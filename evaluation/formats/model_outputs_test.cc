#include "evaluation/formats/model_outputs.h"

#include "base/file.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

ModelAnswer Answer(int64_t question, const std::string& text) {
  ModelAnswer answer;
  answer.question_id = question;
  answer.model_id = "m";
  answer.choices = {{{text, "second turn"}, "", -1}, {{"second choice"}, "", -1}};
  return answer;
}

const std::vector<datasets::MtBenchQuestion>& Questions() {
  static const auto& questions = *new std::vector<datasets::MtBenchQuestion>{
      {81, "writing", {"Write.", "More."}, {}}, {82, "math", {"Add."}, {}}, {83, "math", {"Take."}, {}}};
  return questions;
}

TEST(ModelOutputsTest, AnswersThereAndBack) {
  LeftOut left_out;
  ASSERT_OK_AND_ASSIGN(const std::vector<ModelOutput> outputs,
                       ToModelOutputs({Answer(82, ""), Answer(81, "One.\n")}, Questions(), &left_out));
  EXPECT_EQ(left_out.turns, 2);
  EXPECT_EQ(left_out.choices, 2);
  EXPECT_EQ(left_out.questions, 1);
  const std::string path = TestFolder() + "/outputs.json";
  ASSERT_OK(WriteModelOutputs(path, outputs));
  EXPECT_THAT(base::ReadFile(path), IsOkAnd(std::string(R"([
 {
  "dataset": "writing",
  "instruction": "Write.",
  "output": "One.\n",
  "generator": "m"
 },
 {
  "dataset": "math",
  "instruction": "Add.",
  "output": "",
  "generator": "m"
 }
]
)")));
  ASSERT_OK_AND_ASSIGN(const std::vector<ModelOutput> read, ReadModelOutputs(path));
  ASSERT_OK_AND_ASSIGN(const AnsweredQuestions all, FromModelOutputs(read));
  ASSERT_THAT(all.answers, SizeIs(2));
  EXPECT_EQ(all.answers[1].question_id, 1);
  EXPECT_THAT(all.answers[0].choices[0].turns, ElementsAre("One.\n"));
  const std::string questions = TestFolder() + "/question.jsonl";
  ASSERT_OK(WriteQuestions(questions, all.questions));
  ASSERT_OK_AND_ASSIGN(const auto asked, datasets::ReadMtBenchQuestions(questions));
  EXPECT_EQ(asked[1].category, "math");
  EXPECT_THAT(asked[1].turns, ElementsAre("Add."));
}

TEST(ModelOutputsTest, WhatIsNoListOfOneModelIsRefused) {
  LeftOut left_out;
  EXPECT_THAT(ToModelOutputs({Answer(81, "a"), Answer(81, "b")}, Questions(), &left_out),
              StatusIs(kInvalid, HasSubstr("question 81: a list of model outputs is of one model")));
  EXPECT_THAT(ToModelOutputs({Answer(99, "a")}, Questions(), &left_out),
              StatusIs(kInvalid, HasSubstr("question 99 is to none of the questions")));
  const auto read = [](const std::string& text) { return ReadModelOutputs(WriteTestFile("o.json", text)); };
  EXPECT_THAT(read("{}"), StatusIs(kInvalid, HasSubstr("a list of at least one")));
  EXPECT_THAT(read("[3]"), StatusIs(kInvalid, HasSubstr("o.json:1: it must be an object")));
  EXPECT_THAT(read(R"([{"instruction": "i", "output": null, "generator": "m"}])"),
              StatusIs(kInvalid, HasSubstr("o.json:1: \"output\"")));
  EXPECT_THAT(read(R"([{"instruction": "i", "output": "o", "generator": ""}])"),
              StatusIs(kInvalid, HasSubstr("\"generator\" must not be empty")));
  EXPECT_THAT(FromModelOutputs({{"", "i", "o", "m"}, {"", "j", "o", "n"}}),
              StatusIs(kInvalid, HasSubstr("element 2 of the model outputs: it is of n")));
  EXPECT_THAT(FromModelOutputs({{"", "", "o", "m"}}), StatusIs(kInvalid, HasSubstr("its instruction is empty")));
}

}  // namespace
}  // namespace evaluation
