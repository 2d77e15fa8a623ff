#include "training/trainer.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <utility>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/progress.h"
#include "base/status.h"
#include "lm/kernels/runtime.h"
#include "training/exception_status.h"
#include "training/gradient_sum.h"
#include "training/optimizer.h"
#include "training/order.h"
#include "training/schedule.h"
#include "training/training_state.h"

namespace training {
namespace {

using ::sami_harness::TrainingConfig;

// As torch.nn.utils.clip_grad_norm_ adds to the norm that it divides by.
constexpr double kClipEpsilon = 1e-6;

std::vector<torch::Tensor> Values(const lm::Decoder& model) {
  std::vector<torch::Tensor> values;
  for (const lm::Parameter& parameter : model.trainable()) values.push_back(parameter.value);
  return values;
}

int64_t NumElements(const std::vector<torch::Tensor>& tensors) {
  int64_t count = 0;
  for (const torch::Tensor& tensor : tensors) count += tensor.numel();
  return count;
}

// Gradients are recorded while this lives.
class GradientScope {
 public:
  GradientScope(const TrainingConfig& config, lm::Decoder& model) : model_(model) {
    model_.SetRequiresGrad(true);
    model_.SetRecomputation(config.recompute_activations());
  }
  ~GradientScope() {
    model_.SetRequiresGrad(false);
    model_.SetRecomputation(false);
  }

 private:
  lm::Decoder& model_;
};

class Run {
 public:
  Run(const Objective& objective, const TrainingConfig& config, const TrainerOptions& options, lm::Decoder& model)
      : objective_(objective),
        config_(config),
        options_(options),
        model_(model),
        gradient_scope_(config, model),
        parameters_(Values(model)),
        order_(objective.num_examples(), config, options.seed, options.order_stream()),
        optimizer_(config.optimizer(), parameters_),
        num_elements_(NumElements(parameters_)),
        fingerprint_(Fingerprint()) {}

  absl::Status Train();

 private:
  std::string Fingerprint() const;
  absl::Status Resume();
  absl::Status SaveIfDue();
  absl::Status Step(int64_t step);
  lm::Decoder Computing() const;
  void ForEachShare(const std::vector<int64_t>& batch, const torch::Tensor& statistics,
                    absl::FunctionRef<void(int64_t index, const Share& share)> work) const;
  absl::StatusOr<torch::Tensor> Statistics(const std::vector<int64_t>& batch) const;
  absl::Status SumGradients(const std::vector<int64_t>& batch, GradientSum& sum) const;
  absl::StatusOr<Contribution> Microbatch(const Share& share) const;
  void AddRouterLoss(const lm::RouterLoad& load, absl::Span<const int64_t> examples, Evaluation& evaluation) const;
  void Record(StepMetrics metrics);
  absl::Status At(int64_t step, const absl::Status& status) const;
  std::string Named(absl::Span<const int64_t> examples) const;

