#include "experiments/spec/spec_checks.h"

#include <string>
#include <vector>

#include "base/testing.h"
#include "base/textproto/overrides.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/spec_testing.h"

namespace experiments {
namespace {

using ::sami_harness::ExperimentSpec;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

// The small spec with some fields set, and the error that it gives.
std::string ErrorWith(const std::vector<std::string>& assignments) {
  ExperimentSpec spec;
  base::FieldLocations locations, unused;
  EXPECT_OK(base::ParseTextProto(kSmallSpec, "x", &spec, &locations));
  for (const std::string& assignment : assignments) EXPECT_OK(base::ApplyOverride(assignment, &spec, &unused));
  const absl::Status status = ValidateSpec(spec, locations);
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  return std::string(status.message());
}

TEST(ValidateSpecTest, SmallSpecIsValid) {
  ExperimentSpec spec;
  ASSERT_OK(base::ParseTextProto(kSmallSpec, "x", &spec));
  EXPECT_OK(ValidateSpec(spec, base::FieldLocations()));
}

TEST(ValidateSpecTest, MissingName) {
  ExperimentSpec spec;
  EXPECT_EQ(ValidateSpec(spec, base::FieldLocations("x")).message(),
            "x: name is missing; it must be a text in quotes, not empty");
}

TEST(ValidateSpecTest, NotANumber) {
  EXPECT_EQ(ErrorWith({"arms[sami].sami.training.optimizer.learning_rate=nan"}),
            "x:6:10: arms[0].sami.training.optimizer.learning_rate is nan; it must be a number > 0 and <= 1");
}

TEST(ValidateSpecTest, InfinityWhereThereIsNoMaximum) {
  EXPECT_THAT(ErrorWith({"arms[sami].sami.training.optimizer.max_grad_norm=inf"}),
              HasSubstr("max_grad_norm is inf; it must be a number >= 0"));
}

TEST(ValidateSpecTest, ExclusiveBound) {
  EXPECT_THAT(ErrorWith({"arms[sft].sft.training.epochs=0"}),
              HasSubstr("epochs is 0; it must be a number > 0 and <= 1000"));
}

TEST(ValidateSpecTest, JustOutOfRangeIsPrintedWithAllItsDigits) {
  EXPECT_THAT(ErrorWith({"arms[sami].sami.training.optimizer.learning_rate=1.0000001"}), HasSubstr("is 1.0000001"));
}

// The same with an accuracy section.
std::string AccuracyErrorWith(const std::vector<std::string>& assignments) {
  std::vector<std::string> all = {"accuracy.num_questions=8", "accuracy.attempts=4", "accuracy.report=[2, 4]",
                                  "accuracy.sampling.temperature=1"};
  all.insert(all.end(), assignments.begin(), assignments.end());
  return ErrorWith(all);
}

TEST(ValidateSpecTest, Accuracy) {
  EXPECT_THAT(AccuracyErrorWith({"accuracy.report=[2, 5]"}),
              HasSubstr("accuracy.report[1] is 5, more than accuracy.attempts, 4"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy.report=[2, 2]"}), HasSubstr("is 2 again"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy.sampling.temperature=0"}), HasSubstr("at which all attempts are equal"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy.prompt=Q"}), HasSubstr("has no \"{question}\""));
  EXPECT_THAT(AccuracyErrorWith({"accuracy.rule=strict"}), HasSubstr("the rules are openai, lm-eval-strict"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy.baseline=nobody"}), HasSubstr("which is no arm"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy.questions_file=x"}), HasSubstr("is for GSM8K_TEST and GSM8K_TRAIN"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy.questions=GSM8K_TEST", "accuracy.held_out=true"}),
              HasSubstr("is the test split"));
  EXPECT_THAT(AccuracyErrorWith({"data.questions_file=x"}), HasSubstr("is for questions: GSM8K"));
}

TEST(ValidateSpecTest, EmptyFolder) {
  EXPECT_EQ(ErrorWith({"base_model.folder="}),
            "x:2:14: base_model.folder is empty; it must be a text in quotes, not empty");
}

TEST(ValidateSpecTest, NoJudge) {
  EXPECT_EQ(ErrorWith({"evaluation.judges=[]"}),
            "x:9:1: evaluation.judges is missing; give one of them, or of language_model_judges");
}

using LanguageModelJudge = sami_harness::EvaluationSpec::LanguageModelJudge;

// What is said of a spec without rules and with this judge, changed.
std::string ErrorWithJudge(void (*change)(LanguageModelJudge&)) {
  ExperimentSpec spec;
  base::FieldLocations locations;
  EXPECT_OK(base::ParseTextProto(kSmallSpec, "x", &spec, &locations));
  spec.mutable_evaluation()->clear_judges();
  LanguageModelJudge& judge = *spec.mutable_evaluation()->add_language_model_judges();
  judge.set_name("gpt");
  judge.mutable_judge()->mutable_endpoint()->set_model("m");
  change(judge);
  return std::string(ValidateSpec(spec, locations).message());
}

TEST(ValidateSpecTest, LanguageModelJudges) {
  EXPECT_EQ(ErrorWithJudge([](LanguageModelJudge&) {}), "");
  EXPECT_THAT(ErrorWithJudge([](LanguageModelJudge& j) { j.set_name("content"); }),
              HasSubstr("language_model_judges[0].name is \"content\" again"));
  EXPECT_THAT(ErrorWithJudge([](LanguageModelJudge& j) { j.set_name("a/b"); }), HasSubstr("is \"a/b\""));
  EXPECT_THAT(ErrorWithJudge([](LanguageModelJudge& j) { j.mutable_judge()->clear_endpoint(); }),
              HasSubstr("language_model_judges[0].judge has no model"));
  EXPECT_THAT(ErrorWithJudge([](LanguageModelJudge& j) { j.mutable_judge()->mutable_rule(); }),
              HasSubstr("judge has no model"));
  EXPECT_THAT(
      ErrorWithJudge([](LanguageModelJudge& j) { j.mutable_judge()->set_mode(sami_harness::JudgeSpec::SINGLE); }),
      HasSubstr("judge.mode is SINGLE"));
  EXPECT_THAT(ErrorWithJudge([](LanguageModelJudge& j) { j.mutable_judge()->mutable_endpoint()->clear_model(); }),
              HasSubstr("endpoint.model"));
}

TEST(ValidateSpecTest, SpecNameIsNoFileName) {
  EXPECT_THAT(ErrorWith({"name=a/b"}), HasSubstr("x:1:1: name is \"a/b\""));
}

TEST(ValidateSpecTest, ArmNameIsNoFileName) { EXPECT_THAT(ErrorWith({"arms[1].name=.."}), HasSubstr("arms[1].name")); }

TEST(ValidateSpecTest, LongName) {
  EXPECT_THAT(ErrorWith({"name=" + std::string(65, 'a')}), HasSubstr("at most 64 letters"));
}

TEST(ValidateSpecTest, ArmNamedBase) {
  EXPECT_THAT(ErrorWith({"arms[1].name=base"}), HasSubstr("x:8:8: arms[1].name is \"base\", which is the untrained"));
}

TEST(ValidateSpecTest, TwoArmsOfOneName) {
  EXPECT_EQ(ErrorWith({"arms[1].name=sami"}),
            "x:8:8: arms[1].name is \"sami\", as arms[0].name at x:4:3 is; names must differ");
}

TEST(ValidateSpecTest, ArmWithoutMethod) {
  EXPECT_THAT(ErrorWith({"arms[1]={ name: 'sft' }"}),
              HasSubstr("x:8:1: arms[1] (sft) has no method; give it one of sft, dpo, sami"));
}

TEST(ValidateSpecTest, UnknownParent) {
  EXPECT_EQ(ErrorWith({"arms[sami].parent=stf"}),
            "x:5:3: arms[0].parent is \"stf\", which is no arm; it must be one of base, sami, sft");
}

TEST(ValidateSpecTest, OwnParent) {
  EXPECT_EQ(ErrorWith({"arms[sft].parent=sft"}),
            "x:8:1: arms[1].parent is on a cycle, sft <- sft; parents must lead to base");
}

TEST(ValidateSpecTest, CycleOfTwo) {
  EXPECT_EQ(ErrorWith({"arms[sft].parent=sami"}),
            "x:5:3: arms[0].parent is on a cycle, sami <- sft <- sami; parents must lead to base");
}

// The first arm descends from the cycle without being on it.
TEST(ValidateSpecTest, CycleAboveAnArm) {
  EXPECT_EQ(ErrorWith({"arms=[{name:'a' parent:'b' sft{}}, {name:'b' parent:'c' sft{}}, {name:'c' parent:'b' sft{}}]"}),
            "x:8:1: arms[1].parent is on a cycle, b <- c <- b; parents must lead to base");
}

TEST(ValidateSpecTest, SettingWithoutEffect) {
  EXPECT_THAT(ErrorWith({"arms[1].dpo={ loss_type: IPO label_smoothing: 0.1 }"}),
              HasSubstr("arms[1].dpo.label_smoothing is 0.1, which has no effect with loss_type IPO"));
}

TEST(ValidateSpecTest, UnknownArmInAComparison) {
  EXPECT_EQ(
      ErrorWith({"evaluation.comparisons[1].baseline=dpo"}),
      "x:14:28: evaluation.comparisons[1].baseline is \"dpo\", which is no arm; it must be one of base, sami, sft");
}

TEST(ValidateSpecTest, ComparisonWithItself) {
  EXPECT_THAT(ErrorWith({"evaluation.comparisons[1].baseline=sft"}),
              HasSubstr("x:14:3: evaluation.comparisons[1] compares sft with"));
}

TEST(ValidateSpecTest, SameComparisonTwice) {
  EXPECT_THAT(ErrorWith({"evaluation.comparisons[1]={ arm: 'sami' baseline: 'sft' }"}),
              HasSubstr("x:14:3: evaluation.comparisons[1] is sami_vs_sft again"));
}

TEST(ValidateSpecTest, SameSettingTwice) {
  EXPECT_THAT(ErrorWith({"evaluation.settings[1]=POSITIVE"}),
              HasSubstr("x:10:25: evaluation.settings[1] is POSITIVE again"));
}

TEST(ValidateSpecTest, SameJudgeTwice) {
  EXPECT_THAT(ErrorWith({"evaluation.judges[1]=PRINCIPLE"}),
              HasSubstr("x:12:3: evaluation.judges[1] is PRINCIPLE again"));
}

TEST(ValidateSpecTest, ContentJudgeOfMtBench) {
  EXPECT_EQ(ErrorWith({"evaluation.questions=MT_BENCH"}),
            "x:12:3: evaluation.judges[1] is CONTENT, but MT_BENCH questions have no checker; it must be PRINCIPLE");
}

TEST(ValidateSpecTest, HeldOutQuestionsOfMtBench) {
  EXPECT_THAT(ErrorWith({"evaluation.questions=MT_BENCH", "evaluation.judges=[PRINCIPLE]", "evaluation.held_out=true"}),
              HasSubstr("evaluation.held_out is true, but MT_BENCH has no held-out questions"));
}

TEST(ValidateSpecTest, QuestionsFileOfTheEmbeddedSuite) {
  EXPECT_THAT(ErrorWith({"evaluation.questions_file=q.jsonl"}),
              HasSubstr("evaluation.questions_file is for questions: MT_BENCH"));
}

TEST(ValidateSpecTest, EmptyForbiddenText) {
  EXPECT_THAT(ErrorWith({"data.filters.forbidden=['a', '']"}), HasSubstr("data.filters.forbidden[1] is empty"));
}

TEST(TrainingOrderTest, ParentsFirstOtherwiseTheSpecsOrder) {
  ExperimentSpec spec;
  ASSERT_OK(
      base::ParseTextProto("arms { name: 'e' parent: 'd' } arms { name: 'a' } arms { name: 'c' parent: 'a' }"
                           "arms { name: 'd' parent: 'a' } arms { name: 'b' }",
                           "x", &spec));
  // The first arm in the spec whose parent is trained: a, then c; d before e; and e, written first, as soon as it can
  // be.
  EXPECT_THAT(TrainingOrder(spec), ElementsAre(1, 2, 3, 0, 4));
}

}  // namespace
}  // namespace experiments
