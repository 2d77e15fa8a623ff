#include "evaluation/formats/single_judgments.h"

#include "absl/strings/str_replace.h"
#include "base/file.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::base::WriteTestFile;
using ::testing::HasSubstr;
using ::testing::SizeIs;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

SingleJudgment Judgment() {
  SingleJudgment judgment;
  judgment.question_id = 81;
  judgment.model = "sami";
  judgment.judge_model = "gpt-4";
  judgment.judge_prompt = "single-v1";
  judgment.user_prompt = "p";
  judgment.judgment = "[[8]]";
  judgment.score = 8;
  return judgment;
}

TEST(SingleJudgmentsTest, KeysAreFastChats) {
  SingleJudgment missing = Judgment();
  missing.score.reset();
  missing.turn = 2;
  missing.category = "writing";
  missing.repeat = 1;
  SingleJudgment half = Judgment();
  half.score = 7.5;
  half.repeat = 1;
  const std::string path = TestFolder() + "/j.jsonl";
  ASSERT_OK(WriteSingleJudgments(path, {Judgment(), missing, half}));
  EXPECT_THAT(
      base::ReadFile(path),
      IsOkAnd(std::string(R"({"question_id":81,"model":"sami","judge":["gpt-4","single-v1"],"user_prompt":"p",)"
                          R"("judgment":"[[8]]","score":8,"turn":1,"tstamp":0.0})"
                          "\n"
                          R"({"question_id":81,"model":"sami","judge":["gpt-4","single-v1"],"user_prompt":"p",)"
                          R"("judgment":"[[8]]","score":-1,"turn":2,"category":"writing","repeat":1,"tstamp":0.0})"
                          "\n"
                          R"({"question_id":81,"model":"sami","judge":["gpt-4","single-v1"],"user_prompt":"p",)"
                          R"("judgment":"[[8]]","score":7.5,"turn":1,"repeat":1,"tstamp":0.0})"
                          "\n")));
  ASSERT_OK_AND_ASSIGN(const auto read, ReadSingleJudgments(path));
  ASSERT_THAT(read, SizeIs(3));
  EXPECT_EQ(read[0].score, 8);
  EXPECT_EQ(read[1].score, std::nullopt);
  EXPECT_EQ(read[2].score, 7.5);
  EXPECT_EQ(read[2].repeat, 1);
  const std::string again = TestFolder() + "/k.jsonl";
  ASSERT_OK(WriteSingleJudgments(again, read));
  EXPECT_EQ(*base::ReadFile(path), *base::ReadFile(again));
}

TEST(SingleJudgmentsTest, BadJudgmentsAreRefused) {
  const std::string path = TestFolder() + "/j.jsonl";
  ASSERT_OK(WriteSingleJudgments(path, {Judgment()}));
  const std::string good = *base::ReadFile(path);
  const auto read = [&](absl::string_view from, absl::string_view to) {
    return ReadSingleJudgments(WriteTestFile("j.jsonl", absl::StrReplaceAll(good, {{from, to}})));
  };
  EXPECT_THAT(read("\"sami\"", "\"\""), StatusIs(kInvalid, HasSubstr("j.jsonl:1: \"model\" must not be empty")));
  EXPECT_THAT(read("\"turn\":1", "\"turn\":0"), StatusIs(kInvalid, HasSubstr("\"turn\" counts from 1 on")));
  EXPECT_THAT(read("\"score\":8", "\"score\":\"8\""), StatusIs(kInvalid, HasSubstr("\"score\" must be a number")));
  EXPECT_THAT(read("[\"gpt-4\",\"single-v1\"]", "[\"gpt-4\"]"), StatusIs(kInvalid, HasSubstr("\"judge\" must be")));
  EXPECT_THAT(WriteSingleJudgments(TestFolder() + "/k.jsonl", {Judgment(), Judgment()}),
              StatusIs(kInvalid, HasSubstr("k.jsonl:2: the rating by gpt-4, single-v1 of sami at turn 1")));
}

}  // namespace
}  // namespace evaluation
