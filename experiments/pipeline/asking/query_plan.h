// Queries under n constitutions each: what a generator, or an arm itself, is asked.
#ifndef EXPERIMENTS_PIPELINE_ASKING_QUERY_PLAN_H_
#define EXPERIMENTS_PIPELINE_ASKING_QUERY_PLAN_H_

#include <cstdint>
#include <limits>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/pipeline/pipeline.h"
#include "lm/chat/text_generation.h"
#include "sami/constitution.h"
#include "sami/contrastive_data.h"

namespace experiments {

// What is asked under what.
struct AskedUnder {
  std::string queries, constitutions, prompts;  // nodes of the spec
  std::string training_prompts;                 // those of the pairs
  int constitutions_per_query;
  sami::Draw draw;
  std::string stream;  // that draws the constitutions, with this seed
  uint64_t seed;
  bool reorders;     // whether a prompt that is trained on has its clauses in another order than the one asked
  int64_t skip = 0;  // of the queries
  int64_t take = std::numeric_limits<int64_t>::max();
};
AskedUnder AskedOf(const sami_harness::ExperimentSpec& spec, const sami_harness::Data& data);
AskedUnder AskedOf(const sami_harness::ExperimentSpec& spec, const sami_harness::InformationSpec& information);

// The queries with their constitutions and prompts; responses are still to be written. `requests` get the generation
// prompts, pair after pair. kInvalidArgument when a category has too few principles.
absl::StatusOr<std::vector<sami::ContrastiveQuery>> PlanQueries(const Pipeline& pipeline, const AskedUnder& asked,
                                                                std::vector<lm::TextRequest>* requests);

// The texts of those prompts alone.
absl::StatusOr<std::vector<std::string>> PlannedPrompts(const Pipeline& pipeline, const AskedUnder& asked);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_ASKING_QUERY_PLAN_H_
