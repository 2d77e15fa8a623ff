#include "baselines/kto/objective.h"

#include <algorithm>
#include <cmath>
#include <string>
#include <vector>

#include "base/testing.h"
#include "baselines/responses/reference.h"
#include "lm/scoring/scoring.h"
#include "training/testing/test_objective.h"

namespace kto {
namespace {

using ::base::StatusIs;
using ::sami_harness::KtoConfig;
using ::testing::AllOf;
using ::testing::HasSubstr;
using training::LabeledExample;
using training::TinyModel;

KtoConfig WithBatch(int64_t size) {
  KtoConfig config;
  config.mutable_training()->set_batch_size(size);
  return config;
}

std::vector<LabeledExample> Examples() {
  return {
      {{1}, {11, 2}, true}, {{2}, {12}, false}, {{3, 4}, {13, 5, 6}, true}, {{5}, {14, 7}, false}, {{6}, {15}, true}};
}

// The first token of each item's mismatched response.
std::vector<int32_t> Mismatches(int64_t batch_size, int64_t examples) {
  std::vector<LabeledExample> some = Examples();
  some.resize(examples);
  std::vector<int32_t> tokens;
  for (const responses::Item& item : Items(WithBatch(batch_size), some)) tokens.push_back(item.responses[1][0]);
  return tokens;
}

TEST(KtoObjectiveTest, PairsEachPromptWithTheResponseBeforeItInItsBlock) {
  using ::testing::ElementsAre;
  EXPECT_THAT(Mismatches(2, 4), ElementsAre(12, 11, 14, 13));
  EXPECT_THAT(Mismatches(5, 5), ElementsAre(15, 11, 12, 13, 14));
  EXPECT_THAT(Mismatches(3, 5), ElementsAre(13, 11, 12, 15, 14));
  EXPECT_THAT(Mismatches(2, 5), ElementsAre(12, 11, 15, 13, 14));  // no block of one
  KtoConfig anchored = WithBatch(1);
  anchored.set_loss_type(KtoConfig::APO_ZERO_UNPAIRED);
  EXPECT_EQ(Items(anchored, Examples())[0].responses.size(), 1u);
}

double Sum(const lm::Decoder& model, const lm::TokenIds& prompt, const lm::TokenIds& response) {
  return lm::ScorePairs(model, {{prompt}, {response}, {{0, 0}}}).sum_P.item<double>();
}

// By the formula, one response at a time.
TEST(KtoObjectiveTest, EvaluatesLossAndMetrics) {
  const lm::Decoder policy = TinyModel(torch::kFloat64, 1), reference = TinyModel(torch::kFloat64, 2);
  const std::vector<LabeledExample> examples = Examples();
  for (const bool anchored : {false, true}) {
    KtoConfig config = WithBatch(5);
    config.set_beta(0.3);
    config.set_desirable_weight(1.5);
    if (anchored) config.set_loss_type(KtoConfig::APO_ZERO_UNPAIRED);
    const auto items = Items(config, examples);
    ASSERT_OK_AND_ASSIGN(const torch::Tensor references,
                         responses::ReferenceSums(reference, items, std::nullopt, "example", 1, nullptr));
    ASSERT_OK_AND_ASSIGN(const auto objective, MakeKtoObjective(config, examples, references, 32));
    const std::vector<int64_t> batch = {4, 1, 2};
    double point = 0, loss = 0, desirable_reward = 0, undesirable_reward = 0;
    const auto ratio = [&](const lm::TokenIds& prompt, const lm::TokenIds& response) {
      return Sum(policy, prompt, response) - Sum(reference, prompt, response);
    };
    for (const int64_t i : batch) {
      if (!anchored) point += ratio(items[i].prompt, items[i].responses[1]) / 3;
    }
    point = std::max(0.0, point);
    for (const int64_t i : batch) {
      const double x = ratio(examples[i].prompt, examples[i].response);
      const double z = examples[i].desirable ? x - point : point - x;
      loss += (examples[i].desirable ? 1.5 : 1) * (1 - 1 / (1 + std::exp(-0.3 * z)));
      (examples[i].desirable ? desirable_reward : undesirable_reward) += 0.3 * x;
    }
    const training::Evaluation evaluation = objective->Evaluate(policy, batch);
    EXPECT_NEAR(evaluation.weighted_loss.item<double>(), loss, 1e-10);
    EXPECT_EQ(evaluation.metrics[1].name, "rewards/chosen");
    EXPECT_NEAR(evaluation.metrics[1].sum, desirable_reward, 1e-10);
    EXPECT_EQ(evaluation.metrics[1].weight, 2);
    EXPECT_EQ(evaluation.metrics[2].weight, 1);  // rewards/rejected
    EXPECT_EQ(evaluation.metrics[3].name, "rewards/margins");
    EXPECT_NEAR(evaluation.metrics[3].sum / evaluation.metrics[3].weight, desirable_reward / 2 - undesirable_reward,
                1e-10);
    // Cut, the shares' parts add up; a batch without undesirable responses has none.
    double margin = 0;
    for (const int64_t begin : {0, 2}) {
      torch::Tensor statistics;
      if (objective->has_statistics()) statistics = objective->Statistics(policy, batch);
      const auto share = objective->EvaluateShare(policy, {batch, begin, begin == 0 ? 2 : 1, statistics});
      margin += share.metrics[3].sum / 3;
    }
    EXPECT_NEAR(margin, desirable_reward / 2 - undesirable_reward, 1e-10);
    EXPECT_EQ(objective->Evaluate(policy, {4, 2}).metrics[3].weight, 0);
    EXPECT_NEAR(evaluation.metrics.back().sum / evaluation.metrics.back().weight, point, 1e-10);
  }
}

TEST(KtoObjectiveTest, RefusesBadExamples) {
  const torch::Tensor references = torch::zeros({5, 2}, torch::kFloat64);
  const auto refused = [&](LabeledExample bad, const char* what) {
    std::vector<LabeledExample> examples = Examples();
    examples[1] = std::move(bad);
    EXPECT_THAT(MakeKtoObjective(WithBatch(2), examples, references, 6),
                StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("example 1"), HasSubstr(what))));
  };
  refused({{}, {1}, true}, "the prompt is empty");
  refused({{1}, {}, true}, "the response is empty");
  refused({{1}, {2, 3, 4, 5, 6, 7}, true}, "more than the 6 allowed");
  // Fits by itself, not with its neighbour's response.
  refused({{1, 2, 3, 4, 5}, {6}, true}, "the response of its neighbour");
  EXPECT_THAT(MakeKtoObjective(WithBatch(2), Examples(), torch::zeros({4, 2}), 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("5 labeled examples")));
  EXPECT_THAT(MakeKtoObjective(WithBatch(2), {{{1}, {2}, true}}, torch::zeros({1, 2}), 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("at least 2")));
}

}  // namespace
}  // namespace kto
