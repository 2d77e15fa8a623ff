#include "evaluation/judges/make_judge.h"

#include <string>

#include "base/testing.h"
#include "base/textproto/canonical.h"
#include "google/protobuf/text_format.h"

namespace evaluation {
namespace {

using ::base::IsOk;
using ::base::StatusIs;
using ::base::WriteTestFile;
using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::StatusCode kInvalid = absl::StatusCode::kInvalidArgument;

absl::Status Make(const std::string& text) {
  sami_harness::JudgeSpec spec;
  EXPECT_TRUE(google::protobuf::TextFormat::ParseFromString(text, &spec)) << text;
  spec.mutable_replay()->set_model("m");
  spec.mutable_replay()->set_file(WriteTestFile("e.jsonl", ""));
  const absl::Status status = MakeJudge(spec, {}).status();
  // The same once a spec has its defaults filled in, as an experiment's has.
  sami_harness::JudgeSpec canonical = spec;
  base::FillDefaults(&canonical);
  EXPECT_EQ(MakeJudge(canonical, {}).status(), status) << text;
  // What `sami check` sees is what a run sees, but for the prompts that a grammar fits.
  if (status.ok()) EXPECT_OK(JudgeInputsHash(spec, {}).status());
  return status;
}

TEST(MakeJudgeTest, ASpecNamesTheGrammarOfVerdicts) {
  EXPECT_THAT(Make(""), IsOk());
  EXPECT_THAT(Make("grammar { name: 'arena-hard' }"), IsOk());
  EXPECT_THAT(Make("grammar { name: '[[A>>B]]' }"), IsOk());
  EXPECT_THAT(Make("grammar { json_key: 'winner' first: 'A' second: 'B' }"), IsOk());
  EXPECT_THAT(Make("mode: SINGLE grammar { json_key: 'score' lowest: 0 highest: 100 }"), IsOk());
  EXPECT_THAT(Make("grammar { pattern: '(one|two)' first: 'one' second: 'two' }"), IsOk());
}

TEST(MakeJudgeTest, AGrammarThatIsNoneIsRefusedByItsField) {
  EXPECT_THAT(Make("grammar { name: 'lax' }"),
              StatusIs(kInvalid, AllOf(HasSubstr("judge.grammar: "), HasSubstr("there are alpaca-ranking"))));
  EXPECT_THAT(Make("grammar { first: 'A' }"), StatusIs(kInvalid, HasSubstr("one of name, json_key and pattern")));
  EXPECT_THAT(Make("grammar { name: 'arena-hard' first: 'A' }"),
              StatusIs(kInvalid, HasSubstr("are of json_key and pattern")));
  EXPECT_THAT(Make("grammar { pattern: '(' first: 'A' second: 'B' }"),
              StatusIs(kInvalid, HasSubstr("has an error at")));
  EXPECT_THAT(Make("grammar { json_key: 'winner' first: 'A' }"), StatusIs(kInvalid, HasSubstr("both need a word")));
  EXPECT_THAT(Make("grammar { json_key: 'score' }"), StatusIs(kInvalid, HasSubstr("the prompts ask for the other")));
  EXPECT_THAT(Make("parser: 'fastchat' grammar { name: 'arena-hard' }"),
              StatusIs(kInvalid, HasSubstr("parser fastchat reads no verdicts of the grammar \"arena-hard\"")));
}

}  // namespace
}  // namespace evaluation
