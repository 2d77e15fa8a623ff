#include "sami/objective.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <memory>
#include <utility>

#include "base/random.h"
#include "base/testing.h"
#include "lm/scoring/scoring.h"
#include "sami/information_bound.h"
#include "sami/loss.h"
#include "sami/measure_information.h"
#include "sami/method.h"
#include "sami/semantics.h"
#include "sami/testing/reference_masks.h"
#include "training/labels/label_log_probs.h"
#include "training/testing/test_objective.h"
#include "training/trainer.h"

namespace sami {
namespace {

using ::base::StatusIs;
using ::sami_harness::SamiConfig;
using ::testing::AllOf;
using ::testing::Each;
using ::testing::HasSubstr;
using training::ContrastiveExample;
using training::TinyModel;

lm::TokenIds RandomIds(int64_t length, base::RandomStream& stream) {
  lm::TokenIds ids;
  for (int64_t i = 0; i < length; ++i) ids.push_back(stream.Below(23));
  return ids;
}

std::vector<ContrastiveExample> RandomExamples(int64_t queries, int64_t n) {
  base::RandomStream stream(3, "objective_test");
  std::vector<ContrastiveExample> examples(queries);
  for (ContrastiveExample& example : examples) {
    for (int64_t i = 0; i < n; ++i) {
      example.prompts.push_back(RandomIds(2 + stream.Below(6), stream));
      example.responses.push_back(RandomIds(1 + stream.Below(9), stream));
    }
  }
  return examples;
}

// ---- The loss's own properties; recorded numbers are in loss_golden_test.cc.

TEST(SamiLossTest, IsTheMeanOfTwoCrossEntropies) {
  // Row 0 is (0, log 3), row 1 (log 2, 0): rows give 1/4 and 1/3 to the diagonal, columns 1/3 and 1/4.
  const torch::Tensor logp = torch::tensor({{{0.0, std::log(3.0)}, {std::log(2.0), 0.0}}}, torch::kFloat64);
  EXPECT_NEAR(SamiLoss(logp).item<double>(), -(2 * std::log(1.0 / 4) + 2 * std::log(1.0 / 3)) / 4, 1e-14);
  const SamiMetrics metrics = ComputeSamiMetrics(logp);
  EXPECT_NEAR(metrics.lower_bound_B.item<double>(), std::log(2.0) - SamiLoss(logp).item<double>(), 1e-14);
  EXPECT_EQ(metrics.accuracy_row_B.item<double>(), 0);
  EXPECT_EQ(metrics.diagonal_B.item<double>(), 0);
  EXPECT_NEAR(metrics.off_diagonal_B.item<double>(), std::log(6.0) / 2, 1e-14);
}

TEST(SamiLossTest, BatchIsTheMeanOverQueries) {
  const torch::Tensor logp =
      torch::tensor({-1.0, -2.0, -3.0, 0.5, 2.0, -1.0, 0.0, 0.0, -9.0, 4.0, 1.0, 1.0, -1.0, -7.0, 2.0, 2.5, 3.0, -4.0})
          .view({2, 3, 3});
  const torch::Tensor each = SamiLossPerQuery(logp);
  EXPECT_EQ(each[1].item<float>(), SamiLoss(logp[1]).item<float>());
  EXPECT_FLOAT_EQ(SamiLoss(logp).item<float>(), each.mean().item<float>());
}

// No response can tell more about n constitutions than log n; adding a constant to all entries says nothing.
TEST(SamiLossTest, BoundIsAtMostLogNAndShiftsDoNotMatter) {
  base::RandomStream stream(4, "objective_test/shift");
  torch::Tensor logp = torch::empty({50, 4, 4}, torch::kFloat64);
  for (int64_t i = 0; i < logp.numel(); ++i) logp.data_ptr<double>()[i] = 5 * stream.Normal();
  EXPECT_TRUE((ComputeSamiMetrics(logp).lower_bound_B <= std::log(4.0)).all().item<bool>());
  EXPECT_TRUE(torch::allclose(SamiLossPerQuery(logp + 100), SamiLossPerQuery(logp), 0, 1e-12));
}

TEST(SamiLossTest, TiesAndNanAreMisses) {
  const double nan = std::nan("");
  const torch::Tensor logp = torch::tensor({{{0.0, 0.0}, {-1.0, 1.0}}, {{nan, -5.0}, {-5.0, 1.0}}}, torch::kFloat64);
  const SamiMetrics metrics = ComputeSamiMetrics(logp);
  EXPECT_EQ(metrics.accuracy_row_B[0].item<double>(), 0.5);
  EXPECT_EQ(metrics.accuracy_col_B[0].item<double>(), 1);
  EXPECT_EQ(metrics.accuracy_row_B[1].item<double>(), 0.5);
  EXPECT_EQ(metrics.accuracy_col_B[1].item<double>(), 0.5);
}

// ---- The objective.

TEST(SamiObjectiveTest, ScoresEveryPairPerToken) {
  const lm::Decoder model = TinyModel(torch::kFloat64);
  const std::vector<ContrastiveExample> examples = RandomExamples(3, 3);
  const torch::Tensor matrices = ScoreQueries(model, examples, {2, 0});
  ASSERT_EQ(matrices.sizes(), (std::vector<int64_t>{2, 3, 3}));
  for (int64_t i = 0; i < 3; ++i) {
    for (int64_t j = 0; j < 3; ++j) {
      const lm::TokenIds& response = examples[2].responses[j];
      const lm::PairScores alone = lm::ScorePairs(model, {{examples[2].prompts[i]}, {response}, {{0, 0}}});
      EXPECT_NEAR(matrices[0][i][j].item<double>(), alone.sum_P.item<double>() / response.size(), 1e-12);
    }
  }
}

TEST(SamiObjectiveTest, EvaluatesLossAndMetrics) {
  const lm::Decoder model = TinyModel(torch::kFloat64);
  const std::vector<ContrastiveExample> examples = RandomExamples(4, 2);
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeSamiObjective(examples, 32));
  EXPECT_EQ(objective->num_examples(), 4);
  EXPECT_EQ(objective->unit(), "queries");
  const training::Evaluation evaluation = objective->Evaluate(model, {1, 3});
  const torch::Tensor logp = ScoreQueries(model, examples, {1, 3});
  EXPECT_NEAR(evaluation.weighted_loss.item<double>(), 2 * SamiLoss(logp).item<double>(), 1e-12);
  std::vector<std::string> names;
  for (const training::Metric& metric : evaluation.metrics) names.push_back(metric.name);
  EXPECT_EQ(names, (std::vector<std::string>{"loss", "mi/lower_bound", "accuracy/row", "accuracy/col", "logps/diagonal",
                                             "logps/off_diagonal", "length/response"}));
  EXPECT_NEAR(evaluation.metrics[1].sum, 2 * std::log(2.0) - evaluation.metrics[0].sum, 1e-12);
  double tokens = 0;
  for (const int64_t query : {1, 3}) {
    for (const lm::TokenIds& response : examples[query].responses) tokens += response.size();
  }
  EXPECT_EQ(evaluation.metrics[6].sum, tokens);
  EXPECT_EQ(evaluation.metrics[6].weight, 4);
}

TEST(SamiLossTest, FurtherColumnsAndRowsAreOnlyToldApartFrom) {
  // Rows: softmax gives the diagonal 1/4 and 2/5; columns: 1/2 and 2/3.
  const torch::Tensor logp =
      torch::tensor({{{0.0, 0.0, std::log(2.0)}, {0.0, std::log(2.0), std::log(2.0)}}}, torch::kFloat64);
  const SamiMetrics wide = ComputeSamiMetrics(logp);
  const double row = std::log(3.0) + (std::log(1.0 / 4) + std::log(2.0 / 5)) / 2;
  const double col = std::log(2.0) + (std::log(1.0 / 2) + std::log(2.0 / 3)) / 2;
  EXPECT_NEAR(wide.lower_bound_B.item<double>(), (row + col) / 2, 1e-14);
  EXPECT_EQ(wide.accuracy_row_B.item<double>(), 0);
  EXPECT_EQ(wide.accuracy_col_B.item<double>(), 0.5);
  EXPECT_NEAR(wide.diagonal_B.item<double>(), std::log(2.0) / 2, 1e-15);
  EXPECT_NEAR(wide.off_diagonal_B.item<double>(), std::log(2.0) / 2, 1e-15);
  const SamiMetrics tall = ComputeSamiMetrics(logp.transpose(1, 2));
  EXPECT_NEAR(tall.lower_bound_B.item<double>(), (row + col) / 2, 1e-14);
  EXPECT_EQ(tall.accuracy_row_B.item<double>(), 0.5);
}

TEST(SamiObjectiveTest, ScoresMoreResponsesThanConstitutionsButDoesNotTrainOnThem) {
  std::vector<ContrastiveExample> examples = RandomExamples(2, 4);
  for (ContrastiveExample& example : examples) example.prompts.pop_back();
  const torch::Tensor logp = ScoreQueries(TinyModel(torch::kFloat64), examples, {1, 0});
  EXPECT_EQ(logp.sizes(), (std::vector<int64_t>{2, 3, 4}));
  EXPECT_THAT(MakeSamiObjective(examples, 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("the same number of both")));
}

// ---- The published trainers' semantics.

constexpr int32_t kEos = 2;

// The published way: one padded row a pair, labels masked by token id.
torch::Tensor PaddedScores(const lm::Decoder& model, const ContrastiveExample& example,
                           torch::Tensor (*mask)(const torch::Tensor&, const torch::Tensor&, int64_t)) {
  int64_t width = 0;
  for (const lm::TokenIds& p : example.prompts) {
    for (const lm::TokenIds& r : example.responses) width = std::max<int64_t>(width, p.size() + r.size());
  }
  std::vector<torch::Tensor> means;
  for (const lm::TokenIds& p : example.prompts) {
    for (const lm::TokenIds& r : example.responses) {
      std::vector<int64_t> ids(p.begin(), p.end());
      ids.insert(ids.end(), r.begin(), r.end());
      ids.resize(width, kEos);
      const torch::Tensor row = torch::tensor(ids, torch::kInt64).unsqueeze(0);
      const torch::Tensor prompt_mask = (torch::arange(width) < static_cast<int64_t>(p.size())).to(torch::kInt64);
      const torch::Tensor labels = row.masked_fill(mask(row, prompt_mask.unsqueeze(0), kEos), training::kIgnoredLabel);
      const torch::Tensor hidden = model.Forward({row, torch::arange(width).unsqueeze(0), torch::zeros_like(row)});
      means.push_back(training::SumLabelLogProbs(model.Logits(hidden), labels).Mean());
    }
  }
  return torch::cat(means).view({static_cast<int64_t>(example.prompts.size()), -1});
}

// End-of-sequence tokens at the end, within a response, within a prompt, and nowhere, so that padding is scored.
TEST(SamiSemanticsTest, ScoresWhatThePublishedMasksLeave) {
  const std::vector<ContrastiveExample> examples = {
      {{{1, 5, 6}, {1, 7}}, {{8, 9, kEos}, {10, 11, 12, kEos}}},
      {{{1, 5, 6, 3}, {1, 7}}, {{8, kEos, 9, kEos}, {kEos, 11, 12, 13}}},
      {{{1, kEos, 6}, {1, 7}}, {{8, 9, kEos}, {10, kEos}}},
      {{{1, 5, 6}, {1, 7}}, {{8, 9}, {10, 11, 12}}},
  };
  const lm::Decoder model = TinyModel(torch::kFloat64);
  for (const auto semantics : {SamiConfig::SAMI_REF, SamiConfig::SAMI_EXT}) {
    SamiOptions options;
    options.semantics = semantics;
    options.eos = kEos;
    ASSERT_OK(MakeSamiObjective(examples, 32, options));
    const torch::Tensor ours = ScoreQueries(model, examples, {0, 1, 2, 3}, options);
    for (size_t q = 0; q < examples.size(); ++q) {
      const torch::Tensor theirs =
          PaddedScores(model, examples[q], semantics == SamiConfig::SAMI_REF ? SamiRefMask : SamiExtMask);
      EXPECT_LT((ours[q] - theirs).abs().max().item<double>(), 1e-12) << semantics << ", query " << q;
    }
  }
}

TEST(SamiSemanticsTest, RefusesAResponseWithNothingToScore) {
  SamiOptions options;
  options.semantics = SamiConfig::SAMI_REF;
  options.eos = kEos;
  EXPECT_THAT(MakeSamiObjective({{{{1}, {3}}, {{4, kEos}, {kEos}}}}, 32, options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("response 1: has no token that SAMI_REF scores")));
}

TEST(SamiSemanticsTest, DecideClippingAndAccumulation) {
  SamiConfig config;
  config.mutable_training()->mutable_optimizer()->set_max_grad_norm(0.4);
  EXPECT_EQ(EffectiveTraining(config).SerializeAsString(), config.training().SerializeAsString());
  config.set_semantics(SamiConfig::SAMI_EXT);
  EXPECT_EQ(EffectiveTraining(config).optimizer().max_grad_norm(), 0.4);
  EXPECT_TRUE(EffectiveTraining(config).divide_by_full_batch());
  config.set_semantics(SamiConfig::SAMI_REF);
  EXPECT_EQ(EffectiveTraining(config).optimizer().max_grad_norm(), 0);
  EXPECT_TRUE(EffectiveTraining(config).optimizer().decay_norms());
}

TEST(SamiObjectiveTest, KlPullsToTheReference) {
  const auto reference = std::make_shared<const lm::Decoder>(TinyModel(torch::kFloat64, 2));
  const lm::Decoder model = TinyModel(torch::kFloat64, 1);
  const std::vector<ContrastiveExample> examples = RandomExamples(3, 2);
  SamiOptions options;
  options.kl_weight = 0.5;
  EXPECT_THAT(MakeSamiObjective(examples, 32, options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("reference")));
  options.reference = reference;
  ASSERT_OK_AND_ASSIGN(const auto with, MakeSamiObjective(examples, 32, options));
  ASSERT_OK_AND_ASSIGN(const auto without, MakeSamiObjective(examples, 32));
  const training::Evaluation evaluation = with->Evaluate(model, {2, 0});
  const training::Metric& kl = evaluation.metrics.back();
  EXPECT_EQ(kl.name, "kl/per_token");
  EXPECT_GT(kl.sum, 0.01);
  EXPECT_NEAR(evaluation.weighted_loss.item<double>(),
              without->Evaluate(model, {2, 0}).weighted_loss.item<double>() + 0.5 * kl.sum, 1e-12);
  EXPECT_NEAR(with->Evaluate(*reference, {2, 0}).metrics.back().sum, 0, 1e-12);
  options.semantics = SamiConfig::SAMI_EXT;
  EXPECT_THAT(MakeSamiObjective(examples, 32, options),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("kl_weight")));
}

