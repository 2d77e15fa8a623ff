#include "base/textproto/canonical.h"

#include <string>

#include "base/hash.h"
#include "base/testing.h"
#include "base/textproto/limits.h"
#include "base/textproto/text_proto.h"
#include "experiments/spec/deployment.pb.h"
#include "experiments/spec/spec.pb.h"
#include "experiments/spec/spec_testing.h"

namespace experiments {
namespace {

using ::sami_harness::ExperimentSpec;
using ::testing::HasSubstr;
using ::testing::Not;

std::string Canonical(const std::string& text) {
  ExperimentSpec spec;
  EXPECT_OK(base::ParseTextProto(text, "x", &spec));
  base::FillDefaults(&spec);
  return base::PrintTextProto(spec);
}

TEST(CanonicalTest, FillsDefaultsAndSubMessages) {
  sami_harness::Data data;
  base::FillDefaults(&data);
  EXPECT_EQ(base::PrintTextProto(data),
            "skip: 0\n"
            "constitutions_per_query: 2\n"
            "sampling {\n"
            "  temperature: 0\n"
            "  top_p: 1\n"
            "  max_new_tokens: 128\n"
            "}\n"
            "filters {\n"
            "  too_long: true\n"
            "  unfinished: true\n"
            "  equal_responses: true\n"
            "}\n"
            "draw: POLES\n");
}

TEST(CanonicalTest, IsReadBackAndIdempotent) {
  const std::string once = Canonical(kSmallSpec);
  EXPECT_EQ(Canonical(once), once);
}

TEST(CanonicalTest, OtherMembersOfAOneofStayAbsent) {
  const std::string text = Canonical("arms { sft {} }");
  EXPECT_THAT(text, HasSubstr("reduction: TOKEN_MEAN"));
  EXPECT_THAT(text, Not(HasSubstr("dpo")));
}

TEST(CanonicalTest, MessagesWithRequiredFieldsAreNotMadeUp) {
  EXPECT_THAT(Canonical(""), Not(HasSubstr("information")));
  EXPECT_THAT(Canonical(""), Not(HasSubstr("evaluation")));
}

TEST(CanonicalTest, WrittenDefaultsAndEmptyTextsMakeNoDifference) {
  EXPECT_EQ(Canonical("seed: 42 data { prompts: '' sampling {} }"), Canonical("data {}"));
}

TEST(CanonicalTest, OrderOfFieldsAndSpellingOfNumbersMakeNoDifference) {
  EXPECT_EQ(Canonical("arms { name: 'a' dpo { beta: 1e-1 training { batch_size: 0x10 } } } seed: 7"),
            Canonical("seed: 7 arms { dpo { training { batch_size: 16 } beta: 0.1 } name: 'a' }"));
}

TEST(CanonicalTest, OrderOfArmsIsTheSpecs) {
  EXPECT_NE(Canonical("arms { name: 'a' } arms { name: 'b' }"), Canonical("arms { name: 'b' } arms { name: 'a' }"));
}

TEST(CanonicalTest, EveryDoubleIsReadBackExactly) {
  ExperimentSpec spec, again;
  spec.mutable_statistics()->set_confidence_level(0.1 + 0.2 + 0.4);  // not 0.7: takes 17 digits
  ASSERT_OK(base::ParseTextProto(base::PrintTextProto(spec), "x", &again));
  EXPECT_EQ(again.statistics().confidence_level(), spec.statistics().confidence_level());
}

TEST(CanonicalTest, DefaultsAreWithinTheirLimits) {
  ExperimentSpec spec;
  ASSERT_OK(base::ParseTextProto(kSmallSpec, "x", &spec));
  spec.add_arms()->mutable_dpo();
  spec.mutable_arms(3)->set_name("dpo");
  base::FillDefaults(&spec);
  EXPECT_OK(base::CheckLimits(spec, base::FieldLocations()));
  sami_harness::Deployment deployment;
  base::FillDefaults(&deployment);
  EXPECT_OK(base::CheckLimits(deployment, base::FieldLocations()));
}

TEST(CanonicalTest, PlacesAreRemovedAndNothingBeside) {
  ExperimentSpec spec;
  ASSERT_OK(
      base::ParseTextProto("models { name: 'a' folder: 'here' } queries { name: 'q' jsonl { file: 'x.jsonl' } take: 3 }"
                           "evaluations { language_model_judges { judge { local { folder: 'there' } } } }",
                           "x", &spec));
  base::RemovePlaces(&spec);
  ExperimentSpec expected;
  ASSERT_OK(
      base::ParseTextProto("models { name: 'a' } queries { name: 'q' jsonl {} take: 3 }"
                           "evaluations { language_model_judges { judge { local {} } } }",
                           "x", &expected));
  EXPECT_EQ(base::PrintTextProto(spec), base::PrintTextProto(expected));
}

TEST(CanonicalTest, PlacesAreMovedAndNothingBeside) {
  ExperimentSpec spec;
  ASSERT_OK(
      base::ParseTextProto("models { name: 'a' folder: 'here' } queries { name: 'q' jsonl { file: 'x.jsonl' } take: 3 }"
                           "evaluations { language_model_judges { judge { local { folder: 'there' } } } }",
                           "x", &spec));
  base::MovePlaces(&spec, [](const std::string& place) { return "/at/" + place; });
  ExperimentSpec expected;
  ASSERT_OK(base::ParseTextProto(
      "models { name: 'a' folder: '/at/here' } queries { name: 'q' jsonl { file: '/at/x.jsonl' } take: 3 }"
      "evaluations { language_model_judges { judge { local { folder: '/at/there' } } } }",
      "x", &expected));
  EXPECT_EQ(base::PrintTextProto(spec), base::PrintTextProto(expected));
}

TEST(RunIdTest, IsTheHashOfTheDocumentedText) {
  EXPECT_EQ(base::RunId("seed: 1\n", {{"b", "22"}, {"a\n", "11"}}, 3),
            base::Sha256Hex("sami_harness run\nresults_version: 3\ninput: 11 a\\n\ninput: 22 b\nspec:\nseed: 1\n"));
}

TEST(RunIdTest, DependsOnEveryPart) {
  const std::string id = base::RunId("s", {{"a", "1"}}, 1);
  EXPECT_NE(base::RunId("t", {{"a", "1"}}, 1), id);
  EXPECT_NE(base::RunId("s", {{"a", "2"}}, 1), id);
  EXPECT_NE(base::RunId("s", {{"b", "1"}}, 1), id);
  EXPECT_NE(base::RunId("s", {}, 1), id);
  EXPECT_NE(base::RunId("s", {{"a", "1"}}, 2), id);
}

}  // namespace
}  // namespace experiments
