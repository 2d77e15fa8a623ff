// What every stage of a run is handed: the spec, the inputs that were found and their hashes, the run's folder.
#ifndef EXPERIMENTS_INPUTS_CONTEXT_H_
#define EXPERIMENTS_INPUTS_CONTEXT_H_

#include <map>
#include <string>
#include <vector>

#include "datasets/constitutions/principle.h"
#include "evaluation/judges/judge.pb.h"
#include "experiments/run/stage.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// The untrained base model, as an arm.
constexpr char kBaseArm[] = "base";

struct Pipeline {
  sami_harness::ExperimentSpec spec;  // canonical
  int threads = 1;
  double checkpoint_seconds = 120;
  std::string device = "cpu";  // where models compute
  std::string base_folder;     // Hugging Face folders, found
  std::string generator_folder;
  std::string questions_file;           // MT-Bench questions; empty for the embedded suite
  std::string training_questions_file;  // GSM-8K's format; empty for the embedded suite
  std::string accuracy_questions_file;
  // How endpoints of language model judges are reached, by the judge's name.
  std::map<std::string, sami_harness::EndpointAccess> judge_access;
  std::vector<datasets::Principle> principles;
  // What the run reads from outside -> SHA-256: "base_model", "generator_model", "constitutions", "questions"; where
  // the spec asks for them, "training_questions" (a file), "accuracy_questions" and "judge/<name>" (a language model
  // judge's prompts, recording and model folder).
  std::map<std::string, std::string> input_hashes;
  RunFolder* run = nullptr;
};

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_CONTEXT_H_
