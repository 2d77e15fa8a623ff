#include "baselines/dpo/objective.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <string>
#include <utility>

#include "base/random.h"
#include "base/testing.h"
#include "baselines/responses/reference.h"
#include "lm/model/adapter.h"
#include "lm/scoring/scoring.h"
#include "training/testing/test_objective.h"

namespace dpo {
namespace {

using ::base::StatusIs;
using ::sami_harness::DpoConfig;
using ::testing::AllOf;
using ::testing::HasSubstr;
using training::PreferenceExample;
using training::TinyModel;

lm::TokenIds RandomIds(int64_t length, base::RandomStream& stream) {
  lm::TokenIds ids;
  for (int64_t i = 0; i < length; ++i) ids.push_back(stream.Below(23));
  return ids;
}

std::vector<PreferenceExample> RandomExamples(int64_t count) {
  base::RandomStream stream(3, "objective_test");
  std::vector<PreferenceExample> examples(count);
  for (PreferenceExample& example : examples) {
    example.prompt = RandomIds(2 + stream.Below(6), stream);
    example.chosen = RandomIds(1 + stream.Below(9), stream);
    example.rejected = RandomIds(1 + stream.Below(9), stream);
  }
  return examples;
}

double SummedLogProb(const lm::Decoder& model, const lm::TokenIds& prompt, const lm::TokenIds& response) {
  return lm::ScorePairs(model, {{prompt}, {response}, {{0, 0}}}).sum_P.item<double>();
}

torch::Tensor References(const lm::Decoder& model, const std::vector<PreferenceExample>& examples,
                         std::optional<double> ld_alpha = std::nullopt) {
  const auto sums =
      responses::ReferenceSums(model, responses::PairItems(examples), ld_alpha, "preference example", 1, nullptr);
  EXPECT_OK(sums);
  return *sums;
}

absl::Status CheckStart(const lm::Decoder& model, const std::vector<PreferenceExample>& examples,
                        const torch::Tensor& references) {
  return responses::CheckStartsAtReference(model, responses::PairItems(examples), references, std::nullopt,
                                           "preference example");
}

TEST(DpoObjectiveTest, EvaluatesLossAndMetrics) {
  const lm::Decoder policy = TinyModel(torch::kFloat64, 1), reference = TinyModel(torch::kFloat64, 2);
  const std::vector<PreferenceExample> examples = RandomExamples(5);
  const torch::Tensor references = References(reference, examples);
  DpoConfig config;
  config.set_beta(0.3);
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(config, examples, references, 32));
  const training::Evaluation evaluation = objective->Evaluate(policy, {4, 1});
  double loss = 0, chosen_reward = 0, right = 0, chosen_logp = 0;
  for (const int64_t i : {4, 1}) {
    const PreferenceExample& e = examples[i];
    const double chosen = SummedLogProb(policy, e.prompt, e.chosen);
    const double rejected = SummedLogProb(policy, e.prompt, e.rejected);
    const double margin = 0.3 * (chosen - references[i][0].item<double>() - rejected + references[i][1].item<double>());
    loss += std::log1p(std::exp(-margin));
    chosen_reward += 0.3 * (chosen - references[i][0].item<double>());
    right += margin > 0;
    chosen_logp += chosen;
  }
  EXPECT_NEAR(evaluation.weighted_loss.item<double>(), loss, 1e-10);
  std::vector<std::string> names;
  for (const training::Metric& metric : evaluation.metrics) {
    names.push_back(metric.name);
    EXPECT_EQ(metric.weight, 2);
  }
  EXPECT_EQ(names, (std::vector<std::string>{"loss", "rewards/chosen", "rewards/rejected", "rewards/accuracies",
                                             "rewards/margins", "logps/chosen", "logps/rejected"}));
  EXPECT_NEAR(evaluation.metrics[1].sum, chosen_reward, 1e-10);
  EXPECT_EQ(evaluation.metrics[3].sum, right);
  EXPECT_NEAR(evaluation.metrics[4].sum, evaluation.metrics[1].sum - evaluation.metrics[2].sum, 1e-10);
  EXPECT_NEAR(evaluation.metrics[5].sum, chosen_logp, 1e-10);
}

TEST(DpoObjectiveTest, ReferenceFreeNeedsNoReference) {
  DpoConfig config;
  EXPECT_THAT(MakeDpoObjective(config, RandomExamples(3), {}, 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("3 preference examples")));
  config.set_reference_free(true);
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(config, RandomExamples(3), {}, 32));
  EXPECT_TRUE(objective->Evaluate(TinyModel(torch::kFloat32), {0, 2}).weighted_loss.isfinite().item<bool>());
}

TEST(DpoObjectiveTest, IpoDividesByEachResponsesLength) {
  const lm::Decoder policy = TinyModel(torch::kFloat64, 1);
  const std::vector<PreferenceExample> examples = {{{1, 2}, {3, 4, 5, 6}, {7}}, {{8}, {9, 10}, {11, 12, 13}}};
  const torch::Tensor references = torch::tensor({{-8.0, -3.0}, {-5.0, -9.0}}, torch::kFloat64);
  for (const bool per_token : {true, false}) {
    DpoConfig config;
    config.add_loss_type(per_token ? DpoConfig::IPO : DpoConfig::IPO_SUM);
    ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(config, examples, references, 32));
    double loss = 0;
    for (size_t i = 0; i < examples.size(); ++i) {
      const PreferenceExample& e = examples[i];
      const double chosen = SummedLogProb(policy, e.prompt, e.chosen) - references[i][0].item<double>();
      const double rejected = SummedLogProb(policy, e.prompt, e.rejected) - references[i][1].item<double>();
      const double margin = per_token ? chosen / e.chosen.size() - rejected / e.rejected.size() : chosen - rejected;
      loss += std::pow(margin - 1 / (2 * config.beta()), 2);
    }
    EXPECT_NEAR(objective->Evaluate(policy, {0, 1}).weighted_loss.item<double>(), loss, 1e-10);
  }
}