TEST(SamiObjectiveTest, TrainingRaisesTheBound) {
  ASSERT_OK_AND_ASSIGN(const auto objective, MakeSamiObjective(RandomExamples(6, 2), 32));
  sami_harness::TrainingConfig config;
  config.set_batch_size(6);
  config.set_microbatch_size(2);
  config.set_epochs(30);
  config.mutable_optimizer()->set_learning_rate(0.02);
  std::vector<training::StepMetrics> steps;
  training::TrainerOptions options;
  options.name = "sami";
  options.threads = 2;
  options.on_step = [&](const training::StepMetrics& step) { steps.push_back(step); };
  lm::Decoder model = TinyModel(torch::kFloat32);
  ASSERT_OK(training::Train(*objective, config, options, model));
  EXPECT_LT(steps.front().metrics[1].second, 0.2);
  EXPECT_GT(steps.back().metrics[1].second, 0.6);  // at most log 2 = 0.69
  EXPECT_EQ(steps.back().metrics[2].second, 1);
}

TEST(SamiObjectiveTest, RefusesBadExamples) {
  const auto refused = [](std::vector<ContrastiveExample> examples, const char* what) {
    EXPECT_THAT(MakeSamiObjective(std::move(examples), 32),
                StatusIs(absl::StatusCode::kInvalidArgument, AllOf(HasSubstr("query 1"), HasSubstr(what))));
  };
  const std::vector<ContrastiveExample> good = RandomExamples(3, 2);
  std::vector<ContrastiveExample> bad = good;
  bad[1].responses[1].clear();
  refused(bad, "response 1: the response is empty");
  bad = good;
  bad[1].prompts[0].clear();
  refused(bad, "the prompt is empty");
  bad = good;
  bad[1].responses.pop_back();
  refused(bad, "2 constitutions and 1 responses");
  bad = good;
  bad[1] = RandomExamples(1, 3)[0];
  refused(bad, "the same number of each");
  bad = good;
  bad[1].responses[0].resize(31);
  refused(bad, "more than the 32 allowed");
  EXPECT_THAT(MakeSamiObjective(RandomExamples(1, 1), 32),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("query 0")));
}

