#include "benchmarks/device/device_steps.h"

#include <algorithm>
#include <chrono>
#include <exception>
#include <functional>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "benchmarks/device/shapes.h"
#include "benchmarks/harness/allocation_counter.h"
#include "lm/config/model_cost.h"
#include "lm/decoding/generation.h"
#include "lm/model/adapter.h"
#include "lm/runtime/host_reads.h"
#include "third_party/torch/any_version.h"
#include "training/trainer.h"

namespace benchmarks {
namespace {

using Clock = std::chrono::steady_clock;
using ::sami_harness::OptimizerConfig;
using ::sami_harness::TrainingConfig;

constexpr int64_t kSteps = 3;  // the first is not timed

double Seconds(Clock::duration duration) { return std::chrono::duration<double>(duration).count(); }

void StartPeak(const torch::Device& device) {
  if (device.is_cpu()) {
    CountAllocations();
    ResetPeak();
  } else {
    torch_versions::ResetPeak(device);
  }
}

std::optional<double> Peak(const torch::Device& device) {
  if (device.is_cpu()) return static_cast<double>(PeakBytes());
  const std::optional<torch_versions::DeviceMemory> memory = torch_versions::MemoryOf(device);
  return memory.has_value() ? std::optional<double>(memory->peak) : std::nullopt;
}

// Torch's exceptions; memory that does not suffice is one of them.
absl::Status StatusOf(const std::string& what) {
  const absl::string_view first = absl::string_view(what).substr(0, what.find('\n'));
  return absl::StrContains(what, "out of memory") ? absl::ResourceExhaustedError(first) : absl::InternalError(first);
}

template <typename Work>
absl::StatusOr<Measured> Guarded(Work work) {
  try {
    absl::StatusOr<Measured> measured = work();
    if (measured.ok() || !absl::StrContains(measured.status().message(), "out of memory")) return measured;
    return StatusOf(std::string(measured.status().message()));
  } catch (const std::exception& e) {
    return StatusOf(e.what());
  }
}

TrainingConfig ConfigOf(const StepPlan& plan) {
  TrainingConfig config;
  config.set_batch_size(plan.examples);
  config.set_microbatch_size(1);
  config.set_epochs(kSteps);
  config.mutable_optimizer()->set_algorithm(OptimizerConfig::RMSPROP);
  config.mutable_optimizer()->set_learning_rate(1e-6);
  config.set_recompute_activations(plan.size != "tiny");
  if (plan.computes_in_bfloat16) config.set_compute_type(TrainingConfig::BFLOAT16);
  return config;
}

absl::StatusOr<Measured> Steps(const StepPlan& plan, const torch::Device& device) {
  ASSIGN_OR_RETURN(const lm::ModelConfig shape, ShapeOf(plan.size));
  const Workload workload = {plan.method,          /*n=*/2,          plan.prompt_tokens,
                             plan.response_tokens, shape.vocab_size, ModelSize::kTiny};
  StartPeak(device);
  lm::Decoder model = RandomOn(shape, device, plan.has_lora ? torch::kBFloat16 : torch::kFloat32, torch::kFloat32);
  if (plan.has_lora) {
    lm::AdapterConfig adapter;
    adapter.rank = 16;
    adapter.targets = {"all-linear"};
    RETURN_IF_ERROR(lm::AddAdapter(adapter, /*seed=*/1, model));
  }
  const Examples examples = MakeExamples(workload, plan.examples, /*seed=*/1);
  const auto objective = MakeObjective(workload, examples);
  std::vector<Clock::time_point> ends;  // of steps, which have read their numbers and so have been computed
  Measured measured;
  training::TrainerOptions options;
  options.name = plan.name();
  options.on_step = [&](const training::StepMetrics& step) {
    ends.push_back(Clock::now());
    measured.loss = step.loss;
    measured.tokens_per_second = static_cast<double>(step.tokens);
  };
  const lm::HostReads reads;
  RETURN_IF_ERROR(training::Train(*objective, ConfigOf(plan), options, model));
  measured.host_reads = static_cast<double>(reads.count()) / kSteps;
  measured.seconds = Seconds(ends.back() - ends.front()) / static_cast<double>(ends.size() - 1);
  measured.tokens_per_second /= measured.seconds;
  measured.flops = static_cast<double>(plan.examples) * MinimalFlops(workload, shape, plan.has_lora ? 2 : 3);
  measured.peak_bytes = Peak(device);
  return measured;
}

absl::StatusOr<Measured> Decoding(const std::string& size, const torch::Device& device) {
  ASSIGN_OR_RETURN(const lm::ModelConfig shape, ShapeOf(size));
  const bool is_tiny = size == "tiny";
  const int64_t texts = is_tiny ? 2 : 64, prompt = is_tiny ? 16 : 512, tokens = is_tiny ? 4 : 64;
  const torch::Dtype type = device.is_cpu() ? torch::kFloat32 : torch::kBFloat16;
  StartPeak(device);
  const lm::Decoder model = RandomOn(shape, device, type, type);
  const Workload workload = {Method::kSft, 1, prompt, 1, shape.vocab_size, ModelSize::kTiny};
  std::vector<lm::GenerationRequest> requests;
  for (const auto& example : MakeExamples(workload, texts, /*seed=*/2).sft) {
    requests.push_back({example.prompt, requests.size(), 0});
  }
  lm::GenerationOptions options;
  options.sampling.temperature = 1;
  options.max_new_tokens = 1;
  options.batch_size = texts;
  const auto time = [&](int64_t new_tokens) -> absl::StatusOr<double> {
    options.max_new_tokens = new_tokens;
    const Clock::time_point start = Clock::now();
    RETURN_IF_ERROR(lm::Generate(model, requests, options).status());
    return Seconds(Clock::now() - start);
  };
  RETURN_IF_ERROR(time(2).status());  // not timed
  ASSIGN_OR_RETURN(const double first, time(1));
  const lm::HostReads reads;
  ASSIGN_OR_RETURN(const double all, time(1 + tokens));
  Measured measured;
  measured.seconds = std::max(all - first, 1e-9);
  measured.tokens_per_second = static_cast<double>(texts * tokens) / measured.seconds;
  measured.flops = static_cast<double>(texts) * (lm::ForwardFlops(shape, static_cast<double>(prompt + tokens)) -
                                                 lm::ForwardFlops(shape, static_cast<double>(prompt)));
  measured.host_reads = static_cast<double>(reads.count()) / static_cast<double>(1 + tokens);
  measured.peak_bytes = Peak(device);
  return measured;
}

}  // namespace

std::string StepPlan::name() const {
  const char* const what = method == Method::kSami ? "sami" : (method == Method::kDpo ? "dpo" : "sft");
  return absl::StrCat(size, " ", what, has_lora ? " lora" : " full", computes_in_bfloat16 ? " bf16" : " f32");
}

absl::StatusOr<Measured> MeasureSteps(const StepPlan& plan, const std::string& device) {
  return Guarded([&] { return Steps(plan, torch::Device(device)); });
}

absl::StatusOr<Measured> MeasureDecoding(const std::string& size, const std::string& device) {
  return Guarded([&] { return Decoding(size, torch::Device(device)); });
}

}  // namespace benchmarks
