// Prompt lengths of an experiment in tokens, from the texts themselves.
#ifndef EXPERIMENTS_PLAN_PROMPT_LENGTHS_H_
#define EXPERIMENTS_PLAN_PROMPT_LENGTHS_H_

#include <string>

#include "experiments/plan/stage_costs.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// Of every length kUnknownPromptTokens, where the texts are not here.
constexpr double kUnknownPromptTokens = 256;

// Of the questions, constitutions and prompts that a run of `spec` would read, counted by the base model's tokenizer;
// where that is not here, four bytes are taken for a token. `source` gets a sentence that says which of these it was,
// and why. At most kMostPrompts of a kind are counted. `spec` must be canonical.
constexpr int kMostPrompts = 1000;
PromptLengths FindPromptLengths(const sami_harness::ExperimentSpec& spec, std::string* source);

// The same length for every prompt.
PromptLengths EqualPromptLengths(double tokens);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_PROMPT_LENGTHS_H_
