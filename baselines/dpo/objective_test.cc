#include "baselines/dpo/objective.h"

#include <cmath>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/random.h"
#include "base/testing.h"
#include "baselines/dpo/reference_cache.h"
#include "lm/model/adapter.h"
#include "lm/scoring/scoring.h"
#include "training/testing/test_objective.h"

namespace dpo {
namespace {

using ::base::StatusIs;
using ::sami_harness::DpoConfig;
using ::testing::AllOf;
using ::testing::HasSubstr;
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

TEST(ReferenceTest, ScoresEachResponseForAnyNumberOfThreads) {
  const lm::Decoder model = TinyModel(torch::kFloat64);
  const std::vector<PreferenceExample> examples = RandomExamples(21);
  ASSERT_OK_AND_ASSIGN(const auto one, ComputeReferenceLogProbs(model, examples, 1, nullptr));
  ASSERT_EQ(one.size(), 21u);
  for (const int64_t i : {0, 8, 20}) {
    EXPECT_NEAR(one[i].chosen, SummedLogProb(model, examples[i].prompt, examples[i].chosen), 1e-10);
    EXPECT_NEAR(one[i].rejected, SummedLogProb(model, examples[i].prompt, examples[i].rejected), 1e-10);
  }
  ASSERT_OK_AND_ASSIGN(const auto three, ComputeReferenceLogProbs(model, examples, 3, nullptr));
  for (size_t i = 0; i < one.size(); ++i) {
    EXPECT_EQ(one[i].chosen, three[i].chosen);
    EXPECT_EQ(one[i].rejected, three[i].rejected);
  }
  model.parameters()[0].value.fill_(std::nan(""));
  EXPECT_THAT(ComputeReferenceLogProbs(model, examples, 2, nullptr),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("example 0")));
}

TEST(DpoObjectiveTest, EvaluatesLossAndMetrics) {
  const lm::Decoder policy = TinyModel(torch::kFloat64, 1), reference = TinyModel(torch::kFloat64, 2);
  const std::vector<PreferenceExample> examples = RandomExamples(5);
  ASSERT_OK_AND_ASSIGN(const auto references, ComputeReferenceLogProbs(reference, examples, 1, nullptr));
  DpoConfig config;
  config.set_beta(0.3);
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(config, examples, references, 32));
  const training::Evaluation evaluation = objective->Evaluate(policy, {4, 1});
  double loss = 0, chosen_reward = 0, right = 0, chosen_logp = 0;
  for (const int64_t i : {4, 1}) {
    const PreferenceExample& e = examples[i];
    const double chosen = SummedLogProb(policy, e.prompt, e.chosen);
    const double rejected = SummedLogProb(policy, e.prompt, e.rejected);
    const double margin = 0.3 * (chosen - references[i].chosen - rejected + references[i].rejected);
    loss += std::log1p(std::exp(-margin));
    chosen_reward += 0.3 * (chosen - references[i].chosen);
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

TEST(DpoObjectiveTest, MeansDivideByEachResponsesLength) {
  const lm::Decoder policy = TinyModel(torch::kFloat64, 1);
  const std::vector<PreferenceExample> examples = {{{1, 2}, {3, 4, 5, 6}, {7}}, {{8}, {9, 10}, {11, 12, 13}}};
  const std::vector<ReferenceLogProbs> references = {{-8, -3}, {-5, -9}};
  DpoConfig config;
  config.set_loss(DpoConfig::IPO_LENGTH_NORMALIZED);
  EXPECT_THAT(MakeDpoObjective(config, examples, references, 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("log_probs")));
  config.set_log_probs(DpoConfig::MEAN);
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(config, examples, references, 32));
  double loss = 0;
  for (size_t i = 0; i < examples.size(); ++i) {
    const PreferenceExample& e = examples[i];
    const double chosen = (SummedLogProb(policy, e.prompt, e.chosen) - references[i].chosen) / e.chosen.size();
    const double rejected = (SummedLogProb(policy, e.prompt, e.rejected) - references[i].rejected) / e.rejected.size();
    loss += std::pow(chosen - rejected - 1 / (2 * config.beta()), 2);
  }
  EXPECT_NEAR(objective->Evaluate(policy, {0, 1}).weighted_loss.item<double>(), loss, 1e-10);
  config.set_loss(DpoConfig::IPO);
  EXPECT_THAT(MakeDpoObjective(config, examples, references, 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("log_probs")));
}

TEST(DpoObjectiveTest, StartsAtLogTwoOrSaysWhyNot) {
  const lm::Decoder model = TinyModel(torch::kFloat32, 1);
  const std::vector<PreferenceExample> examples = RandomExamples(11);
  ASSERT_OK_AND_ASSIGN(auto references, ComputeReferenceLogProbs(model, examples, 1, nullptr));
  EXPECT_OK(CheckStartsAtReference(model, examples, references));
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(DpoConfig(), examples, references, 32));
  const training::Evaluation evaluation = objective->Evaluate(model, {3, 1});
  EXPECT_NEAR(evaluation.weighted_loss.item<double>(), 2 * std::log(2.0), 1e-6);
  EXPECT_NEAR(evaluation.metrics[4].sum, 0, 1e-5);  // rewards/margins
  references[2].chosen += 0.01;
  EXPECT_THAT(CheckStartsAtReference(model, examples, references),
              StatusIs(absl::StatusCode::kFailedPrecondition, AllOf(HasSubstr("example 2"), HasSubstr("log 2"))));
  EXPECT_OK(CheckStartsAtReference(model, {}, {}));
}

