#include "experiments/plan/stage_costs.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "lm/config/model_cost.h"
#include "training/held_out.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::ExperimentSpec;
using ::sami_harness::OptimizerConfig;
using ::sami_harness::TrainingConfig;

using Nodes = std::map<std::string, StageCost>;

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
  const double prefill = lm::ForwardFlops(*model, generation.prompt.mean);
  cost.flops = generation.prefills * prefill + generation.texts * (lm::ForwardFlops(*model, length) - prefill);
  cost.parameters = lm::Parameters(*model);
  cost.memory.weights = lm::StoredBytes(*model, model->storage);
  cost.memory.cache = std::min(kDecodedTogether, generation.texts) *
                      lm::CacheBytes(*model, generation.prompt.longest + generation.response);
  return cost;
}

double Trained(const lm::ModelConfig& model, const TrainingConfig& training) {
  const auto& targets = training.lora().target_modules();
  return training.has_lora() ? lm::AdapterParameters(model, training.lora().rank(), {targets.begin(), targets.end()})
                             : lm::Parameters(model);
}

// The type in which the weights that an arm starts from lie in files.
lm::StorageType StorageOf(const ExperimentSpec& spec, const std::string& arm_or_model, lm::StorageType of_model) {
  const Arm* arm = FindNode(spec.arms(), arm_or_model);
  if (arm == nullptr || !IsTrained(*arm)) return of_model;
  return SavedAs(*arm, StorageOf(spec, arm->parent(), of_model));
}

// What an arm is trained on: rows or queries, how many examples each gives, and constitutions of each that it sees.
struct TrainedOn {
  double queries, examples_per_query;
  int64_t constitutions;
};

TrainedOn TrainedOnOf(const ExperimentSpec& spec, const Arm& arm, const Data& data, double queries) {
  if (!IsContrastive(data)) {
    return {queries, DescribeMethod(arm).examples == training::ExampleKind::kLabeled ? 2. : 1., 1};
  }
  const int64_t n = data.constitutions_per_query();
  return {queries, static_cast<double>(ExamplesPerQuery(spec, arm, n)),
          static_cast<int64_t>(sami::SeenConstitutions(SeenPairsOf(spec, arm), 0, n).size())};
}

StageCost TrainingCost(const TrainedOn& data, const Arm& arm, const std::optional<lm::ModelConfig>& model,
                       const PromptLength& text) {
  const training::MethodDescription method = DescribeMethod(arm);
  const training::MethodCost each = MethodCostOf(arm, data.constitutions);
  const TrainingConfig& training = method.training;
  const double held_out_queries =
      training.has_held_out() ? training::HeldOutCount(training.held_out(), data.queries).value_or(0) : 0;
  const double held_out = held_out_queries * data.examples_per_query;
  const double examples = data.queries * data.examples_per_query - held_out;
  StageCost cost;
  cost.stage = absl::StrCat("train ", arm.name());
  cost.examples = std::floor(examples * training.epochs());
  cost.texts = cost.examples * each.trained;
  cost.steps = std::ceil(cost.examples / training.batch_size());
  cost.tokens = cost.texts * text.mean;
  if (!model.has_value()) return cost;
  const double measured = held_out > 0 ? held_out * std::ceil(cost.steps / training.held_out().every_steps()) : 0;
  cost.flops = (training::ForwardPasses(each, training, cost.examples, examples) +
                measured * (each.trained + each.forward) + held_out * each.reference) *
               lm::ForwardFlops(*model, text.mean);
  cost.parameters = Trained(*model, training);
  const double microbatch = std::min(training.microbatch_size(), training.batch_size());
  cost.training = {*model, training, microbatch * each.trained, text.longest, each.keeps_parent};
  cost.memory = TrainingMemory(*cost.training);
  return cost;
}