// ---- The bound on information and its control.

double Mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / values.size();
}

// Entries are N(0, noise^2), with `signal` added on the diagonal.
std::vector<LogProbMatrix> NoisyMatrices(int64_t queries, int64_t n, double noise, double signal) {
  base::RandomStream stream(5, "objective_test/matrices");
  std::vector<LogProbMatrix> matrices;
  for (int64_t q = 0; q < queries; ++q) {
    LogProbMatrix matrix;
    for (int64_t k = 0; k < n * n; ++k) matrix.push_back(noise * stream.Normal() + (k % (n + 1) == 0 ? signal : 0));
    matrices.push_back(matrix);
  }
  return matrices;
}

TEST(InformationBoundTest, PlainIsLogNMinusTheLoss) {
  const std::vector<LogProbMatrix> matrices = NoisyMatrices(5, 3, 2, 1);
  const InformationBound bound = BoundInformation(matrices, 1);
  for (size_t q = 0; q < matrices.size(); ++q) {
    const torch::Tensor logp = torch::tensor(matrices[q], torch::kFloat64).view({3, 3});
    EXPECT_NEAR(bound.plain[q], std::log(3.0) - SamiLoss(logp).item<double>(), 1e-12);
  }
}

TEST(InformationBoundTest, NothingInNothingOut) {
  const std::vector<LogProbMatrix> constant(7, LogProbMatrix(9, -2.5));
  const InformationBound bound = BoundInformation(constant, 1);
  EXPECT_THAT(bound.plain, Each(::testing::DoubleNear(0, 1e-15)));
  EXPECT_THAT(bound.calibrated, Each(::testing::DoubleNear(0, 1e-15)));
  EXPECT_THAT(bound.permuted, Each(::testing::DoubleNear(0, 1e-15)));
  EXPECT_THAT(BoundInformation({}, 1).plain, ::testing::IsEmpty());
  EXPECT_THAT(BoundInformation(NoisyMatrices(1, 2, 1, 5), 1).calibrated, Each(0.0));  // no other half to learn from
}

