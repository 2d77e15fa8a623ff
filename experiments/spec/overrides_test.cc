#include "base/textproto/overrides.h"

#include <string>

#include "base/testing.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/spec.pb.h"
#include "experiments/spec/spec_testing.h"

namespace experiments {
namespace {

using ::sami_harness::EvaluationSpec;
using ::sami_harness::ExperimentSpec;
using ::sami_harness::OptimizerConfig;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::StartsWith;

class OverridesTest : public ::testing::Test {
 protected:
  OverridesTest() { EXPECT_OK(base::ParseTextProto(kSmallSpec, "x", &spec_, &locations_)); }

  void Set(const std::string& assignment) { EXPECT_OK(base::ApplyOverride(assignment, &spec_, &locations_)); }

  // The error of an assignment that must be refused, and change nothing.
  std::string ErrorOf(const std::string& assignment) {
    const std::string before = base::PrintTextProto(spec_);
    const absl::Status status = base::ApplyOverride(assignment, &spec_, &locations_);
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
    EXPECT_EQ(base::PrintTextProto(spec_), before);
    return std::string(status.message());
  }

  ExperimentSpec spec_;
  base::FieldLocations locations_;
};

TEST_F(OverridesTest, ElementByName) {
  Set("arms[sami].sami.training.optimizer.learning_rate=2e-5");
  EXPECT_EQ(spec_.arms(0).sami().training().optimizer().learning_rate(), 2e-5);
  EXPECT_EQ(spec_.arms(0).sami().training().batch_size(), 16);  // beside it nothing changes
}

TEST_F(OverridesTest, ElementByIndex) {
  Set("arms[1].sft.training.optimizer.algorithm=RMSPROP");
  EXPECT_EQ(spec_.arms(1).sft().training().optimizer().algorithm(), OptimizerConfig::RMSPROP);
}

TEST_F(OverridesTest, TextWithAndWithoutQuotes) {
  Set("name=it's \"b\" = c");
  EXPECT_EQ(spec_.name(), "it's \"b\" = c");
  Set("name='quoted'");
  EXPECT_EQ(spec_.name(), "quoted");
  Set("name=");
  EXPECT_EQ(spec_.name(), "");
}

TEST_F(OverridesTest, NumberAsATextIsATextOfAStringField) {
  Set("models[base].folder=7");
  EXPECT_EQ(spec_.models(0).folder(), "7");
}

TEST_F(OverridesTest, AbsentMessageIsMade) {
  Set("data[pairs].filters.unfinished=false");
  EXPECT_FALSE(spec_.data(0).filters().unfinished());
}

TEST_F(OverridesTest, WholeListAndOneElement) {
  Set("evaluations[test].judges=[CONTENT]");
  EXPECT_THAT(spec_.evaluations(0).judges(), ElementsAre(EvaluationSpec::CONTENT));
  Set("evaluations[test].settings[1]=POSITIVE");
  EXPECT_THAT(spec_.evaluations(0).settings(), ElementsAre(EvaluationSpec::POSITIVE, EvaluationSpec::POSITIVE));
  Set("evaluations[test].comparisons=[]");
  EXPECT_EQ(spec_.evaluations(0).comparisons_size(), 0);
  Set("data[pairs].filters.forbidden=[\"a\", \"b\"]");
  EXPECT_THAT(spec_.data(0).filters().forbidden(), ElementsAre("a", "b"));
}

TEST_F(OverridesTest, WholeMessageIsReplaced) {
  Set("arms[sami].sami={ training { epochs: 3 } }");
  EXPECT_EQ(base::PrintTextProto(spec_.arms(0).sami()), "training {\n  epochs: 3\n}\n");
  Set("arms[sami]={ name: 'dpo' dpo {} }");
  EXPECT_TRUE(spec_.arms(0).has_dpo());
  EXPECT_EQ(spec_.arms(1).name(), "sft");
}

TEST_F(OverridesTest, LaterErrorsNameTheAssignment) {
  Set("arms[sami].sami.training.batch_size=0");
  EXPECT_EQ(locations_.Where("arms[0].sami.training.batch_size"), "--set arms[sami].sami.training.batch_size=0");
  EXPECT_EQ(locations_.Where("arms[0].parent"), "x:5:3");
}

TEST_F(OverridesTest, UnknownFieldListsWhatExists) {
  EXPECT_THAT(ErrorOf("arms[sami].smai.training.epochs=1"),
              StartsWith("--set arms[sami].smai.training.epochs=1: there is no field \"smai\"; Arm has sami, "));
}

TEST_F(OverridesTest, UnknownElementListsWhatExists) {
  EXPECT_EQ(ErrorOf("arms[dpo].parent=sft"),
            "--set arms[dpo].parent=sft: there is no arms[dpo]; there are arms[sami], arms[sft], arms[base]");
}

TEST_F(OverridesTest, IndexBeyondTheEnd) {
  EXPECT_THAT(ErrorOf("evaluations[test].judges[2]=CONTENT"),
              HasSubstr("no judges[2]; there are judges[0], judges[1]"));
}

TEST_F(OverridesTest, NegativeIndex) { EXPECT_THAT(ErrorOf("arms[-1].name=a"), HasSubstr("no arms[-1]")); }

TEST_F(OverridesTest, ListOnTheWayNeedsAnElement) {
  EXPECT_THAT(ErrorOf("arms.parent=sft"), HasSubstr("say which of arms; there are arms[sami], arms[sft], arms[base]"));
}

TEST_F(OverridesTest, ElementOfWhatIsNoList) { EXPECT_THAT(ErrorOf("seed[0]=1"), HasSubstr("seed is not a list")); }

TEST_F(OverridesTest, NothingLiesBelowANumber) {
  EXPECT_THAT(ErrorOf("seed.value=1"), HasSubstr("seed is a whole number >= 0: it has no fields"));
}

TEST_F(OverridesTest, SettingsOfAnotherMethod) {
  EXPECT_THAT(ErrorOf("arms[sami].dpo.beta=1"), HasSubstr("dpo is not set; method is sami"));
}

TEST_F(OverridesTest, WrongTypeSaysWhatIsAllowed) {
  EXPECT_EQ(
      ErrorOf("arms[sami].sami.training.batch_size=x"),
      "--set arms[sami].sami.training.batch_size=x: Expected integer, got: x; batch_size must be a whole number >= 1");
}

TEST_F(OverridesTest, UnknownEnumValue) {
  EXPECT_THAT(ErrorOf("queries[asked].embedded.split=TEXT"), HasSubstr("it must be one of TRAIN, HELD_OUT, TEST"));
}

TEST_F(OverridesTest, ValueThatSmugglesInAnotherField) {
  EXPECT_THAT(ErrorOf("seed=1 name: 'b'"), HasSubstr("must be one value of seed"));
}

TEST_F(OverridesTest, TwoValuesForOneElement) {
  EXPECT_THAT(ErrorOf("evaluations[test].judges[0]=[CONTENT, PRINCIPLE]"), HasSubstr("must be one value of judges"));
}

TEST_F(OverridesTest, NoEqualsSign) { EXPECT_THAT(ErrorOf("seed"), HasSubstr("there is no '='")); }

TEST_F(OverridesTest, EmptyStep) { EXPECT_THAT(ErrorOf("statistics..level=1"), HasSubstr("the path must be like")); }

TEST_F(OverridesTest, OpenBracket) { EXPECT_THAT(ErrorOf("arms[sami=1"), HasSubstr("a ']' is missing")); }

}  // namespace
}  // namespace experiments
