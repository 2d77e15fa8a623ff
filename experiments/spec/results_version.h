// Results version: the version of what a given spec computes.
#ifndef EXPERIMENTS_SPEC_RESULTS_VERSION_H_
#define EXPERIMENTS_SPEC_RESULTS_VERSION_H_

#include <cstdint>

namespace experiments {

// Part of every run id. Add 1 with any change to the code after which the same spec, data and models may give other
// bytes: a prompt's wording, the order of a floating-point sum, a random stream's name, a filter, a checker, the
// bootstrap. Leave it for what changes no result: speed, messages, formats of tables, new fields whose default is the
// old behaviour.
constexpr int64_t kResultsVersion = 10;

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_RESULTS_VERSION_H_
