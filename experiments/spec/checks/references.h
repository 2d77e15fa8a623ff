// What a spec's nodes name of one another.
#ifndef EXPERIMENTS_SPEC_CHECKS_REFERENCES_H_
#define EXPERIMENTS_SPEC_CHECKS_REFERENCES_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// kInvalidArgument "<where>: <field> is "x", which is no <kind>; it must be one of ..." for the first name that no node
// has; of what an evaluation compares, that it does not ask.
absl::Status CheckReferences(const sami_harness::ExperimentSpec& spec, const base::FieldLocations& locations);

// Nodes that nothing uses, a sentence each.
std::vector<std::string> UnusedNodes(const sami_harness::ExperimentSpec& spec);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_CHECKS_REFERENCES_H_
