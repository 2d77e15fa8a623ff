#include "baselines/dpo/objective.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "base/check.h"
#include "base/parallel.h"
#include "base/status.h"
#include "baselines/dpo/loss.h"
#include "lm/kernels/runtime.h"
#include "lm/scoring/scoring.h"
#include "training/exception_status.h"
#include "training/token_checks.h"

namespace dpo {
namespace {

using ::sami_harness::DpoConfig;

// Pairs that the reference scores at once.
constexpr int64_t kReferenceBatch = 8;
// What two summations of the same float32 log-probabilities may differ by, relative to their size: 100 units in the
// last place. Margins that matter are far larger.
constexpr double kStartTolerance = 1e-5;

LossOptions OptionsOf(const DpoConfig& config) {
  LossOptions options;
  switch (config.loss()) {
    case DpoConfig::SIGMOID:
      options.kind = LossKind::kSigmoid;
      break;
    case DpoConfig::IPO:
    case DpoConfig::IPO_LENGTH_NORMALIZED:
      options.kind = LossKind::kIpo;
      break;
    case DpoConfig::HINGE:
      options.kind = LossKind::kHinge;
      break;
    case DpoConfig::ROBUST:
      options.kind = LossKind::kRobust;
      break;
  }
  options.beta = config.beta();
  options.label_smoothing = config.label_smoothing();
  options.reference_free = config.reference_free();
  return options;
}

absl::Status CheckConfig(const DpoConfig& config) {
  const double smoothing = config.label_smoothing();
  const bool smooths = config.loss() == DpoConfig::SIGMOID || config.loss() == DpoConfig::ROBUST;
  if (smoothing != 0 && !smooths) {
    return absl::InvalidArgumentError(
        absl::StrCat("label_smoothing: ", DpoConfig::Loss_Name(config.loss()), " has none, leave it at 0"));
  }
  if (config.loss() == DpoConfig::ROBUST && smoothing >= 0.5) {
    return absl::InvalidArgumentError("label_smoothing: must be less than 0.5 with ROBUST");
  }
  const bool mean = config.log_probs() == DpoConfig::MEAN;
  if ((config.loss() == DpoConfig::IPO && mean) || (config.loss() == DpoConfig::IPO_LENGTH_NORMALIZED && !mean)) {
    return absl::InvalidArgumentError("log_probs: must be SUM with IPO and MEAN with IPO_LENGTH_NORMALIZED");
  }
  return absl::OkStatus();
}

// Both responses of an example share its prompt: pairs 2 k and 2 k + 1 are the k-th example's.
PairLogProbs Score(const lm::Decoder& model, const std::vector<PreferenceExample>& examples,
                   absl::Span<const int64_t> indices) {
  lm::ScoringBatch batch;
  for (const int64_t i : indices) {
    const int prompt = batch.prompts.size();
    batch.prompts.push_back(examples[i].prompt);
    for (const lm::TokenIds* response : {&examples[i].chosen, &examples[i].rejected}) {
      batch.pairs.push_back({prompt, static_cast<int>(batch.responses.size())});
      batch.responses.push_back(*response);
    }
  }
  const torch::Tensor sums = lm::ScorePairs(model, batch).sum_P.view({-1, 2});
  return {sums.select(1, 0), sums.select(1, 1)};
}

class DpoObjective : public training::Objective {
 public:
  DpoObjective(const DpoConfig& config, std::vector<PreferenceExample> examples,
               std::vector<ReferenceLogProbs> references)
      : options_(OptionsOf(config)),
        mean_(config.log_probs() == DpoConfig::MEAN),
        examples_(std::move(examples)),
        references_(std::move(references)) {}

  std::string unit() const override { return "pairs"; }
  int64_t num_examples() const override { return examples_.size(); }
  double Weight(int64_t) const override { return 1; }
  int64_t NumTokens(int64_t example) const override {
    const PreferenceExample& e = examples_[example];
    return e.prompt.size() + e.chosen.size() + e.rejected.size();
  }

  training::Evaluation Evaluate(const lm::Decoder& model, absl::Span<const int64_t> examples) const override {
    PairLogProbs policy = Score(model, examples_, examples);
    PairLogProbs reference = Reference(examples, policy.chosen_P.options());
    if (mean_) DivideByLengths(examples, policy, reference);
    const torch::Tensor weighted_loss = PreferenceLoss(policy, reference, options_).sum();
    const Rewards rewards = ComputeRewards(policy, reference, options_.beta);
    const auto mean = [&](const char* name, const torch::Tensor& values_P) {
      return training::Metric{name, values_P.sum().item<double>(), static_cast<double>(examples.size())};
    };
    return {weighted_loss,
            {mean("loss", weighted_loss), mean("rewards/chosen", rewards.chosen_P),
             mean("rewards/rejected", rewards.rejected_P), mean("rewards/accuracies", rewards.accuracy_P),
             mean("rewards/margins", rewards.chosen_P - rewards.rejected_P), mean("logps/chosen", policy.chosen_P),
             mean("logps/rejected", policy.rejected_P)}};
  }

