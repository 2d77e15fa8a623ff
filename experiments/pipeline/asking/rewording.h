// Other wordings of a constitution, for the information's controls.
#ifndef EXPERIMENTS_PIPELINE_ASKING_REWORDING_H_
#define EXPERIMENTS_PIPELINE_ASKING_REWORDING_H_

#include <string>
#include <vector>

#include "base/random.h"
#include "datasets/constitutions/principle.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// What a constitution is of: the principles that there are, and its query's category.
struct RewordingContext {
  const std::vector<datasets::Principle>& principles;
  const std::string& category;
};

// Of ORDER one of all other orders, each as likely: so the two orders are exchangeable. Without clauses where the
// control has no other wording.
datasets::Constitution Reworded(const datasets::Constitution& constitution,
                                sami_harness::InformationSpec::Control control, const RewordingContext& context,
                                base::RandomStream& stream);

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_ASKING_REWORDING_H_
