#include "training/trainer.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <exception>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/file.h"
#include "base/progress.h"
#include "base/status.h"
#include "lm/runtime/exception_status.h"
#include "training/batch_sums.h"
#include "training/gradient_sum.h"
#include "training/held_out.h"
#include "training/order.h"
#include "training/schedule.h"
#include "training/shared_state.h"
#include "training/shared_update.h"
#include "training/training_state.h"

namespace training {
namespace {

using ::sami_harness::TrainingConfig;

// As torch.nn.utils.clip_grad_norm_ adds to the norm that it divides by.
constexpr double kClipEpsilon = 1e-6;
std::vector<torch::Tensor> Values(const std::vector<Trained>& parameters) {
  std::vector<torch::Tensor> values;
  for (const Trained& parameter : parameters) values.push_back(parameter.values);
  return values;
}

int64_t NumElements(const lm::Decoder& model) {
  int64_t count = 0;
  for (const lm::Parameter& parameter : model.trainable()) count += parameter.value.numel();
  return count;
}

// That the caller has what the settings ask for.
absl::Status CheckParts(const TrainingConfig& config, const TrainerOptions& options) {
  const bool measures = options.held_out != nullptr && options.held_out->num_examples() > 0;
  if (config.has_held_out() && !measures) {
    return absl::InvalidArgumentError("held_out: no example is held out; hold out more rows, or leave it out");
  }
  for (const auto& [setting, asked] : {std::make_pair("early_stop", config.has_early_stop()),
                                       std::make_pair("keep: BEST", config.keep() == TrainingConfig::BEST)}) {
    if (!asked || config.has_held_out()) continue;
    return absl::InvalidArgumentError(absl::StrCat(setting, " needs held_out, by whose loss it decides"));
  }
  if (config.save_steps() > 0 && !options.save) {
    return absl::InvalidArgumentError("save_steps: no models are saved here; leave it out");
  }
  return absl::OkStatus();
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
        group_(OrAlone(options.group)),
        gradient_scope_(config, model),
        parameters_(WholeParameters(model)),
        values_(Values(parameters_)),
        sums_(config, model_, values_, group_, options.threads),
        order_(objective.num_examples(), config, options.seed, options.order_stream()),
        // Under an adapter the layers stay as they are.
        update_(config, parameters_, group_, options.threads, model.adapter().empty() ? options.layers : nullptr),
        num_elements_(NumElements(model)),
        state_{options.state_path, TrainingFingerprint(objective, config, options, model), model.trainable(), group_,
               update_} {}

  absl::Status Train();

 private:
  absl::Status Resume();
  absl::Status MakeSteps();
  absl::Status Save(int64_t step);
  absl::Status SaveIfDue();
  absl::Status Step(int64_t step);
  absl::Status Measure(int64_t step);
  std::vector<double> HeldOutLosses() const;
  bool IsDone() const;
  void SayHowItEnded() const;
  void Record(StepMetrics metrics);
  absl::Status At(int64_t step, const absl::Status& status) const;

  const Objective& objective_;
  const TrainingConfig& config_;
  const TrainerOptions& options_;
  lm::Decoder& model_;
  Group& group_;
  const GradientScope gradient_scope_;
  const std::vector<Trained> parameters_;  // those that are whole here
  const std::vector<torch::Tensor> values_;
  const BatchSums sums_;
  ExampleOrder order_;
  SharedUpdate update_;
  const int64_t num_elements_;
  const SharedState state_;
  TrainingHistory history_;
  // After the best measured step, of this rank's parts (SharedUpdate::own_parts), on the CPU. Empty where none is kept.
  std::vector<torch::Tensor> best_;
  int64_t examples_done_ = 0;
  absl::Time saved_ = absl::Now();
};

absl::Status Run::Train() {
  RETURN_IF_ERROR(CheckSchedule(config_, order_.num_steps()));
  RETURN_IF_ERROR(CheckMeasured(config_, order_.num_steps()));
  RETURN_IF_ERROR(Agreed(group_, Resume()));
  RETURN_IF_ERROR(MakeSteps());
  if (group_.leads()) SayHowItEnded();
  if (best_.empty()) return absl::OkStatus();
  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < best_.size(); ++i) update_.own_parts()[i].values.detach().copy_(best_[i]);
  return update_.ShareWeights();
}

absl::Status Run::MakeSteps() {
  base::Progress progress(options_.name, order_.total_examples() - examples_done_, objective_.unit());
  const absl::Time start = absl::Now();
  int64_t tokens = 0;
  while (!IsDone()) {
    const int64_t step = history_.steps.size() + 1;
    RETURN_IF_ERROR(At(step, Step(step)));
    if (IsMeasured(config_, step, order_.num_steps())) RETURN_IF_ERROR(At(step, Measure(step)));
    const StepMetrics& done = history_.steps.back();
    tokens += done.tokens;
    std::string detail = absl::StrFormat("loss %.4g", done.loss);
    if (!history_.held_out.empty()) absl::StrAppendFormat(&detail, ", held out %.4g", history_.held_out.back().loss);
    absl::StrAppendFormat(&detail, ", %.0f tokens/s", tokens / absl::ToDoubleSeconds(absl::Now() - start));
    progress.Add(done.examples, detail);
    // Before the state that says so: what continues from it makes no earlier one.
    if (config_.save_steps() > 0 && step % config_.save_steps() == 0) RETURN_IF_ERROR(At(step, Save(step)));
    if (!IsDone()) RETURN_IF_ERROR(SaveIfDue());
  }
  return absl::OkStatus();
}

absl::Status Run::Save(int64_t step) {
  const torch::NoGradGuard no_grad;
  absl::Status status = group_.leads() ? options_.save(step, model_) : absl::OkStatus();
  status.Update(model_.MeetOthers());  // who have given their parts of the layers meanwhile
  return status;
}

absl::Status Run::Resume() {
  if (state_.path.empty() || !base::FileExists(state_.path)) return absl::OkStatus();
  ASSIGN_OR_RETURN(TrainingHistory history, Load(state_, &best_));
  auto measured = history.held_out.begin();
  for (StepMetrics& step : history.steps) {
    const int64_t number = step.step;
    Record(std::move(step));
    for (; measured != history.held_out.end() && measured->step == number; ++measured) Record(std::move(*measured));
  }
  return absl::OkStatus();
}

absl::Status Run::SaveIfDue() {
  if (state_.path.empty()) return absl::OkStatus();
  // By rank 0's clock.
  const bool is_due = absl::Now() - saved_ >= absl::Seconds(options_.checkpoint_seconds);
  ASSIGN_OR_RETURN(const std::string decided, LeadersText(group_, is_due ? "save" : ""));
  if (decided.empty()) return absl::OkStatus();
  RETURN_IF_ERROR(training::Save(state_, history_, best_));
  saved_ = absl::Now();
  return absl::OkStatus();
}

void Run::Record(StepMetrics metrics) {
  if (!metrics.held_out) examples_done_ += metrics.examples;
  std::vector<StepMetrics>& records = metrics.held_out ? history_.held_out : history_.steps;
  records.push_back(std::move(metrics));
  if (options_.on_step) options_.on_step(records.back());
}

// Nothing is changed before all that can fail has been computed.
absl::Status Run::Step(int64_t step) {
  const std::vector<int64_t> batch = order_.Batch(step);
  GradientSum sum(&update_, options_.threads);
  RETURN_IF_ERROR(sums_.AddGradients(objective_, batch, update_, sum));
  const auto [weight, tokens] = SizeOf(objective_, batch);
  const int64_t examples = batch.size();
  double divisor = weight;
  if (config_.divide_by_full_batch()) divisor *= static_cast<double>(config_.batch_size()) / examples;
  ASSIGN_OR_RETURN(const double sum_norm, update_.GradientNorm());
  const double norm = sum_norm / divisor;
  if (!std::isfinite(norm)) {
    return absl::InternalError(absl::StrCat("the gradient is not finite, ", NamesOf(objective_, batch)));
  }

  const double limit = config_.optimizer().max_grad_norm();
  const double clip = limit > 0 ? std::min(1.0, limit / (norm + kClipEpsilon)) : 1;
  const double rate = LearningRate(config_, step, order_.num_steps());
  ASSIGN_OR_RETURN(const int64_t changed, update_.Step(rate, clip / divisor));

  StepMetrics metrics = {step,
                         static_cast<double>(examples_done_ + examples) / objective_.num_examples(),
                         sum.weighted_loss() / weight,
                         norm,
                         rate,
                         examples,
                         tokens,
                         sum.Means()};
  metrics.metrics.emplace_back("update/changed_share", static_cast<double>(changed) / num_elements_);
  Record(std::move(metrics));
  return absl::OkStatus();
}

// The best is the first of the lowest: it is kept while it is the last.
absl::Status Run::Measure(int64_t step) {
  const Objective& objective = *options_.held_out;
  GradientSum sum(nullptr, options_.threads);
  const auto batches = OnePass(objective.num_examples(), config_, options_.seed, options_.order_stream() + "/held_out");
  RETURN_IF_ERROR(base::Annotate(sums_.Measure(objective, batches, sum), "held out"));
  const auto [weight, tokens] = SizeOf(objective);
  constexpr double kNone = std::numeric_limits<double>::quiet_NaN();
  StepMetrics measured = {step, history_.steps.back().epoch, sum.weighted_loss() / weight, kNone, kNone};
  measured.examples = objective.num_examples();
  measured.tokens = tokens;
  measured.metrics = sum.Means();
  measured.held_out = true;
  Record(std::move(measured));
  const int64_t last = history_.held_out.size() - 1;
  if (config_.keep() != TrainingConfig::BEST || BestOf(HeldOutLosses()) != last) return absl::OkStatus();
  best_.clear();
  for (const Trained& part : update_.own_parts()) {
    best_.push_back(part.values.detach().to(torch::kCPU, /*non_blocking=*/false, /*copy=*/true));
  }
  return absl::OkStatus();
}

std::vector<double> Run::HeldOutLosses() const {
  std::vector<double> losses;
  for (const StepMetrics& measured : history_.held_out) losses.push_back(measured.loss);
  return losses;
}

bool Run::IsDone() const {
  if (static_cast<int64_t>(history_.steps.size()) == order_.num_steps()) return true;
  return config_.has_early_stop() && StopsAfter(config_.early_stop(), HeldOutLosses());
}

void Run::SayHowItEnded() const {
  std::vector<int64_t> measured;
  for (const StepMetrics& one : history_.held_out) measured.push_back(one.step);
  for (const std::string& line :
       DescribeEnd(config_, history_.steps.size(), order_.num_steps(), measured, HeldOutLosses())) {
    std::fprintf(stderr, "%s: %s\n", options_.name.c_str(), line.c_str());
  }
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
  RETURN_IF_ERROR(base::Annotate(CheckComputeType(config, model.device()), options.name));
  RETURN_IF_ERROR(base::Annotate(CheckParts(config, options), options.name));
  try {
    return Run(objective, config, options, model).Train();
  } catch (const std::exception& e) {
    return lm::StatusFromException(e, options.name);
  }
}

}  // namespace training