// Confident scores that know nothing, and confident scores that know everything: the plain bound is far from 0 on both
// sides, the control never. The control's standard error is below 0.005 here; a seed that leaves +-0.02 has a
// probability below 1e-4, and the seeds are fixed.
TEST(InformationBoundTest, ControlIsNearZeroWhateverTheConfidence) {
  for (const int64_t n : {2, 4}) {
    for (const double noise : {0.1, 3.0}) {
      for (const double signal : {0.0, 1.0, 20.0}) {
        const InformationBound bound = BoundInformation(NoisyMatrices(400, n, noise, signal), 1);
        EXPECT_NEAR(Mean(bound.permuted), 0, 0.02) << "n " << n << ", noise " << noise << ", signal " << signal;
      }
    }
  }
  const InformationBound ignorant = BoundInformation(NoisyMatrices(400, 2, 3, 0), 1);
  EXPECT_LT(Mean(ignorant.plain), -0.5);
  EXPECT_NEAR(Mean(ignorant.calibrated), 0, 0.02);
  const InformationBound knowing = BoundInformation(NoisyMatrices(400, 2, 1, 20), 1);
  EXPECT_NEAR(Mean(knowing.plain), std::log(2.0), 1e-3);
  EXPECT_NEAR(Mean(knowing.calibrated), std::log(2.0), 1e-3);
}

