// What an experiment asks: how many queries, and prompts of what length in tokens, from the texts themselves.
#ifndef EXPERIMENTS_PLAN_PROMPT_LENGTHS_H_
#define EXPERIMENTS_PLAN_PROMPT_LENGTHS_H_

#include <string>
#include <utility>
#include <vector>

#include "experiments/plan/stage_costs.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// The length that is assumed where the texts are not here.
constexpr double kUnknownPromptTokens = 256;

// Of the queries, constitutions and prompts that a run of `spec` would read, counted by the first model's chat
// template, where it has one here, and tokenizer; where that is not here, four bytes are taken for a token. `source`
// gets a sentence that says which of these it was, and why. At most kMostPrompts of a kind are counted. `spec` must be
// canonical.
constexpr int kMostPrompts = 1000;
AskedSets FindAskedSets(const sami_harness::ExperimentSpec& spec, std::string* source);

// What is known of every set of queries and of principles, as DryRunOptions::texts has it.
std::vector<std::pair<std::string, std::string>> DescribeTexts(const sami_harness::ExperimentSpec& spec);

}  // namespace experiments

#endif  // EXPERIMENTS_PLAN_PROMPT_LENGTHS_H_
