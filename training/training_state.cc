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

const char* PrefixOf(Kept kept) {
  switch (kept) {
    case Kept::kParameter:
      return "parameters/";
    case Kept::kFirstMoment:
      return "first_moments/";
    case Kept::kSecondMoment:
      return "second_moments/";
    case Kept::kBest:
      return "best/";
  }
  return "";
}

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

absl::Status CheckTensor(const lm::SafetensorsFile& file, const std::string& name, const lm::Parameter& like) {
  const lm::TensorView* view = file.Find(name);
  if (view == nullptr) return Damaged(file.path(), absl::StrCat("no ", name));
  if (torch::IntArrayRef(view->shape) == like.value.sizes() &&
      lm::ScalarTypeOf(view->dtype) == like.value.scalar_type()) {
    return absl::OkStatus();
  }
  return Damaged(file.path(), absl::StrCat(name, " has another shape or type"));
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
                               const std::vector<lm::Parameter>& parameters, const std::vector<Kept>& kept,
                               const TrainingHistory& history, Collect collect) {
  std::map<std::string, std::pair<Kept, size_t>> collected;
  std::map<std::string, torch::Tensor> tables = {{kStepMetrics, MetricsTensor(history.steps)}};
  std::map<std::string, std::string> metadata = {{"fingerprint", fingerprint},
                                                 {kStepMetrics, MetricNames(history.steps)}};
  if (!history.held_out.empty()) {
    tables[kHeldOutMetrics] = MetricsTensor(history.held_out);
    metadata[kHeldOutMetrics] = MetricNames(history.held_out);
  }
  std::vector<lm::TensorInfo> infos;
  for (const auto& [name, table] : tables) infos.push_back({name, lm::DTypeOf(torch::kFloat64), table.sizes().vec()});
  for (const Kept one : kept) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      const auto& [name, value] = parameters[i];
      infos.push_back({PrefixOf(one) + name, lm::DTypeOf(value.scalar_type()), value.sizes().vec()});
      collected[infos.back().name] = {one, i};
    }
  }
  torch::Tensor current;  // owns what the writer is given
  const auto bytes = [&](const lm::TensorInfo& info) -> absl::StatusOr<absl::string_view> {
    const auto found = collected.find(info.name);
    if (found == collected.end()) {
      current = tables.at(info.name);
    } else {
      ASSIGN_OR_RETURN(current, collect(found->second.first, found->second.second));
      current = current.contiguous();
    }
    return lm::ViewOf(info.name, current).bytes;
  };
  return lm::WriteSafetensors(path, std::move(infos), bytes, metadata);
}

absl::StatusOr<TrainingHistory> LoadTrainingState(const std::string& path, const std::string& fingerprint,
                                                  const std::vector<lm::Parameter>& parameters,
                                                  const std::vector<Kept>& kept, RestoreTensor restore) {
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
  std::vector<Kept> there;
  for (const Kept one : kept) {
    if (one == Kept::kBest && !parameters.empty() && file.Find(PrefixOf(one) + parameters[0].name) == nullptr) continue;
    there.push_back(one);
    for (const lm::Parameter& parameter : parameters) {
      RETURN_IF_ERROR(CheckTensor(file, PrefixOf(one) + parameter.name, parameter));
    }
  }
  for (const Kept one : there) {
    for (size_t i = 0; i < parameters.size(); ++i) {
      const lm::TensorView& view = *file.Find(PrefixOf(one) + parameters[i].name);
      restore(one, i, lm::ToTensor(view).view({-1}));
      file.Release(view.bytes);
    }
  }
  return history;
}

}  // namespace training