// Per-token averages understate confidence: the scale finds what is there.
TEST(InformationBoundTest, CalibrationSeesThroughTheScale) {
  std::vector<LogProbMatrix> matrices = NoisyMatrices(400, 2, 1, 2);
  const double before = Mean(BoundInformation(matrices, 1).calibrated);
  for (LogProbMatrix& matrix : matrices) {
    for (double& value : matrix) value /= 10;
  }
  const InformationBound bound = BoundInformation(matrices, 1);
  EXPECT_NEAR(Mean(bound.calibrated), before, 1e-9);
  EXPECT_GT(before, 0.25);
  EXPECT_LT(Mean(bound.plain), 0.12);
}

// Three queries of two constitutions, a sample of each, and one control.
std::vector<SampledQuery> SampledQueries() {
  std::vector<SampledQuery> queries;
  for (const ContrastiveExample& example : RandomExamples(3, 2)) {
    queries.push_back({example.prompts, example.responses, {0, 1}, {example.prompts[1]}, {{0, 0}}});
  }
  return queries;
}

TEST(ScoreSamplesTest, SumsOfAllPairsForAnyNumberOfThreads) {
  const lm::Decoder model = TinyModel(torch::kFloat32);
  const std::vector<SampledQuery> queries = SampledQueries();
  ASSERT_OK_AND_ASSIGN(const std::vector<SampledScores> one, ScoreSamples(model, queries, 1, nullptr));
  const torch::Tensor means = ScoreQueries(model, RandomExamples(3, 2), {1})[0];
  for (int64_t i = 0; i < 2; ++i) {
    for (int64_t j = 0; j < 2; ++j) {
      EXPECT_NEAR(one[1].samples.At(i, j), means[i][j].item<double>() * queries[1].responses[j].size(), 1e-4);
    }
  }
  // The control's prompt is the other constitution's.
  EXPECT_NEAR(one[1].controls[0], one[1].samples.At(1, 0), 1e-5);
  ASSERT_OK_AND_ASSIGN(const std::vector<SampledScores> two, ScoreSamples(model, queries, 2, nullptr));
  for (size_t q = 0; q < queries.size(); ++q) EXPECT_EQ(two[q].samples.log_probs, one[q].samples.log_probs);
}

TEST(ScoreSamplesTest, NamesTheQueryThatCannotBeScored) {
  const lm::Decoder model = TinyModel(torch::kFloat32);
  model.parameters()[0].value.fill_(std::nan(""));
  EXPECT_THAT(ScoreSamples(model, SampledQueries(), 2, nullptr),
              StatusIs(absl::StatusCode::kInternal, HasSubstr("query 0")));
}

}  // namespace
}  // namespace sami