// LD-DPO by hand: of 4 and 1 tokens the first counts in full, of 2 and 3 the first two.
TEST(DpoObjectiveTest, LdAlphaWeighsWhatIsLonger) {
  const lm::Decoder policy = TinyModel(torch::kFloat64, 1), reference = TinyModel(torch::kFloat64, 2);
  const std::vector<PreferenceExample> examples = {{{1, 2}, {3, 4, 5, 6}, {7}}, {{8}, {9, 10}, {11, 12, 13}}};
  DpoConfig config;
  config.set_ld_alpha(0.25);
  ASSERT_OK_AND_ASSIGN(const auto objective,
                       MakeDpoObjective(config, examples, References(reference, examples, 0.25), 32));
  const auto weighted = [](const lm::Decoder& model, const lm::TokenIds& prompt, const lm::TokenIds& response, int k) {
    const double head = SummedLogProb(model, prompt, {response.begin(), response.begin() + k});
    return head + 0.25 * (SummedLogProb(model, prompt, response) - head);
  };
  double loss = 0;
  for (size_t i = 0; i < examples.size(); ++i) {
    const auto& [prompt, chosen, rejected] = examples[i];
    const int k = std::min(chosen.size(), rejected.size());
    const double margin = weighted(policy, prompt, chosen, k) - weighted(reference, prompt, chosen, k) -
                          weighted(policy, prompt, rejected, k) + weighted(reference, prompt, rejected, k);
    loss += std::log1p(std::exp(-config.beta() * margin));
  }
  EXPECT_NEAR(objective->Evaluate(policy, {0, 1}).weighted_loss.item<double>(), loss, 1e-10);
}

TEST(DpoObjectiveTest, StartsAtLogTwoOrSaysWhyNot) {
  const lm::Decoder model = TinyModel(torch::kFloat32, 1);
  const std::vector<PreferenceExample> examples = RandomExamples(11);
  torch::Tensor references = References(model, examples);
  EXPECT_OK(CheckStart(model, examples, references));
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(DpoConfig(), examples, references, 32));
  const training::Evaluation evaluation = objective->Evaluate(model, {3, 1});
  EXPECT_NEAR(evaluation.weighted_loss.item<double>(), 2 * std::log(2.0), 1e-6);
  EXPECT_NEAR(evaluation.metrics[4].sum, 0, 1e-5);  // rewards/margins
  references[2][0] += 0.01;
  EXPECT_THAT(CheckStart(model, examples, references),
              StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("example 2"), HasSubstr("log 2"))));
  EXPECT_OK(CheckStart(model, {}, torch::zeros({0, 2})));
}

// The reference of a model with an adapter is the model without it: no second model.
TEST(DpoObjectiveTest, AnAdapterStartsAtTheModelUnderIt) {
  lm::Decoder policy = TinyModel(torch::kFloat32, 1);
  lm::AdapterConfig adapter;
  adapter.targets = {"q_proj", "up_proj"};
  ASSERT_OK(lm::AddAdapter(adapter, /*seed=*/1, policy));
  const std::vector<PreferenceExample> examples = RandomExamples(11);
  const torch::Tensor references = References(policy.WithoutAdapter(), examples);
  EXPECT_OK(CheckStart(policy, examples, references));
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(DpoConfig(), examples, references, 32));
  EXPECT_NEAR(objective->Evaluate(policy, {3, 1}).weighted_loss.item<double>(), 2 * std::log(2.0), 1e-6);
  policy.adapter()[1].value.fill_(0.5);  // a B
  EXPECT_THAT(CheckStart(policy, examples, references),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("log 2")));
  // The reference is still there, under it.
  EXPECT_TRUE(torch::equal(References(policy.WithoutAdapter(), examples), references));
}

TEST(DpoObjectiveTest, RefusesBadExamples) {
  const auto refused = [](PreferenceExample bad, const char* what) {
    std::vector<PreferenceExample> examples = RandomExamples(3);
    examples[1] = std::move(bad);
    EXPECT_THAT(MakeDpoObjective(DpoConfig(), examples, torch::zeros({3, 2}, torch::kFloat64), 32),
                StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("example 1"), HasSubstr(what))));
  };
  refused({{}, {1}, {2}}, "the prompt is empty");
  refused({{1}, {}, {2}}, "chosen: the response is empty");
  refused({{1}, {2}, {}}, "rejected: the response is empty");
  refused({{1}, {2}, lm::TokenIds(32, 3)}, "more than the 32 allowed");
}

TEST(DpoObjectiveTest, RefusesSmoothingThatTheLossHasNot) {
  DpoConfig config;
  config.set_label_smoothing(0.1);
  config.add_loss_type(DpoConfig::HINGE);
  EXPECT_THAT(MakeDpoObjective(config, {}, torch::zeros({0, 2}), 32),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("label_smoothing is 0.1, which has no effect with loss_type HINGE")));
  config.set_loss_type(0, DpoConfig::ROBUST);
  EXPECT_OK(MakeDpoObjective(config, {}, torch::zeros({0, 2}), 32));
  config.set_label_smoothing(0.5);
  EXPECT_THAT(MakeDpoObjective(config, {}, torch::zeros({0, 2}), 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0.5")));
}

}  // namespace
}  // namespace dpo
