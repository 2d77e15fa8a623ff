// Query sets of a spec: found, read, ordered and cut.
#ifndef EXPERIMENTS_INPUTS_QUERIES_H_
#define EXPERIMENTS_INPUTS_QUERIES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/embedded/questions.h"
#include "experiments/inputs/context.h"

namespace experiments {

// The queries of one set. What its file leaves out is said on stderr.
// kNotFound names the field of a file that is not there; kInvalidArgument when fewer are left than `take` asks for, or
// none; what the readers say of a file.
absl::StatusOr<std::vector<Query>> LoadQueries(const sami_harness::Queries& set);

// SHA-256 over ids, categories, texts and answers: all that the queries change.
std::string QueriesHash(const std::vector<Query>& queries);

// Answer keys of embedded questions, by the queries' ids; empty for sets from elsewhere.
absl::StatusOr<std::map<int64_t, embedded::AnswerKey>> AnswerKeys(const sami_harness::Queries& set);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_QUERIES_H_
