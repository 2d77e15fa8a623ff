#include "experiments/spec/checks/spec_checks.h"

#include <string>
#include <vector>

#include "base/testing.h"
#include "base/textproto/overrides.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/checks/references.h"
#include "experiments/spec/nodes.h"
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
  std::vector<std::string> all = {
      "accuracy=[{ name: 'p' queries: 'asked' baseline: 'base' attempts: 4 report: [2, 4] sampling { temperature: 1 } "
      "}]"};
  all.insert(all.end(), assignments.begin(), assignments.end());
  return ErrorWith(all);
}

TEST(ValidateSpecTest, Accuracy) {
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].report=[2, 5]"}),
              HasSubstr("accuracy[0].report[1] is 5, more than attempts, 4"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].report=[2, 2]"}), HasSubstr("is 2 again"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].sampling.temperature=0"}), HasSubstr("at which all attempts are equal"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].prompt=Q"}), HasSubstr("has no \"{query}\""));
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].rule=strict"}), HasSubstr("the rules are openai, lm-eval-strict"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].baseline=nobody"}), HasSubstr("which is no arm"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].queries=none"}),
              HasSubstr("which is no queries; it must be one of asked, train"));
}

TEST(ValidateSpecTest, EmptyFolder) {
  EXPECT_EQ(ErrorWith({"models[base].folder="}),
            "x:2:23: models[0].folder is empty; it must be a text in quotes, not empty");
}

TEST(ValidateSpecTest, ModelsAreSomewhereAndServersAreNotTrained) {
  EXPECT_EQ(ErrorWith({"models[base]={ name: 'base' }"}),
            "x:2:1: models[0] (base) is nowhere; give it one of folder, endpoint, replay");
  EXPECT_THAT(ErrorWith({"models[base]={ name: 'base' endpoint { model: 'm' } }"}),
              HasSubstr("arms[1].parent is base, a server's model, whose weights are not here"));
}

TEST(ValidateSpecTest, NoJudge) {
  EXPECT_EQ(ErrorWith({"evaluations[test].judges=[]"}),
            "x:9:1: evaluations[0].judges is missing; give one of them, or of language_model_judges");
}

using LanguageModelJudge = sami_harness::EvaluationSpec::LanguageModelJudge;

