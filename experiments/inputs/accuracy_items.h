// Accuracy items: the problems with known answers that every arm is asked, and the attempts at them on disk.
#ifndef EXPERIMENTS_INPUTS_ACCURACY_ITEMS_H_
#define EXPERIMENTS_INPUTS_ACCURACY_ITEMS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/inputs/context.h"
#include "experiments/run/records.h"

namespace experiments {

// In the order in which they are asked, each with an answer. kInvalidArgument names the first without.
absl::StatusOr<std::vector<Query>> AccuracyQuestions(const Pipeline& pipeline,
                                                     const sami_harness::AccuracySpec& accuracy);

// Its prompt with the question in its place.
std::string AccuracyPrompt(const sami_harness::AccuracySpec& accuracy, const Query& question);
// Of every question.
absl::StatusOr<std::vector<std::string>> AccuracyPrompts(const Pipeline& pipeline,
                                                         const sami_harness::AccuracySpec& accuracy);

// kInvalidArgument, with file:line, unless the arm's file holds attempts 0 to accuracy.attempts of every question, each
// once, question after question. Result: [question][attempt].
absl::StatusOr<std::vector<std::vector<Attempt>>> ReadAttempts(const Pipeline& pipeline,
                                                               const sami_harness::AccuracySpec& accuracy,
                                                               const std::string& arm,
                                                               const std::vector<Query>& questions);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_ACCURACY_ITEMS_H_