 private:
  void DivideByLengths(absl::Span<const int64_t> examples, PairLogProbs& policy, PairLogProbs& reference) const {
    std::vector<int64_t> chosen, rejected;
    for (const int64_t i : examples) {
      chosen.push_back(examples_[i].chosen.size());
      rejected.push_back(examples_[i].rejected.size());
    }
    const auto like = reference.chosen_P.options();
    const torch::Tensor chosen_P = torch::tensor(chosen, torch::kInt64).to(like);
    const torch::Tensor rejected_P = torch::tensor(rejected, torch::kInt64).to(like);
    policy = {policy.chosen_P / chosen_P, policy.rejected_P / rejected_P};
    reference = {reference.chosen_P / chosen_P, reference.rejected_P / rejected_P};
  }

  PairLogProbs Reference(absl::Span<const int64_t> examples, torch::TensorOptions like) const {
    std::vector<double> chosen, rejected;
    for (const int64_t i : examples) {
      const ReferenceLogProbs reference = references_.empty() ? ReferenceLogProbs() : references_[i];
      chosen.push_back(reference.chosen);
      rejected.push_back(reference.rejected);
    }
    like = like.requires_grad(false);
    return {torch::tensor(chosen, torch::kFloat64).to(like), torch::tensor(rejected, torch::kFloat64).to(like)};
  }

  const LossOptions options_;
  const bool mean_;
  const std::vector<PreferenceExample> examples_;
  const std::vector<ReferenceLogProbs> references_;
};

// Fills references[begin, end).
absl::Status ScoreReference(const lm::Decoder& reference, const std::vector<PreferenceExample>& examples, int64_t begin,
                            int64_t end, std::vector<ReferenceLogProbs>& references) {
  const torch::NoGradGuard no_grad;  // belongs to the thread
  std::vector<int64_t> indices;
  for (int64_t i = begin; i < end; ++i) indices.push_back(i);
  const PairLogProbs scores = Score(reference, examples, indices);
  for (const int64_t i : indices) {
    references[i] = {scores.chosen_P[i - begin].item<double>(), scores.rejected_P[i - begin].item<double>()};
    if (std::isfinite(references[i].chosen) && std::isfinite(references[i].rejected)) continue;
    return absl::InternalError(
        absl::StrCat("preference example ", i, ": the reference model's log-probability is not finite"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<std::vector<ReferenceLogProbs>> ComputeReferenceLogProbs(const lm::Decoder& reference,
                                                                        const std::vector<PreferenceExample>& examples,
                                                                        int threads, base::Progress* progress) {
  const int64_t n = examples.size();
  const int64_t batches = (n + kReferenceBatch - 1) / kReferenceBatch;
  std::vector<ReferenceLogProbs> references(n);
  std::vector<absl::Status> statuses(batches);
  base::ParallelFor(batches, threads, [&](int64_t b) {
    lm::ObeyThreadLimit();
    const int64_t begin = b * kReferenceBatch, end = std::min(n, begin + kReferenceBatch);
    try {
      statuses[b] = ScoreReference(reference, examples, begin, end, references);
    } catch (const std::exception& e) {
      statuses[b] = training::StatusFromException(e, absl::StrCat("preference examples from ", begin));
    }
    if (progress != nullptr) progress->Add(end - begin);
  });
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  return references;
}

absl::StatusOr<std::unique_ptr<training::Objective>> MakeDpoObjective(const DpoConfig& config,
                                                                      std::vector<PreferenceExample> examples,
                                                                      std::vector<ReferenceLogProbs> references,
                                                                      int64_t max_tokens) {
  RETURN_IF_ERROR(CheckConfig(config));
  for (size_t i = 0; i < examples.size(); ++i) {
    const std::string where = absl::StrCat("preference example ", i);
    RETURN_IF_ERROR(
        training::CheckPromptAndResponse(examples[i].prompt, examples[i].chosen, max_tokens, where + ", chosen"));
    RETURN_IF_ERROR(
        training::CheckPromptAndResponse(examples[i].prompt, examples[i].rejected, max_tokens, where + ", rejected"));
  }
  const bool none = config.reference_free() && references.empty();
  if (!none && references.size() != examples.size()) {
    return absl::InvalidArgumentError(absl::StrCat(examples.size(), " preference examples, but reference ",
                                                   "log-probabilities of ", references.size()));
  }
  return std::make_unique<DpoObjective>(config, std::move(examples), std::move(references));
}

absl::Status CheckStartsAtReference(const lm::Decoder& policy, const std::vector<PreferenceExample>& examples,
                                    const std::vector<ReferenceLogProbs>& references) {
  SAMI_CHECK_EQ(examples.size(), references.size());
  const torch::NoGradGuard no_grad;
  const int64_t count = std::min<int64_t>(examples.size(), kReferenceBatch);
  if (count == 0) return absl::OkStatus();
  std::vector<int64_t> indices;
  for (int64_t i = 0; i < count; ++i) indices.push_back(i);
  PairLogProbs scores;
  try {
    scores = Score(policy, examples, indices);
  } catch (const std::exception& e) {
    return training::StatusFromException(e, "preference examples from 0");
  }
  for (int64_t i = 0; i < count; ++i) {
    const double chosen = scores.chosen_P[i].item<double>(), rejected = scores.rejected_P[i].item<double>();
    const double margin = (chosen - rejected) - (references[i].chosen - references[i].rejected);
    if (std::abs(margin) <= kStartTolerance * (1 + std::abs(chosen) + std::abs(rejected))) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        "preference example ", i, ": before the first step the margin is ", margin,
        ", not 0, and so DPO's loss is not ",
        "log 2: the reference log-probabilities are not the model's own. Remove them, to have them computed again"));
  }
  return absl::OkStatus();
}

}  // namespace dpo