// An arm writes so many samples under each of a query's n constitutions, and scores each under all of them and, once
// more for each control, under another wording of its own.
StageCost InformationCost(double queries, const sami_harness::InformationSpec& information,
                          const std::optional<lm::ModelConfig>& model, const PromptLength& text) {
  const double n = information.constitutions_per_query(), samples = n * information.samples();
  const double controls = information.controls().empty() ? 1 : information.controls_size();
  StageCost cost;
  cost.examples = queries;
  cost.texts = queries * samples * (1 + n + controls);
  cost.tokens = cost.texts * text.mean;
  if (!model.has_value()) return cost;
  cost.flops = cost.texts * lm::ForwardFlops(*model, text.mean);
  cost.parameters = lm::Parameters(*model);
  cost.memory.weights = lm::StoredBytes(*model, model->storage);
  cost.memory.activations =
      2 * text.longest * model->vocab_size * lm::kFloatBytes + lm::WidenedBytes(*model, model->storage);
  cost.memory.cache = std::min(kDecodedTogether, queries * samples) * lm::CacheBytes(*model, text.longest);
  return cost;
}

// What every arm does that is asked, as one stage. Unknown where one arm's arithmetic is.
//   nodes: what each does, by its name in the graph, is added
template <typename Asker, typename CostOf>
StageCost OfEveryArm(const ExperimentSpec& spec, const std::map<std::string, lm::ModelConfig>& models, Nodes* nodes,
                     const char* what, const Asker& asker, CostOf cost_of) {
  StageCost all;
  all.stage = absl::StrCat(what, " ", asker.name(), asker.arms().empty() ? " of every arm" : "");
  bool known = true;
  for (const std::string& arm : AskedArms(spec, asker)) {
    const StageCost cost = cost_of(ConfigOf(spec, models, arm));
    (*nodes)[absl::StrCat(what, "_", asker.name(), ".", arm)] = cost;
    all.examples = cost.examples;
    all.texts += cost.texts;
    all.tokens += cost.tokens;
    all.flops += cost.flops;
    known = known && cost.flops > 0;
    all.parameters = std::max(all.parameters, cost.parameters);
    if (cost.memory.Total() > all.memory.Total()) all.memory = cost.memory;
  }
  if (!known) all.flops = 0;
  return all;
}

}  // namespace

StageMemory TrainingMemory(const TrainingShape& shape) {
  const TrainingConfig& training = shape.training;
  const double trained = Trained(shape.model, training);
  StageMemory memory;
  memory.weights = lm::kFloatBytes * trained;
  if (training.has_lora()) memory.weights += lm::StoredBytes(shape.model, shape.model.storage);
  // Under an adapter the parent is the model without it.
  if (shape.keeps_parent && !training.has_lora()) memory.weights *= 2;
  if (training.keep() == TrainingConfig::BEST) memory.weights += lm::kFloatBytes * trained;
  memory.gradients = 2 * lm::kFloatBytes * trained;
  memory.optimizer = (training.optimizer().algorithm() == OptimizerConfig::RMSPROP ? 1 : 2) * lm::kFloatBytes * trained;
  memory.activations = lm::ActivationBytes(shape.model, shape.rows, shape.tokens, training.recompute_activations());
  if (training.has_lora()) memory.activations += lm::WidenedBytes(shape.model, shape.model.storage);
  return memory;
}

std::optional<lm::ModelConfig> ConfigOf(const ExperimentSpec& spec,
                                        const std::map<std::string, lm::ModelConfig>& models, const std::string& name) {
  const auto model = models.find(RootModel(spec, name));
  if (model == models.end()) return std::nullopt;
  lm::ModelConfig config = model->second;
  config.storage = StorageOf(spec, name, config.storage);
  return config;
}

StageCost SftCost(const std::string& name, double examples, const TrainingConfig& training,
                  const lm::ModelConfig& model, const PromptLength& text) {
  Arm arm;
  arm.set_name(name);
  *arm.mutable_sft()->mutable_training() = training;
  return TrainingCost({static_cast<double>(examples), 1, 1}, arm, model, text);
}

