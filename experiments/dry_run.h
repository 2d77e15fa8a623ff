// What a spec would do, without doing it.
#ifndef EXPERIMENTS_DRY_RUN_H_
#define EXPERIMENTS_DRY_RUN_H_

#include <cstdint>
#include <string>

#include "experiments/spec.pb.h"

namespace experiments {

struct DryRunOptions {
  double flops_per_second = 1e12;  // of the hardware that is thought of
  std::string speed_source;        // "as --flops says"
  int64_t prompt_tokens = 256;     // of every prompt: a spec does not say
};

// For people: which inputs are here and which are not, and for every stage the examples, texts, optimizer steps,
// tokens, arithmetic, hours, parameters and peak memory (stage_costs.h says how they are counted). Of a model it reads
// config.json only, so that a plan needs no weights. Numbers of tokens are upper bounds. `spec` must be canonical.
std::string DryRun(const sami_harness::ExperimentSpec& spec, const DryRunOptions& options);

}  // namespace experiments

#endif  // EXPERIMENTS_DRY_RUN_H_
