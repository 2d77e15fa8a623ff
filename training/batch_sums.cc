#include "training/batch_sums.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <exception>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/parallel.h"
#include "base/status.h"
#include "lm/arithmetic/products.h"
#include "lm/runtime/exception_status.h"
#include "lm/runtime/runtime.h"
#include "training/processes/rank_record.h"

namespace training {

using ::sami_harness::MicrobatchRecord;
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

absl::Status CheckComputeType(const sami_harness::TrainingConfig& config, const torch::Device& device) {
  const bool rounds = config.compute_type() == sami_harness::TrainingConfig::BFLOAT16_PRODUCTS;
  if (!rounds || (device.is_cpu() && lm::CanRoundProducts())) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat("compute_type: BFLOAT16_PRODUCTS is computed on the CPU by the harness's own products "
                   "(--arithmetic=own), and here ",
                   device.is_cpu() ? lm::ProductsInUse().library : device.str(),
                   " computes; take compute_type: BFLOAT16 or AS_WEIGHTS"));
}

BatchSums::BatchSums(const TrainingConfig& config, const lm::Decoder& model,
                     const std::vector<torch::Tensor>& parameters, Group& group, int threads)
    : config_(config), model_(model), parameters_(parameters), group_(group), threads_(threads) {}

int64_t BatchSums::NumMicrobatches(const std::vector<int64_t>& batch) const {
  return (static_cast<int64_t>(batch.size()) + config_.microbatch_size() - 1) / config_.microbatch_size();
}

// Shares the parameters, or computes with conversions of them.
lm::Decoder BatchSums::Computing() const {
  return config_.compute_type() == TrainingConfig::BFLOAT16 ? model_.ComputingIn(torch::kBFloat16) : model_;
}

absl::Status BatchSums::ForEachShare(const std::vector<int64_t>& batch, const torch::Tensor& statistics,
                                     absl::FunctionRef<void(int64_t, int64_t, const Share&)> work) const {
  const int64_t count = batch.size(), size = config_.microbatch_size();
  const WorkSplit split(group_, NumMicrobatches(batch), config_.accumulated_microbatches());
  const std::vector<int64_t> own = split.Microbatches();
  const auto work_at = [&](int64_t place) {
    lm::ObeyThreadLimit();
    const lm::RoundedProducts products(config_.compute_type() == TrainingConfig::BFLOAT16_PRODUCTS);
    const int64_t begin = own[place] * size;
    work(place, own[place], {batch, begin, std::min(size, count - begin), statistics});
  };
  if (model_.layer_source() == nullptr) {
    base::ParallelFor(own.size(), threads_, work_at);
    return absl::OkStatus();
  }
  for (int64_t round = 0; round < split.num_rounds(); ++round) {
    if (round < static_cast<int64_t>(own.size())) {
      work_at(round);
    } else {
      RETURN_IF_ERROR(model_.MeetOthers());
    }
  }
  return absl::OkStatus();
}

// The first phase, cut as the second.
absl::StatusOr<torch::Tensor> BatchSums::Statistics(const Objective& objective,
                                                    const std::vector<int64_t>& batch) const {
  std::vector<MicrobatchRecord> own(batch.size());
  std::atomic<int64_t> count{0};
  RETURN_IF_ERROR(ForEachShare(batch, {}, [&](int64_t place, int64_t index, const Share& share) {
    const torch::NoGradGuard no_grad;  // belongs to the thread
    MicrobatchRecord& record = own[place];
    record.set_index(index);
    ++count;
    try {
      const torch::Tensor rows = objective.Statistics(Computing(), share.examples()).contiguous();
      SAMI_CHECK(rows.scalar_type() == torch::kFloat64 && rows.is_cpu());
      record.mutable_statistics()->Add(rows.data_ptr<double>(), rows.data_ptr<double>() + rows.numel());
    } catch (const std::exception& e) {
      SetStatus(lm::StatusFromException(e, NamesOf(objective, share.examples())), &record);
    }
    if (const absl::Status met = model_.MeetOthers(); !met.ok()) SetStatus(met, &record);
  }));
  sami_harness::RankRecord record;
  for (int64_t i = 0; i < count; ++i) *record.add_microbatches() = std::move(own[i]);
  ASSIGN_OR_RETURN(const std::vector<MicrobatchRecord> all, GatherRecords(group_, std::move(record)));
  std::vector<double> rows;
  for (const MicrobatchRecord& one : all) rows.insert(rows.end(), one.statistics().begin(), one.statistics().end());
  return torch::tensor(rows, torch::kFloat64).view({static_cast<int64_t>(batch.size()), -1});
}

absl::Status BatchSums::AddGradients(const Objective& objective, const std::vector<int64_t>& batch,
                                     SharedUpdate& update, GradientSum& sum) const {
  Before before;
  update.Begin(NumMicrobatches(batch));
  RETURN_IF_ERROR(Add(objective, batch, /*with_gradients=*/true, before, sum));
  RETURN_IF_ERROR(update.Finish());
  return sum.Gather(group_);
}

absl::Status BatchSums::Measure(const Objective& objective, const std::vector<std::vector<int64_t>>& batches,
                                GradientSum& sum) const {
  Before before;
  for (const std::vector<int64_t>& batch : batches) {
    RETURN_IF_ERROR(Add(objective, batch, /*with_gradients=*/false, before, sum));
  }
  return sum.Gather(group_);
}

absl::Status BatchSums::Add(const Objective& objective, const std::vector<int64_t>& batch, bool with_gradients,
                            Before& before, GradientSum& sum) const {
  torch::Tensor statistics;
  if (objective.has_statistics()) {
    ASSIGN_OR_RETURN(statistics, Statistics(objective, batch));
  }
  std::atomic<int64_t> count{0};
  RETURN_IF_ERROR(ForEachShare(batch, statistics, [&](int64_t place, int64_t index, const Share& share) {
    absl::StatusOr<Contribution> contribution = absl::UnknownError("");
    try {
      contribution = Microbatch(objective, share, with_gradients);
    } catch (const std::exception& e) {
      contribution = lm::StatusFromException(e, NamesOf(objective, share.examples()));
    }
    if (const absl::Status met = model_.MeetOthers(); !met.ok()) contribution = met;
    ++count;
    sum.Add(before.own + place, before.all + index, std::move(contribution));
  }));
  before.own += count;
  before.all += NumMicrobatches(batch);
  return absl::OkStatus();
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
