#include "training/batch_sums.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/parallel.h"
#include "base/status.h"
#include "lm/kernels/runtime.h"
#include "training/exception_status.h"

namespace training {

using ::sami_harness::TrainingConfig;

BatchSize SizeOf(const Objective& objective, absl::Span<const int64_t> examples) {
  BatchSize size;
  for (const int64_t example : examples) {
    size.weight += objective.Weight(example);
    size.tokens += objective.NumTokens(example);
  }
  return size;
}

BatchSize SizeOf(const Objective& objective) {
  std::vector<int64_t> all(objective.num_examples());
  std::iota(all.begin(), all.end(), 0);
  return SizeOf(objective, all);
}

std::string NamesOf(const Objective& objective, absl::Span<const int64_t> examples) {
  constexpr size_t kMost = 16;
  return absl::StrCat(objective.unit(), " ", absl::StrJoin(examples.subspan(0, kMost), ", "),
                      examples.size() > kMost ? ", ..." : "");
}

BatchSums::BatchSums(const TrainingConfig& config, const lm::Decoder& model,
                     const std::vector<torch::Tensor>& parameters, int threads)
    : config_(config), model_(model), parameters_(parameters), threads_(threads) {}

int64_t BatchSums::NumMicrobatches(const std::vector<int64_t>& batch) const {
  return (static_cast<int64_t>(batch.size()) + config_.microbatch_size() - 1) / config_.microbatch_size();
}

// Shares the parameters, or computes with conversions of them.
lm::Decoder BatchSums::Computing() const {
  return config_.compute_type() == TrainingConfig::BFLOAT16 ? model_.ComputingIn(torch::kBFloat16) : model_;
}

void BatchSums::ForEachShare(const std::vector<int64_t>& batch, const torch::Tensor& statistics,
                             absl::FunctionRef<void(int64_t index, const Share& share)> work) const {
  const int64_t count = batch.size(), size = config_.microbatch_size();
  base::ParallelFor(NumMicrobatches(batch), threads_, [&](int64_t i) {
    lm::ObeyThreadLimit();
    work(i, {batch, i * size, std::min(size, count - i * size), statistics});
  });
}

// The first phase, cut as the second.
absl::StatusOr<torch::Tensor> BatchSums::Statistics(const Objective& objective,
                                                    const std::vector<int64_t>& batch) const {
  std::vector<torch::Tensor> rows(batch.size());  // one a microbatch
  std::vector<absl::Status> statuses(batch.size());
  ForEachShare(batch, {}, [&](int64_t i, const Share& share) {
    const torch::NoGradGuard no_grad;  // belongs to the thread
    try {
      rows[i] = objective.Statistics(Computing(), share.examples());
    } catch (const std::exception& e) {
      statuses[i] = StatusFromException(e, NamesOf(objective, share.examples()));
    }
  });
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  rows.resize(NumMicrobatches(batch));
  return torch::cat(rows);
}

absl::Status BatchSums::AddGradients(const Objective& objective, const std::vector<int64_t>& batch,
                                     GradientSum& sum) const {
  return Add(objective, batch, /*with_gradients=*/true, /*first=*/0, sum);
}

absl::Status BatchSums::Measure(const Objective& objective, const std::vector<std::vector<int64_t>>& batches,
                                GradientSum& sum) const {
  int64_t microbatches = 0;
  for (const std::vector<int64_t>& batch : batches) {
    RETURN_IF_ERROR(Add(objective, batch, /*with_gradients=*/false, microbatches, sum));
    microbatches += NumMicrobatches(batch);
  }
  return absl::OkStatus();
}

absl::Status BatchSums::Add(const Objective& objective, const std::vector<int64_t>& batch, bool with_gradients,
                            int64_t first, GradientSum& sum) const {
  torch::Tensor statistics;
  if (objective.has_statistics()) {
    ASSIGN_OR_RETURN(statistics, Statistics(objective, batch));
  }
  ForEachShare(batch, statistics, [&](int64_t i, const Share& share) {
    absl::StatusOr<Contribution> contribution = absl::UnknownError("");
    try {
      contribution = Microbatch(objective, share, with_gradients);
    } catch (const std::exception& e) {
      contribution = StatusFromException(e, NamesOf(objective, share.examples()));
    }
    sum.Add(first + i, std::move(contribution));
  });
  return sum.Finish();
}

absl::StatusOr<Contribution> BatchSums::Microbatch(const Objective& objective, const Share& share,
                                                   bool with_gradients) const {
  const torch::AutoGradMode grad_mode(with_gradients);  // belongs to the thread
  const absl::Span<const int64_t> examples = share.examples();
  lm::Decoder model = Computing();
  lm::RouterLoad load;
  if (model.config().num_experts > 0) model.ObserveRouters(&load);
  Evaluation evaluation = objective.EvaluateShare(model, share);
  if (!load.empty()) AddRouterLoss(objective, load, examples, evaluation);
  Contribution contribution;
  contribution.weighted_loss = evaluation.weighted_loss;
  contribution.metrics = std::move(evaluation.metrics);
  contribution.examples = NamesOf(objective, examples);
  if (with_gradients) {
    contribution.gradients =
        torch::autograd::grad({evaluation.weighted_loss}, parameters_, /*grad_outputs=*/{},
                              /*retain_graph=*/false, /*create_graph=*/false, /*allow_unused=*/true);
  }
  return contribution;
}

void BatchSums::AddRouterLoss(const Objective& objective, const lm::RouterLoad& load,
                              absl::Span<const int64_t> examples, Evaluation& evaluation) const {
  const double weight = SizeOf(objective, examples).weight;
  const torch::Tensor loss = load.Loss();
  evaluation.weighted_loss = evaluation.weighted_loss + model_.config().router_aux_loss_coef * weight * loss;
  evaluation.metrics.push_back({"aux_loss", loss.detach().to(torch::kFloat64) * weight, weight});
}

}  // namespace training
