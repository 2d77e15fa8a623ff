// What a trained arm was given in a run: which texts, and how much was computed on them. Beside each comparison, so
// that a reader sees whether two arms differ in their objective alone.
#ifndef EXPERIMENTS_CLAIMS_GIVEN_TO_ARMS_H_
#define EXPERIMENTS_CLAIMS_GIVEN_TO_ARMS_H_

#include <cstdint>
#include <string>

#include "absl/types/optional.h"
#include "analysis/figures/table.h"
#include "base/jsonl.h"
#include "experiments/run/run_files.h"

namespace experiments {

// Sums over the arm's own training and that of the arms that it was trained from, back to a model that is given.
struct GivenToArm {
  std::string texts;     // "all 4 constitutions of own1" (spec/given.h)
  int64_t prompts = 0;   // queries, or rows of a file: those of each data set once
  int64_t examples = 0;  // each time that one was trained on
  int64_t steps = 0, tokens = 0;
  double flops = 0;
  int64_t settings_tried = 0;  // among which the arm's were chosen; 0: not said
};

// None for an arm that is not trained, and for one whose costs the run's folder has not.
absl::optional<GivenToArm> FindGiven(const RunFiles& run, const std::string& arm);

// "500 prompts, 32 steps, 4.1e+04 tokens, 2.7e+11 FLOPs, best of 6"; "not trained".
std::string GivenInWords(const absl::optional<GivenToArm>& given);
// null for none.
base::OrderedJson ToJson(const absl::optional<GivenToArm>& given);

// A row a trained arm; no rows without any.
analysis::Table GivenTable(const RunFiles& run);

}  // namespace experiments

#endif  // EXPERIMENTS_CLAIMS_GIVEN_TO_ARMS_H_