// The reference of a model with an adapter is the model without it: no second model.
TEST(DpoObjectiveTest, AnAdapterStartsAtTheModelUnderIt) {
  lm::Decoder policy = TinyModel(torch::kFloat32, 1);
  lm::AdapterConfig adapter;
  adapter.targets = {"q_proj", "up_proj"};
  ASSERT_OK(lm::AddAdapter(adapter, /*seed=*/1, policy));
  const std::vector<PreferenceExample> examples = RandomExamples(11);
  ASSERT_OK_AND_ASSIGN(const auto references, ComputeReferenceLogProbs(policy.WithoutAdapter(), examples, 1, nullptr));
  EXPECT_OK(CheckStartsAtReference(policy, examples, references));
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeDpoObjective(DpoConfig(), examples, references, 32));
  EXPECT_NEAR(objective->Evaluate(policy, {3, 1}).weighted_loss.item<double>(), 2 * std::log(2.0), 1e-6);
  policy.adapter()[1].value.fill_(0.5);  // a B
  EXPECT_THAT(CheckStartsAtReference(policy, examples, references),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("log 2")));
  // The reference is still there, under it.
  ASSERT_OK_AND_ASSIGN(const auto again, ComputeReferenceLogProbs(policy.WithoutAdapter(), examples, 1, nullptr));
  for (size_t i = 0; i < again.size(); ++i) EXPECT_EQ(again[i].chosen, references[i].chosen);
}

TEST(ReferenceCacheTest, ReadsWhatItWroteUnderTheSameKeyOnly) {
  const lm::Decoder model = TinyModel(torch::kFloat32, 1), other = TinyModel(torch::kFloat32, 2);
  std::vector<PreferenceExample> examples = RandomExamples(9);
  const std::string path = absl::StrCat(base::TestFolder(), "/reference.safetensors");
  ASSERT_OK_AND_ASSIGN(const auto computed, CachedReferenceLogProbs(path, model, examples, 1, nullptr));
  ASSERT_OK_AND_ASSIGN(const std::string first, base::ReadFile(path));
  // Marks the file, so that reading it can be told from computing again.
  std::string marked = first;
  const double mark = -123.5;
  marked.replace(marked.size() - sizeof mark, sizeof mark, reinterpret_cast<const char*>(&mark), sizeof mark);
  ASSERT_OK(base::WriteFileAtomically(path, marked));
  ASSERT_OK_AND_ASSIGN(const auto read, CachedReferenceLogProbs(path, model, examples, 1, nullptr));
  EXPECT_EQ(read[8].rejected, mark);
  EXPECT_EQ(read[3].chosen, computed[3].chosen);
  // Another model, other data, and a damaged file are computed.
  ASSERT_OK_AND_ASSIGN(const auto others, CachedReferenceLogProbs(path, other, examples, 1, nullptr));
  EXPECT_NE(others[3].chosen, computed[3].chosen);
  ASSERT_OK(base::WriteFileAtomically(path, marked));
  ++examples[0].prompt[0];
  ASSERT_OK_AND_ASSIGN(const auto changed, CachedReferenceLogProbs(path, model, examples, 1, nullptr));
  EXPECT_EQ(changed[8].rejected, computed[8].rejected);
  ASSERT_OK(base::WriteFileAtomically(path, "nonsense"));
  EXPECT_OK(CachedReferenceLogProbs(path, model, examples, 1, nullptr));
}

TEST(DpoObjectiveTest, RefusesBadExamples) {
  const auto refused = [](PreferenceExample bad, const char* what) {
    std::vector<PreferenceExample> examples = RandomExamples(3);
    examples[1] = std::move(bad);
    EXPECT_THAT(MakeDpoObjective(DpoConfig(), examples, std::vector<ReferenceLogProbs>(3), 32),
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
  config.set_loss(DpoConfig::HINGE);
  EXPECT_THAT(MakeDpoObjective(config, {}, {}, 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("label_smoothing: HINGE has none")));
  config.set_loss(DpoConfig::ROBUST);
  EXPECT_OK(MakeDpoObjective(config, {}, {}, 32));
  config.set_label_smoothing(0.5);
  EXPECT_THAT(MakeDpoObjective(config, {}, {}, 32), StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0.5")));
}

}  // namespace
}  // namespace dpo
