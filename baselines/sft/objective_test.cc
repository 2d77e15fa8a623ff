#include "baselines/sft/objective.h"

#include <string>
#include <utility>

#include "base/testing.h"
#include "lm/scoring/scoring.h"
#include "training/testing/test_objective.h"

namespace sft {
namespace {

using ::base::StatusIs;
using ::sami_harness::SftConfig;
using ::testing::AllOf;
using ::testing::HasSubstr;
using training::TextExample;
using training::TinyModel;

TEST(SftObjectiveTest, WeighsByTokensOrByTexts) {
  const lm::Decoder model = TinyModel(torch::kFloat64);
  const std::vector<TextExample> examples = {{{1, 2}, {3}}, {{4}, {5, 6, 7}}, {{8, 9, 10}, {11, 12}}};
  double nll = 0;
  for (const int64_t i : {2, 1}) {
    nll -= lm::ScorePairs(model, {{examples[i].prompt}, {examples[i].response}, {{0, 0}}}).sum_P.item<double>();
  }
  for (const auto reduction : {SftConfig::TOKEN_MEAN, SftConfig::EXAMPLE_SUM}) {
    SftConfig config;
    config.set_reduction(reduction);
    ASSERT_OK_AND_ASSIGN(const auto objective, MakeSftObjective(config, examples, 32));
    const training::Evaluation evaluation = objective->Evaluate(model, {2, 1});
    EXPECT_NEAR(evaluation.weighted_loss.item<double>(), nll, 1e-12);
    ASSERT_EQ(evaluation.metrics.size(), 1u);
    EXPECT_EQ(evaluation.metrics[0].name, "loss");
    EXPECT_EQ(evaluation.metrics[0].weight, reduction == SftConfig::TOKEN_MEAN ? 5 : 2);
    EXPECT_EQ(objective->Weight(1), reduction == SftConfig::TOKEN_MEAN ? 3 : 1);
    EXPECT_EQ(objective->NumTokens(2), 5);
  }
}

TEST(SftObjectiveTest, RefusesBadExamples) {
  const auto refused = [](TextExample bad, const char* what) {
    EXPECT_THAT(MakeSftObjective(SftConfig(), {{{1}, {2}}, bad}, 4),
                StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("example 1"), HasSubstr(what))));
  };
  refused({{}, {1}}, "the prompt is empty");
  refused({{1}, {}}, "the response is empty");
  refused({{1, 2}, {3, 4, 5}}, "have 5 tokens, more than the 4 allowed");
  EXPECT_OK(MakeSftObjective(SftConfig(), {{{1, 2}, {3, 4}}}, 4));
}

}  // namespace
}  // namespace sft