// What is said of a spec without rules and with this judge, changed.
std::string ErrorWithJudge(void (*change)(LanguageModelJudge&)) {
  ExperimentSpec spec;
  base::FieldLocations locations;
  EXPECT_OK(base::ParseTextProto(kSmallSpec, "x", &spec, &locations));
  spec.mutable_evaluations(0)->clear_judges();
  LanguageModelJudge& judge = *spec.mutable_evaluations(0)->add_language_model_judges();
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

TEST(ValidateSpecTest, PublishedSampling) {
  EXPECT_THAT(ErrorWith({"data[pairs].sampling={ as_published: true temperature: 1 }"}),
              HasSubstr("data[0].sampling.as_published is given beside temperature"));
  EXPECT_THAT(AccuracyErrorWith({"accuracy[p].sampling.as_published=true"}), HasSubstr("is for data and evaluations"));
}

TEST(ValidateSpecTest, NamesAreNoFileNames) {
  EXPECT_THAT(ErrorWith({"name=a/b"}), HasSubstr("x:1:1: name is \"a/b\""));
  EXPECT_THAT(ErrorWith({"arms[1].name=.."}), HasSubstr("arms[1].name"));
  EXPECT_THAT(ErrorWith({"name=" + std::string(65, 'a')}), HasSubstr("at most 64 letters"));
}

TEST(ValidateSpecTest, ArmWithTheNameOfAModelThatItIsNot) {
  EXPECT_THAT(ErrorWith({"arms[2].name=other", "arms[1].name=base"}),
              HasSubstr("x:8:8: arms[1].name is \"base\", as a model is, and the arm is not that model"));
}

TEST(ValidateSpecTest, TwoArmsOfOneName) {
  EXPECT_EQ(ErrorWith({"arms[1].name=sami"}),
            "x:8:8: arms[1].name is \"sami\", as arms[0].name at x:4:3 is; names must differ");
}

TEST(ValidateSpecTest, ArmWithoutMethod) {
  EXPECT_THAT(ErrorWith({"arms[1]={ name: 'sft' }"}),
              HasSubstr("x:8:1: arms[1] (sft) has no method; give it one, as sft, dpo or sami, or model:"));
}

TEST(ValidateSpecTest, TrainedArmNeedsParentAndDataAModelNeither) {
  EXPECT_THAT(ErrorWith({"arms[1]={ name: 'sft' data: 'pairs' sft {} }"}), HasSubstr("is trained and has no parent"));
  EXPECT_THAT(ErrorWith({"arms[1]={ name: 'sft' parent: 'base' sft {} }"}), HasSubstr("is trained and has no data"));
  EXPECT_THAT(ErrorWith({"arms[base].parent=sft"}), HasSubstr("arms[2].parent is given, but the arm is a model"));
}

TEST(ValidateSpecTest, ReferencesToNothing) {
  EXPECT_EQ(ErrorWith({"arms[sami].parent=stf"}),
            "x:5:3: arms[0].parent is \"stf\", which is no model or arm; it must be one of base, sami, sft");
  EXPECT_THAT(ErrorWith({"arms[sami].data=x"}), HasSubstr("is \"x\", which is no data; it must be one of pairs"));
  EXPECT_THAT(ErrorWith({"arms[base].model=sft", "arms[base].name=b"}),
              HasSubstr("which is no model; it must be one of base"));
  EXPECT_THAT(ErrorWith({"data[pairs].generator=x"}),
              HasSubstr("data[0].generator is \"x\", which is no model or arm"));
  EXPECT_THAT(ErrorWith({"data[pairs].prompts=x"}), HasSubstr("which is no prompts; the spec has none"));
  EXPECT_THAT(ErrorWith({"evaluations[test].queries=x"}), HasSubstr("it must be one of asked, train"));
}

TEST(ValidateSpecTest, Cycles) {
  EXPECT_EQ(ErrorWith({"arms[sft].parent=sft"}),
            "x:8:1: arms[1] is on a cycle, arm sft <- arm sft; what is needed must end at models");
  EXPECT_THAT(ErrorWith({"arms[sft].parent=sami"}),
              HasSubstr("arms[0] is on a cycle, arm sami <- arm sft <- arm sami"));
  // The data of an arm that it writes itself, through another.
  EXPECT_THAT(ErrorWith({"data[pairs].generator=sft"}),
              HasSubstr("data[0] is on a cycle, data pairs <- arm sft <- data pairs"));
}

TEST(ValidateSpecTest, QueriesAndWordings) {
  EXPECT_THAT(ErrorWith({"queries[asked]={ name: 'asked' }"}), HasSubstr("queries[1] (asked) has no source"));
  EXPECT_THAT(ErrorWith({"queries[asked]={ name: 'asked' embedded { split: TEST } }"}), HasSubstr("has no take"));
  EXPECT_THAT(ErrorWith({"queries[train].jsonl.file="}), HasSubstr("queries[0].jsonl.file is missing"));
  EXPECT_THAT(ErrorWith({"prompts=[{ name: 'p' with_constitution: '{query}' }]"}),
              HasSubstr("prompts[0].with_constitution has no \"{constitution}\""));
}

TEST(ValidateSpecTest, PrinciplesThatAModelWrites) {
  const std::string name = "constitutions[principles]={ name: 'principles' written_by { model: 'base' task: 't' ";
  EXPECT_THAT(ErrorWith({name + "} file: 'x' }"}), HasSubstr("constitutions[0].file is given, but a model writes"));
  EXPECT_THAT(ErrorWith({name + "} only: 'x' }"}), HasSubstr("or choose with skip and take"));
  EXPECT_THAT(ErrorWith({name + "count: 4 } skip: 3 }"}),
              HasSubstr("(principles) takes 2 principles, and of the 4 that are written, skip leaves 1"));
  EXPECT_THAT(ErrorWith({name + "} }", "constitutions[principles].written_by.task=' '"}),
              HasSubstr("constitutions[0].written_by.task is blank"));
  EXPECT_THAT(ErrorWith({"constitutions[principles].written_by={ task: 't' model: 'sft' }"}),
              HasSubstr("constitutions[0].written_by.model is \"sft\", which is no model; it must be one of base"));
  EXPECT_THAT(ErrorWith({"constitutions[principles].written_by={ task: 't' }"}), HasSubstr("model is missing"));
  EXPECT_THAT(ErrorWith({"prompts=[{ name: 'p' without_constitution: '{constitution} {query}' }]"}),
              HasSubstr("prompts[0].without_constitution has \"{constitution}\""));
}

TEST(ValidateSpecTest, DataAreWrittenHereOrAFiles) {
  EXPECT_THAT(ErrorWith({"data[pairs].generator="}), HasSubstr("data[0] (pairs) has no generator"));
  EXPECT_THAT(ErrorWith({"data[pairs].preferences={ file: 'p.jsonl' }"}),
              HasSubstr("data[0].queries is given, but the examples"));
  EXPECT_THAT(ErrorWith({"data[pairs]={ name: 'pairs' preferences { file: 'p' } }"}),
              HasSubstr("arms[0].data is \"pairs\", which has preferences, and SAMI cannot be trained on them"));
  EXPECT_THAT(ErrorWith({"data[pairs]={ name: 'pairs' labels { file: 'p' } }", "arms[sami].dpo={}"}),
              HasSubstr("which has labels, and DPO cannot"));
}

TEST(ValidateSpecTest, MorePairsThanTheDataHave) {
  EXPECT_THAT(ErrorWith({"arms[sami].pairs=FIRST", "arms[sami].seen_constitutions=3"}),
              HasSubstr("data \"pairs\" has 2 constitutions"));
}

TEST(ValidateSpecTest, MoreRowsHeldOutThanTheDataHave) {
  const std::string take = "queries[train].take=20";
  EXPECT_THAT(ErrorWith({take, "arms[sft].sft.training.held_out={ rows: 20 every_steps: 1 }"}),
              HasSubstr("arms[1].sft.training.held_out cannot be taken from data \"pairs\", which has at most 20 rows: "
                        "held_out.rows is 20, and there are 20 rows: none would be left"));
  EXPECT_THAT(
      ErrorWith({take, "data[pairs].skip=14", "arms[sft].sft.training.held_out={ share: 0.05 every_steps: 1 }"}),
      HasSubstr("held_out.share is 0.05, which of 6 rows is none"));
  EXPECT_THAT(ErrorWith({"data[pairs].take=2", "arms[sft].sft.training.held_out={ rows: 3 every_steps: 1 }"}),
              HasSubstr("which has at most 2 rows"));
  EXPECT_THAT(ErrorWith({"arms[sft].sft.training.held_out={ rows: 3 }"}),
              HasSubstr("arms[1].sft.training.held_out.every_steps is missing"));
}

TEST(ValidateSpecTest, SettingWithoutEffect) {
  EXPECT_THAT(ErrorWith({"arms[1].sft.training.schedule.final_fraction=0.1"}),
              HasSubstr("final_fraction is 0.1, which has no effect with shape CONSTANT"));
  EXPECT_THAT(ErrorWith({"arms[1].dpo={ loss_type: IPO label_smoothing: 0.1 }"}),
              HasSubstr("arms[1].dpo.label_smoothing is 0.1, which has no effect with loss_type IPO"));
}

TEST(ValidateSpecTest, UnknownArmInAComparison) {
  EXPECT_EQ(
      ErrorWith({"evaluations[test].comparisons[1].baseline=dpo"}),
      "x:14:28: evaluations[0].comparisons[1].baseline is \"dpo\", which is no arm; it must be one of base, sami, sft");
}

TEST(ValidateSpecTest, ComparisonWithItself) {
  EXPECT_THAT(ErrorWith({"evaluations[test].comparisons[1].baseline=sft"}),
              HasSubstr("x:14:3: evaluations[0].comparisons[1] compares sft with"));
}

TEST(ValidateSpecTest, SameComparisonTwice) {
  EXPECT_THAT(ErrorWith({"evaluations[test].comparisons[1]={ arm: 'sami' baseline: 'sft' }"}),
              HasSubstr("x:14:3: evaluations[0].comparisons[1] is sami_vs_sft again"));
}

TEST(ValidateSpecTest, SameSettingOrJudgeTwice) {
  EXPECT_THAT(ErrorWith({"evaluations[test].settings[1]=POSITIVE"}),
              HasSubstr("x:10:25: evaluations[0].settings[1] is POSITIVE again"));
  EXPECT_THAT(ErrorWith({"evaluations[test].judges[1]=PRINCIPLE"}),
              HasSubstr("x:12:3: evaluations[0].judges[1] is PRINCIPLE again"));
}

TEST(ValidateSpecTest, EmptyForbiddenText) {
  EXPECT_THAT(ErrorWith({"data[pairs].filters.forbidden=['a', '']"}),
              HasSubstr("data[0].filters.forbidden[1] is empty"));
}

TEST(UnusedNodesTest, AreNamed) {
  ExperimentSpec spec;
  ASSERT_OK(base::ParseTextProto(kSmallSpec, "x", &spec));
  EXPECT_THAT(UnusedNodes(spec), ElementsAre());
  spec.add_queries()->set_name("more");
  spec.add_prompts()->set_name("words");
  EXPECT_THAT(UnusedNodes(spec),
              ElementsAre("queries \"more\" is used by nothing", "prompts \"words\" is used by nothing"));
}

// A chain of iterations, written backwards.
TEST(ComputingOrderTest, WhatIsNeededComesFirst) {
  ExperimentSpec spec;
  ASSERT_OK(
      base::ParseTextProto("arms { name: 'two' parent: 'one' data: 'd2' sami {} }"
                           "arms { name: 'one' parent: 'base' data: 'd1' sami {} }"
                           "arms { name: 'base' model: 'base' } models { name: 'base' }"
                           "data { name: 'd2' generator: 'one' } data { name: 'd1' generator: 'base' }",
                           "x", &spec));
  std::vector<std::string> order;
  for (const Step& step : ComputingOrder(spec)) order.push_back(step.name());
  EXPECT_THAT(order, ElementsAre("d1", "one", "d2", "two", "base"));
}

}  // namespace
}  // namespace experiments