  const Objective& objective_;
  const TrainingConfig& config_;
  const TrainerOptions& options_;
  lm::Decoder& model_;
  const GradientScope gradient_scope_;
  const std::vector<torch::Tensor> parameters_;
  ExampleOrder order_;
  Optimizer optimizer_;
  const int64_t num_elements_;
  const std::string fingerprint_;
  std::vector<StepMetrics> history_;
  int64_t examples_done_ = 0;
  absl::Time saved_ = absl::Now();
};

// All that the bits of the result depend on and that is cheap to ask. Not the model's weights: a state has its own.
std::string Run::Fingerprint() const {
  double weight = 0;
  int64_t tokens = 0;
  for (int64_t i = 0; i < objective_.num_examples(); ++i) {
    weight += objective_.Weight(i);
    tokens += objective_.NumTokens(i);
  }
  std::string text = absl::StrCat(options_.order_stream(), "\n", options_.seed, "\n", objective_.unit(), "\n",
                                  objective_.num_examples(), "\n", tokens, "\n", absl::StrFormat("%.17g", weight), "\n",
                                  config_.SerializeAsString(), "\n", lm::ModelConfigToJson(model_.config()));
  for (const lm::Parameter& parameter : model_.trainable()) {
    absl::StrAppend(&text, "\n", parameter.name, " ", torch::toString(parameter.value.scalar_type()), " ",
                    absl::StrJoin(parameter.value.sizes(), "x"));
  }
  return base::Sha256Hex(text);
}

absl::Status Run::Train() {
  RETURN_IF_ERROR(CheckSchedule(config_, order_.num_steps()));
  RETURN_IF_ERROR(Resume());
  base::Progress progress(options_.name, order_.total_examples() - examples_done_, objective_.unit());
  const absl::Time start = absl::Now();
  int64_t tokens = 0;
  for (int64_t step = history_.size() + 1; step <= order_.num_steps(); ++step) {
    RETURN_IF_ERROR(At(step, Step(step)));
    const StepMetrics& done = history_.back();
    tokens += done.tokens;
    progress.Add(done.examples, absl::StrFormat("loss %.4g, %.0f tokens/s", done.loss,
                                                tokens / absl::ToDoubleSeconds(absl::Now() - start)));
    if (step < order_.num_steps()) RETURN_IF_ERROR(SaveIfDue());
  }
  return absl::OkStatus();
}

absl::Status Run::Resume() {
  if (options_.state_path.empty() || !base::FileExists(options_.state_path)) return absl::OkStatus();
  ASSIGN_OR_RETURN(std::vector<StepMetrics> history,
                   LoadTrainingState(options_.state_path, fingerprint_, model_.trainable(), optimizer_));
  for (StepMetrics& step : history) Record(std::move(step));
  return absl::OkStatus();
}

absl::Status Run::SaveIfDue() {
  if (options_.state_path.empty()) return absl::OkStatus();
  if (absl::Now() - saved_ < absl::Seconds(options_.checkpoint_seconds)) return absl::OkStatus();
  RETURN_IF_ERROR(SaveTrainingState(options_.state_path, fingerprint_, model_.trainable(), optimizer_, history_));
  saved_ = absl::Now();
  return absl::OkStatus();
}

void Run::Record(StepMetrics metrics) {
  examples_done_ += metrics.examples;
  history_.push_back(std::move(metrics));
  if (options_.on_step) options_.on_step(history_.back());
}

// Nothing is changed before all that can fail has been computed.
absl::Status Run::Step(int64_t step) {
  const std::vector<int64_t> batch = order_.Batch(step);
  GradientSum sum(optimizer_.gradients(), options_.threads);
  RETURN_IF_ERROR(SumGradients(batch, sum));
  double weight = 0;
  int64_t tokens = 0;
  for (const int64_t example : batch) {
    weight += objective_.Weight(example);
    tokens += objective_.NumTokens(example);
  }
  const int64_t examples = batch.size();
  double divisor = weight;
  if (config_.divide_by_full_batch()) divisor *= static_cast<double>(config_.batch_size()) / examples;
  const double norm = optimizer_.GradientNorm(options_.threads) / divisor;
  if (!std::isfinite(norm)) return absl::InternalError(absl::StrCat("the gradient is not finite, ", Named(batch)));

  const double limit = config_.optimizer().max_grad_norm();
  const double clip = limit > 0 ? std::min(1.0, limit / (norm + kClipEpsilon)) : 1;
  const double rate = LearningRate(config_, step, order_.num_steps());
  const int64_t changed = optimizer_.Step(rate, clip / divisor, options_.threads);

  StepMetrics metrics = {step,
                         static_cast<double>(examples_done_ + examples) / objective_.num_examples(),
                         sum.weighted_loss() / weight,
                         norm,
                         rate,
                         examples,
                         tokens,
                         {}};
  for (const Metric& metric : sum.metrics()) metrics.metrics.emplace_back(metric.name, metric.sum / metric.weight);
  metrics.metrics.emplace_back("update/changed_share", static_cast<double>(changed) / num_elements_);
  Record(std::move(metrics));
  return absl::OkStatus();
}

// Shares the parameters, or computes with conversions of them.
lm::Decoder Run::Computing() const {
  return config_.compute_type() == TrainingConfig::BFLOAT16 ? model_.ComputingIn(torch::kBFloat16) : model_;
}

void Run::ForEachShare(const std::vector<int64_t>& batch, const torch::Tensor& statistics,
                       absl::FunctionRef<void(int64_t index, const Share& share)> work) const {
  const int64_t count = batch.size(), size = config_.microbatch_size();
  base::ParallelFor((count + size - 1) / size, options_.threads, [&](int64_t i) {
    lm::ObeyThreadLimit();
    work(i, {batch, i * size, std::min(size, count - i * size), statistics});
  });
}

// The first phase, cut as the second.
absl::StatusOr<torch::Tensor> Run::Statistics(const std::vector<int64_t>& batch) const {
  std::vector<torch::Tensor> rows(batch.size());  // one a microbatch
  std::vector<absl::Status> statuses(batch.size());
  ForEachShare(batch, {}, [&](int64_t i, const Share& share) {
    const torch::NoGradGuard no_grad;  // belongs to the thread
    try {
      rows[i] = objective_.Statistics(Computing(), share.examples());
    } catch (const std::exception& e) {
      statuses[i] = StatusFromException(e, Named(share.examples()));
    }
  });
  for (const absl::Status& status : statuses) RETURN_IF_ERROR(status);
  rows.resize((batch.size() + config_.microbatch_size() - 1) / config_.microbatch_size());
  return torch::cat(rows);
}

absl::Status Run::SumGradients(const std::vector<int64_t>& batch, GradientSum& sum) const {
  torch::Tensor statistics;
  if (objective_.has_statistics()) {
    ASSIGN_OR_RETURN(statistics, Statistics(batch));
  }
  ForEachShare(batch, statistics, [&](int64_t i, const Share& share) {
    absl::StatusOr<Contribution> contribution = absl::UnknownError("");
    try {
      contribution = Microbatch(share);
    } catch (const std::exception& e) {
      contribution = StatusFromException(e, Named(share.examples()));
    }
    sum.Add(i, std::move(contribution));
  });
  return sum.status();
}

absl::StatusOr<Contribution> Run::Microbatch(const Share& share) const {
  const absl::Span<const int64_t> examples = share.examples();
  lm::Decoder model = Computing();
  lm::RouterLoad load;
  if (model.config().num_experts > 0) model.ObserveRouters(&load);
  Evaluation evaluation = objective_.EvaluateShare(model, share);
  if (!load.empty()) AddRouterLoss(load, examples, evaluation);
  const double loss = evaluation.weighted_loss.item<double>();
  if (!std::isfinite(loss)) {
    return absl::InternalError(
        absl::StrCat("the loss is ", std::isnan(loss) ? "nan" : "infinite", ", ", Named(examples)));
  }
  return Contribution{torch::autograd::grad({evaluation.weighted_loss}, parameters_, /*grad_outputs=*/{},
                                            /*retain_graph=*/false, /*create_graph=*/false, /*allow_unused=*/true),
                      loss, evaluation.metrics};
}

void Run::AddRouterLoss(const lm::RouterLoad& load, absl::Span<const int64_t> examples, Evaluation& evaluation) const {
  double weight = 0;
  for (const int64_t example : examples) weight += objective_.Weight(example);
  const torch::Tensor loss = load.Loss();
  evaluation.weighted_loss = evaluation.weighted_loss + model_.config().router_aux_loss_coef * weight * loss;
  evaluation.metrics.push_back({"router/balance_loss", loss.item<double>() * weight, weight});
}

std::string Run::Named(absl::Span<const int64_t> examples) const {
  constexpr size_t kMost = 16;
  return absl::StrCat(objective_.unit(), " ", absl::StrJoin(examples.subspan(0, kMost), ", "),
                      examples.size() > kMost ? ", ..." : "");
}

absl::Status Run::At(int64_t step, const absl::Status& status) const {
  return base::Annotate(status, absl::StrCat(options_.name, ": step ", step, " of ", order_.num_steps()));
}

}  // namespace

absl::Status Train(const Objective& objective, const TrainingConfig& config, const TrainerOptions& options,
                   lm::Decoder& model) {
  if (objective.num_examples() == 0) {
    return absl::InvalidArgumentError(absl::StrCat(options.name, ": no ", objective.unit(), " to train on"));
  }
  try {
    return Run(objective, config, options, model).Train();
  } catch (const std::exception& e) {
    return StatusFromException(e, options.name);
  }
}

}  // namespace training
