#include "training/training_state.h"

#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "training/batch_sums.h"

namespace training {
namespace {

constexpr char kParameters[] = "parameters/";
constexpr char kFirstMoments[] = "first_moments/";
constexpr char kSecondMoments[] = "second_moments/";
constexpr char kBest[] = "best/";
constexpr char kStepMetrics[] = "step_metrics";
constexpr char kHeldOutMetrics[] = "held_out_metrics";
constexpr int64_t kFixedColumns = 7;

torch::Tensor MetricsTensor(const std::vector<StepMetrics>& history) {
  std::vector<double> numbers;
  for (const StepMetrics& step : history) {
    numbers.insert(numbers.end(),
                   {static_cast<double>(step.step), step.epoch, step.loss, step.grad_norm, step.learning_rate,
                    static_cast<double>(step.examples), static_cast<double>(step.tokens)});
    for (const auto& [name, value] : step.metrics) numbers.push_back(value);
  }
  const int64_t steps = history.size();
  const int64_t columns = kFixedColumns + static_cast<int64_t>(steps == 0 ? 0 : history[0].metrics.size());
  SAMI_CHECK_EQ(static_cast<int64_t>(numbers.size()), steps * columns);
  return torch::tensor(numbers, torch::kFloat64).reshape({steps, columns});
}

std::string MetricNames(const std::vector<StepMetrics>& history) {
  base::Json names = base::Json::array();
  if (!history.empty()) {
    for (const auto& [name, value] : history[0].metrics) names.push_back(name);
  }
  return names.dump();
}

absl::Status Damaged(const std::string& path, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": not a training state: ", what, "; delete it to train from the start"));
}

// `table`: the tensor's name, and that of its metrics' names.
absl::StatusOr<std::vector<StepMetrics>> ReadMetrics(const lm::SafetensorsFile& file, const char* table) {
  const lm::TensorView* view = file.Find(table);
  const auto names_text = file.metadata().find(table);
  if (view == nullptr || names_text == file.metadata().end()) {
    return Damaged(file.path(), absl::StrCat("no ", table));
  }
  ASSIGN_OR_RETURN(const base::Json names, base::ParseJson(names_text->second, file.path()));
  const int64_t columns = kFixedColumns + static_cast<int64_t>(names.size());
  if (!names.is_array() || view->dtype != lm::DType::kF64 || view->shape.size() != 2 || view->shape[1] != columns) {
    return Damaged(file.path(), absl::StrCat(table, " of another shape"));
  }
  const torch::Tensor numbers = lm::ToTensor(*view);
  std::vector<StepMetrics> history(view->shape[0]);
  for (size_t i = 0; i < history.size(); ++i) {
    const double* row = numbers.data_ptr<double>() + i * columns;
    history[i] = {static_cast<int64_t>(row[0]), row[1], row[2], row[3], row[4], static_cast<int64_t>(row[5]),
                  static_cast<int64_t>(row[6]), {}};
    for (size_t k = 0; k < names.size(); ++k) {
      if (!names[k].is_string()) return Damaged(file.path(), "a metric without a name");
      history[i].metrics.emplace_back(names[k].get<std::string>(), row[kFixedColumns + k]);
    }
  }
  return history;
}

absl::StatusOr<std::vector<torch::Tensor>> ReadTensors(const lm::SafetensorsFile& file, const char* prefix,
                                                       const std::vector<lm::Parameter>& like) {
  std::vector<torch::Tensor> tensors;
  for (const lm::Parameter& parameter : like) {
    const std::string name = absl::StrCat(prefix, parameter.name);
    const lm::TensorView* view = file.Find(name);
    if (view == nullptr) return Damaged(file.path(), absl::StrCat("no ", name));
    tensors.push_back(lm::ToTensor(*view));
    if (tensors.back().sizes() != parameter.value.sizes() ||
        tensors.back().scalar_type() != parameter.value.scalar_type()) {
      return Damaged(file.path(), absl::StrCat(name, " has another shape or type"));
    }
  }
  return tensors;
}

// How many examples there are, and what they weigh.
std::string DescribeExamples(const Objective& objective) {
  const BatchSize size = SizeOf(objective);
  return absl::StrCat(objective.unit(), "\n", objective.num_examples(), "\n", size.tokens, "\n",
                      absl::StrFormat("%.17g", size.weight), "\n");
}

}  // namespace

