#include "experiments/plan/stage_costs.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "experiments/plan/model_cost.h"
#include "experiments/spec/methods.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::ExperimentSpec;
using ::sami_harness::OptimizerConfig;
using ::sami_harness::TrainingConfig;

constexpr double kFloatBytes = 4;
// GenerationOptions::batch_size: texts that are decoded together.
constexpr double kDecodedTogether = 64;

struct Generation {
  std::string stage;
  double examples, texts;  // of each, prompts and responses
  double prefills;         // prompts that are computed: one for all samples of it
  PromptLength prompt;
  double response;
};

StageCost GenerationCost(const std::optional<lm::ModelConfig>& model, const Generation& generation) {
  StageCost cost;
  cost.stage = generation.stage;
  cost.examples = generation.examples;
  cost.texts = generation.texts;
  cost.tokens = generation.prefills * generation.prompt.mean + generation.texts * generation.response;
  if (!model.has_value()) return cost;
  const double length = generation.prompt.mean + generation.response;
  const double prefill = ForwardFlops(*model, generation.prompt.mean);
  cost.flops = generation.prefills * prefill + generation.texts * (ForwardFlops(*model, length) - prefill);
  cost.parameters = Parameters(*model);
  cost.memory.weights = kFloatBytes * cost.parameters;
  cost.memory.cache = std::min(kDecodedTogether, generation.texts) *
                      CacheBytes(*model, generation.prompt.longest + generation.response);
  return cost;
}

// What a query of the contrastive data gives, of each kind (experiments/pipeline/examples.h).
double ExamplesPerQuery(training::ExampleKind kind) { return kind == training::ExampleKind::kLabeled ? 2 : 1; }

// Forward passes' worth of arithmetic of a text with gradients: a backward pass is two of them, half of which a frozen
// weight saves.
double PassesPerText(const TrainingConfig& training) {
  return (training.has_lora() ? 2 : 3) + (training.recompute_activations() ? 1 : 0);
}

struct TrainingSize {
  double trained;       // parameters
  double rows, tokens;  // of a microbatch
  bool keeps_parent;
};

StageMemory TrainingMemory(const lm::ModelConfig& model, const TrainingConfig& training, const TrainingSize& size) {
  const double frozen_bytes = model.storage == lm::StorageType::kFloat32 ? 4 : 2;
  StageMemory memory;
  memory.weights = kFloatBytes * size.trained;
  if (training.has_lora()) memory.weights += frozen_bytes * Parameters(model);
  // Under an adapter the parent is the model without it.
  if (size.keeps_parent && !training.has_lora()) memory.weights *= 2;
  memory.gradients = 2 * kFloatBytes * size.trained;
  memory.optimizer =
      (training.optimizer().algorithm() == OptimizerConfig::RMSPROP ? 1 : 2) * kFloatBytes * size.trained;
  memory.activations = ActivationBytes(model, size.rows, size.tokens, training.recompute_activations());
  return memory;
}

// `queries` of `n` constitutions each.
StageCost TrainingCost(double queries, int64_t n, const Arm& arm, const std::optional<lm::ModelConfig>& model,
                       const PromptLength& text) {
  const training::MethodDescription method = DescribeMethod(arm);
  const training::MethodCost each = MethodCostOf(arm, n);
  const TrainingConfig& training = method.training;
  const double examples = queries * ExamplesPerQuery(method.examples);
  StageCost cost;
  cost.stage = absl::StrCat("train ", arm.name());
  cost.examples = std::floor(examples * training.epochs());
  cost.texts = cost.examples * each.trained;
  cost.steps = std::ceil(cost.examples / training.batch_size());
  cost.tokens = cost.texts * text.mean;
  if (!model.has_value()) return cost;
  cost.flops = (cost.texts * PassesPerText(training) + cost.examples * each.forward + examples * each.reference) *
               ForwardFlops(*model, text.mean);
  cost.parameters = training.has_lora() ? AdapterParameters(*model, training.lora()) : Parameters(*model);
  const double microbatch = std::min(training.microbatch_size(), training.batch_size());
  cost.memory =
      TrainingMemory(*model, training, {cost.parameters, microbatch * each.trained, text.longest, each.keeps_parent});
  return cost;
}

// Every arm writes n responses to each query, and scores the n x n matrix of them.
StageCost InformationCost(const ExperimentSpec& spec, const std::optional<lm::ModelConfig>& model,
                          const PromptLength& text) {
  const double n = spec.data().constitutions_per_query(), arms = spec.arms_size() + 1;
  StageCost cost;
  cost.stage = "information of every arm";
  cost.examples = spec.evaluation().mutual_information_queries();
  cost.texts = arms * cost.examples * (n + n * n);
  cost.tokens = cost.texts * text.mean;
  if (!model.has_value()) return cost;
  cost.flops = cost.texts * ForwardFlops(*model, text.mean);
  cost.parameters = Parameters(*model);
  cost.memory.weights = kFloatBytes * cost.parameters;
  cost.memory.activations = 2 * text.longest * model->vocab_size * kFloatBytes;
  cost.memory.cache = std::min(kDecodedTogether, cost.examples * n) * CacheBytes(*model, text.longest);
  return cost;
}

}  // namespace

StageCost SftCost(const std::string& name, double examples, const TrainingConfig& training,
                  const lm::ModelConfig& model, const PromptLength& text) {
  Arm arm;
  arm.set_name(name);
  *arm.mutable_sft()->mutable_training() = training;
  return TrainingCost(examples, 1, arm, model, text);
}

std::vector<StageCost> StageCosts(const ExperimentSpec& spec, const std::optional<lm::ModelConfig>& base,
                                  const std::optional<lm::ModelConfig>& generator, const PromptLengths& prompts) {
  std::vector<StageCost> costs;
  const double queries = spec.data().train_queries(), n = spec.data().constitutions_per_query();
  const double response = spec.data().sampling().max_new_tokens(), arms = spec.arms_size() + 1;
  costs.push_back(
      GenerationCost(generator, {"generate data", queries, queries * n, queries * n, prompts.data, response}));
  const PromptLength text = {prompts.data.mean + response, prompts.data.longest + response};
  for (const Arm& arm : spec.arms()) costs.push_back(TrainingCost(queries, n, arm, base, text));
  if (spec.has_evaluation()) {
    const auto& evaluation = spec.evaluation();
    const double questions = evaluation.num_questions(), texts = arms * questions * evaluation.settings_size();
    costs.push_back(GenerationCost(base, {"answers of every arm", questions, texts, texts, prompts.evaluation,
                                          1.0 * evaluation.sampling().max_new_tokens()}));
    if (evaluation.mutual_information_queries() > 0) {
      costs.push_back(InformationCost(spec, base, text));
    }
  }
  if (spec.has_accuracy()) {
    const auto& accuracy = spec.accuracy();
    const double questions = accuracy.num_questions();
    // One prefill for the attempt at temperature 0, one for the sampled ones.
    costs.push_back(
        GenerationCost(base, {"attempts of every arm", questions, arms * questions * (1 + accuracy.attempts()),
                              2 * arms * questions, prompts.accuracy, 1.0 * accuracy.sampling().max_new_tokens()}));
  }
  return costs;
}

}  // namespace experiments