namespace {

std::vector<StageCost> BothCosts(const ExperimentSpec& spec, const std::map<std::string, lm::ModelConfig>& models,
                                 const AskedSets& asked, Nodes* nodes) {
  std::vector<StageCost> costs;
  const auto find = [](const std::map<std::string, AskedSet>& sets, const std::string& name) {
    const auto set = sets.find(name);
    return set == sets.end() ? AskedSet() : set->second;
  };
  for (const Step& step : ComputingOrder(spec)) {
    if (step.data != nullptr) {
      const Data& data = *step.data;
      if (!IsGenerated(data)) continue;
      const AskedSet set = find(asked.data, data.name());
      const double texts = set.queries * data.constitutions_per_query();
      costs.push_back(GenerationCost(ConfigOf(spec, models, data.generator()),
                                     {absl::StrCat("generate ", data.name()), set.queries, texts, texts, set.prompt,
                                      1.0 * data.sampling().max_new_tokens()}));
      (*nodes)["data_" + data.name()] = costs.back();
    } else if (IsTrained(*step.arm)) {
      const Data& data = *FindNode(spec.data(), step.arm->data());
      const AskedSet set = find(asked.data, data.name());
      // A file's texts are whole.
      const double response = IsGenerated(data) ? data.sampling().max_new_tokens() : 0;
      const std::optional<lm::ModelConfig> model = ConfigOf(spec, models, step.arm->parent());
      costs.push_back(TrainingCost(TrainedOnOf(spec, *step.arm, data, set.queries), *step.arm, model,
                                   {set.prompt.mean + response, set.prompt.longest + response}));
      (*nodes)["train_" + step.arm->name()] = costs.back();
    }
  }
  for (const auto& evaluation : spec.evaluations()) {
    const AskedSet set = find(asked.evaluations, evaluation.name());
    const double texts = set.queries * evaluation.settings_size();
    costs.push_back(OfEveryArm(spec, models, nodes, "answers", evaluation, [&](const auto& model) {
      return GenerationCost(model,
                            {"", set.queries, texts, texts, set.prompt, 1.0 * evaluation.sampling().max_new_tokens()});
    }));
  }
  for (const auto& information : spec.information()) {
    const AskedSet set = find(asked.information, information.name());
    const double response = information.max_new_tokens();
    const PromptLength text = {set.prompt.mean + response, set.prompt.longest + response};
    costs.push_back(OfEveryArm(spec, models, nodes, "information", information, [&](const auto& model) {
      return InformationCost(set.queries, information, model, text);
    }));
  }
  for (const auto& accuracy : spec.accuracy()) {
    const AskedSet set = find(asked.accuracy, accuracy.name());
    // One prefill for the attempt at temperature 0, one for the sampled ones.
    costs.push_back(OfEveryArm(spec, models, nodes, "attempts", accuracy, [&](const auto& model) {
      return GenerationCost(model, {"", set.queries, set.queries * (1 + accuracy.attempts()), 2 * set.queries,
                                    set.prompt, 1.0 * accuracy.sampling().max_new_tokens()});
    }));
  }
  return costs;
}

}  // namespace

std::vector<StageCost> StageCosts(const ExperimentSpec& spec, const std::map<std::string, lm::ModelConfig>& models,
                                  const AskedSets& asked) {
  Nodes nodes;
  return BothCosts(spec, models, asked, &nodes);
}

std::map<std::string, StageCost> NodeCosts(const ExperimentSpec& spec,
                                           const std::map<std::string, lm::ModelConfig>& models,
                                           const AskedSets& asked) {
  Nodes nodes;
  BothCosts(spec, models, asked, &nodes);
  return nodes;
}

AskedSets EqualPrompts(const sami_harness::ExperimentSpec& spec, double tokens) {
  const auto set = [&](const std::string& queries) {
    const sami_harness::Queries* node = FindNode(spec.queries(), queries);
    return AskedSet{node == nullptr ? 0.0 : static_cast<double>(node->take()), {tokens, tokens}};
  };
  AskedSets sets;
  for (const sami_harness::Data& data : spec.data()) {
    AskedSet& asked = sets.data[data.name()];
    asked = set(data.queries());
    // Its own part of the set.
    asked.queries = std::max<double>(asked.queries - data.skip(), 0);
    if (data.has_take()) asked.queries = std::min<double>(asked.queries, data.take());
  }
  for (const auto& node : spec.evaluations()) sets.evaluations[node.name()] = set(node.queries());
  for (const auto& node : spec.information()) sets.information[node.name()] = set(node.queries());
  for (const auto& node : spec.accuracy()) sets.accuracy[node.name()] = set(node.queries());
  return sets;
}

}  // namespace experiments
