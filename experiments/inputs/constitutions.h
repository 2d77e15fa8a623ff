// Constitutions of a spec: principles found and chosen, and drawn for a query.
#ifndef EXPERIMENTS_INPUTS_CONSTITUTIONS_H_
#define EXPERIMENTS_INPUTS_CONSTITUTIONS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/random.h"
#include "datasets/constitutions/principle.h"
#include "experiments/inputs/context.h"

namespace experiments {

// The principles of a set that is not written by a model, as `only`, `without`, `skip` and `take` leave them. kNotFound
// names the field of a file that is not there; kInvalidArgument for an id that the file does not have, for a set of
// which too few are left, and what the reader says.
absl::StatusOr<std::vector<datasets::Principle>> LoadPrinciples(const sami_harness::Constitutions& set);
// Of all principles of a set.
absl::StatusOr<std::vector<datasets::Principle>> ChosenPrinciples(const sami_harness::Constitutions& set,
                                                                  const std::vector<datasets::Principle>& all);

// SHA-256 over the principles and how many make a constitution.
std::string PrinciplesHash(const sami_harness::Constitutions& set, const std::vector<datasets::Principle>& principles);

// Adds to a stage's inputs what a set is called among them and, where a model writes it, the file that it writes.
void AddConstitutions(const Pipeline& pipeline, const std::string& set, std::vector<std::string>* inputs);

// Those of one constitution for a query of this category, from a set of the spec. kInvalidArgument where it has fewer;
// kFailedPrecondition where a model has not written it yet.
absl::StatusOr<std::vector<datasets::Principle>> DrawPrinciples(const Pipeline& pipeline, const std::string& set,
                                                                absl::string_view category, base::RandomStream& stream);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_CONSTITUTIONS_H_
