// What an arm was given, as the spec alone tells it: what must be the same of two arms for their difference to be that
// of their methods.
#ifndef EXPERIMENTS_SPEC_GIVEN_H_
#define EXPERIMENTS_SPEC_GIVEN_H_

#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// The arm and the arms that it was trained from, itself first; without a model from outside.
std::vector<const sami_harness::Arm*> TrainedChain(const sami_harness::ExperimentSpec& spec, const std::string& arm);

// What texts a trained arm has seen, its parents' among them, in words: "all 4 constitutions of contrastive". Empty for
// one that is not trained.
std::set<std::string> TextsSeen(const sami_harness::ExperimentSpec& spec, const std::string& arm);

// Of the arm's last training that says; 0 where none does.
int64_t SettingsTried(const sami_harness::ExperimentSpec& spec, const std::string& arm);

// In words, what two arms were given that is not the same: the texts that they have seen, or how many settings theirs
// were chosen among. Empty where nothing is, and where one of them is not trained: then training is what is compared.
std::string WhatDiffers(const sami_harness::ExperimentSpec& spec, const std::string& arm, const std::string& against);

// kInvalidArgument with every comparison of the spec whose arms were given different things: for --strict.
absl::Status CheckMatched(const sami_harness::ExperimentSpec& spec);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_GIVEN_H_
