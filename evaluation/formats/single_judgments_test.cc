#include "evaluation/formats/single_judgments.h"

#include "base/file.h"
#include "base/testing.h"

namespace evaluation {
namespace {

using ::base::IsOkAnd;
using ::base::StatusIs;
using ::base::TestFolder;
using ::testing::HasSubstr;

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
}

TEST(SingleJudgmentsTest, BadJudgmentsAreRefused) {
  const std::string path = TestFolder() + "/k.jsonl";
  SingleJudgment nameless = Judgment(), turnless = Judgment();
  nameless.model.clear();
  turnless.turn = 0;
  EXPECT_THAT(WriteSingleJudgments(path, {nameless}),
              StatusIs(kInvalid, HasSubstr("k.jsonl:1: \"model\" must not be empty")));
  EXPECT_THAT(WriteSingleJudgments(path, {turnless}), StatusIs(kInvalid, HasSubstr("\"turn\" counts from 1 on")));
  EXPECT_THAT(WriteSingleJudgments(path, {Judgment(), Judgment()}),
              StatusIs(kInvalid, HasSubstr("k.jsonl:2: the rating by gpt-4, single-v1 of sami at turn 1")));
}

}  // namespace
}  // namespace evaluation
