// Validation of a spec beyond the limits of its fields.
#ifndef EXPERIMENTS_SPEC_CHECKS_SPEC_CHECKS_H_
#define EXPERIMENTS_SPEC_CHECKS_SPEC_CHECKS_H_

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/deployment.pb.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// kInvalidArgument "<where>: <field> <what>; <what is allowed>" for the first of:
//   - a field's limits are broken (base/textproto/limits.h);
//   - a name has other characters than letters, digits, '-' and '_', or more than 64;
//   - what CheckNodes refuses (graph_checks.h): names, references, cycles;
//   - a comparison compares an arm with itself, or is given twice;
//   - a setting, a judge or an arm that is asked is given twice, or there is no judge;
//   - a text at which responses end is empty;
//   - a language model judge has the name of another judge, no model, or rates single answers;
//   - settings that contradict each other or would have no effect: label_smoothing with another loss than SIGMOID or
//     ROBUST, beta1 with RMSPROP, more seen_constitutions than the data have;
//   - an arm holds out more rows than its data can have, or none of them;
//   - a forbidden text is empty;
//   - accuracy names a rule that does not exist, a prompt without "{query}", more reported attempts than there are, the
//     same number twice, or attempts at temperature 0.
// That files and folders exist is for those to say who read them.
absl::Status ValidateSpec(const sami_harness::ExperimentSpec& spec, const base::FieldLocations& locations);

// kInvalidArgument, naming the arm, where an arm on this data set holds out all of so many rows, which it has at most,
// or none.
absl::Status CheckHeldOut(const sami_harness::ExperimentSpec& spec, const std::string& data, int64_t rows);

// The limits, and the device's form.
absl::Status ValidateDeployment(const sami_harness::Deployment& deployment, const base::FieldLocations& locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_CHECKS_SPEC_CHECKS_H_