std::string TrainingFingerprint(const Objective& objective, const sami_harness::TrainingConfig& config,
                                const TrainerOptions& options, const lm::Decoder& model) {
  std::string text = absl::StrCat(options.order_stream(), "\n", options.seed, "\n", DescribeExamples(objective),
                                  options.held_out == nullptr ? "" : DescribeExamples(*options.held_out),
                                  config.SerializeAsString(), "\n", lm::ModelConfigToJson(model.config()));
  for (const lm::Parameter& parameter : model.trainable()) {
    absl::StrAppend(&text, "\n", parameter.name, " ", torch::toString(parameter.value.scalar_type()), " ",
                    absl::StrJoin(parameter.value.sizes(), "x"));
  }
  return base::Sha256Hex(text);
}

absl::Status SaveTrainingState(const std::string& path, const std::string& fingerprint,
                               const std::vector<lm::Parameter>& parameters, const Optimizer::State& state,
                               const TrainingHistory& history) {
  std::vector<torch::Tensor> shown;  // owns what the views show: on the CPU, the tensors themselves
  std::vector<lm::TensorView> views;
  const auto show = [&](const std::string& name, const torch::Tensor& tensor) {
    shown.push_back(tensor.detach().cpu());
    views.push_back(lm::ViewOf(name, shown.back()));
  };
  for (size_t i = 0; i < parameters.size(); ++i) {
    const std::string& name = parameters[i].name;
    show(kParameters + name, parameters[i].value);
    show(kSecondMoments + name, state.second_moments[i]);
    if (!state.first_moments.empty()) show(kFirstMoments + name, state.first_moments[i]);
    if (!history.best.empty()) show(kBest + name, history.best[i]);
  }
  show(kStepMetrics, MetricsTensor(history.steps));
  std::map<std::string, std::string> metadata = {{"fingerprint", fingerprint},
                                                 {kStepMetrics, MetricNames(history.steps)}};
  if (!history.held_out.empty()) {
    show(kHeldOutMetrics, MetricsTensor(history.held_out));
    metadata[kHeldOutMetrics] = MetricNames(history.held_out);
  }
  return lm::WriteSafetensors(path, std::move(views), metadata);
}

absl::StatusOr<TrainingHistory> LoadTrainingState(const std::string& path, const std::string& fingerprint,
                                                  const std::vector<lm::Parameter>& parameters, bool has_first_moments,
                                                  Optimizer::State* state) {
  ASSIGN_OR_RETURN(const lm::SafetensorsFile file, lm::SafetensorsFile::Open(path));
  const auto found = file.metadata().find("fingerprint");
  if (found == file.metadata().end()) return Damaged(path, "no fingerprint");
  if (found->second != fingerprint) {
    return absl::FailedPreconditionError(absl::StrCat(
        path, ": the state of another training (other settings, data or model); delete it to train from the start"));
  }
  TrainingHistory history;
  ASSIGN_OR_RETURN(history.steps, ReadMetrics(file, kStepMetrics));
  if (file.Find(kHeldOutMetrics) != nullptr) {
    ASSIGN_OR_RETURN(history.held_out, ReadMetrics(file, kHeldOutMetrics));
    for (StepMetrics& measured : history.held_out) measured.held_out = true;
  }
  if (!parameters.empty() && file.Find(kBest + parameters[0].name) != nullptr) {
    ASSIGN_OR_RETURN(history.best, ReadTensors(file, kBest, parameters));
  }
  ASSIGN_OR_RETURN(const std::vector<torch::Tensor> values, ReadTensors(file, kParameters, parameters));
  state->steps = history.steps.size();
  if (has_first_moments) {
    ASSIGN_OR_RETURN(state->first_moments, ReadTensors(file, kFirstMoments, parameters));
  }
  ASSIGN_OR_RETURN(state->second_moments, ReadTensors(file, kSecondMoments, parameters));

  const torch::NoGradGuard no_grad;
  for (size_t i = 0; i < values.size(); ++i) parameters[i].value.detach().copy_(values[i]);
  return history;
}

}  // namespace training
