// Stage costs: what every stage of an experiment takes, before it runs.
#ifndef EXPERIMENTS_PLAN_STAGE_COSTS_H_
#define EXPERIMENTS_PLAN_STAGE_COSTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "experiments/spec/spec.pb.h"
#include "lm/config/config.h"
#include "training/config.pb.h"

namespace experiments {

// At the stage's peak, in bytes. Those of training: float32 weights (under an adapter frozen ones, whose matrices are
// as stored), the sum of the gradients and one microbatch's, the optimizer's moments, one microbatch's activations.
// Every further thread adds one microbatch's gradients and activations. A copy of the parent for SAMI's KL counts as
// weights. Who samples or scores has its matrices as they are stored, of which scoring widens one at a time (an
// activation), keys and values in float32.
struct StageMemory {
  double weights = 0, gradients = 0, optimizer = 0, activations = 0, cache = 0;
  double Total() const { return weights + gradients + optimizer + activations + cache; }
};

// What decides the memory of a training.
struct TrainingShape {
  lm::ModelConfig model;  // storage: of the weights that it starts from
  sami_harness::TrainingConfig training;
  double rows = 0, tokens = 0;  // texts of a microbatch, tokens of the longest
  bool keeps_parent = false;    // the objective asks the model that training started from
};

StageMemory TrainingMemory(const TrainingShape& shape);

struct StageCost {
  std::string stage;
  double examples = 0;    // of training; questions or queries otherwise
  double texts = 0;       // prompts with responses that are written or scored, over all epochs
  double steps = 0;       // of the optimizer
  double tokens = 0;      // of prompts and responses
  double flops = 0;       // 0: unknown
  double parameters = 0;  // that are trained, or asked; 0: unknown
  StageMemory memory;
  std::optional<TrainingShape> training;  // absent where nothing is trained, or the model is unknown
};

// In tokens. The mean decides the arithmetic, the longest the memory.
struct PromptLength {
  double mean = 0, longest = 0;
};

// What is asked: so many queries, each under one constitution or several; of a data file, its examples, prompts with
// responses.
struct AskedSet {
  double queries = 0;  // 0: not known
  PromptLength prompt;
};

// By the names of the spec's nodes.
struct AskedSets {
  std::map<std::string, AskedSet> data, evaluations, information, accuracy;
};

// The same length for every prompt; as many queries as `take` of each set says, and of data its own part of them.
AskedSets EqualPrompts(const sami_harness::ExperimentSpec& spec, double tokens);

// Upper bounds: no query is filtered out, no response ends before its max_new_tokens, and every text is computed by
// itself but for the samples of one prompt. The stages in their order, without those that use no model. A model that is
// not known costs nothing. What arms are asked is one stage here, with the largest arm's memory. `spec` must be
// canonical.
//   models: by their names in the spec
std::vector<StageCost> StageCosts(const sami_harness::ExperimentSpec& spec,
                                  const std::map<std::string, lm::ModelConfig>& models, const AskedSets& asked);

// The same of every stage that computes with a model, by its name in the run's graph ("answers_test.sami1"): what arms
// are asked is a stage for each.
std::map<std::string, StageCost> NodeCosts(const sami_harness::ExperimentSpec& spec,
                                           const std::map<std::string, lm::ModelConfig>& models,
                                           const AskedSets& asked);

// The configuration of the model that an arm, or what generates data, comes from, with the type in which its own
// weights lie in files; absent where it is not among `models`.
std::optional<lm::ModelConfig> ConfigOf(const sami_harness::ExperimentSpec& spec,
                                        const std::map<std::string, lm::ModelConfig>& models, const std::string& name);

// Supervised training of `model` on so many examples an epoch, prompts with responses of this length.
StageCost SftCost(const std::string& name, double examples, const sami_harness::TrainingConfig& training,
                  const lm::ModelConfig& model, const PromptLength& text);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_STAGE_COSTS_H_
