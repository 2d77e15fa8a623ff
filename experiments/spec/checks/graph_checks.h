// Checks of a spec's nodes and of what refers to them.
#ifndef EXPERIMENTS_SPEC_CHECKS_GRAPH_CHECKS_H_
#define EXPERIMENTS_SPEC_CHECKS_GRAPH_CHECKS_H_

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "base/textproto/field_locations.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// kInvalidArgument "<where>: <field> <what>; <what is allowed>" unless the name has the form that spec.proto asks for.
absl::Status CheckName(absl::string_view name, const std::string& path, const base::FieldLocations& locations);

// The same for the first of: a name of another form; two nodes of one kind, or a model and an arm that is not it, that
// share a name; a model that is nowhere, or one behind a server that is trained or asked for its log-probabilities; an
// arm without a method, a trained arm without parent or data, a model's arm with one; data without what makes them, or
// with that and a file; queries without a source, or embedded ones without `take`; a wording without its places
// (prompt_checks.h); a reference to a node that does not exist; data sets and arms that need one another.
absl::Status CheckNodes(const sami_harness::ExperimentSpec& spec, const base::FieldLocations& locations);

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_CHECKS_GRAPH_CHECKS_H_
