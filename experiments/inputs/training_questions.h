// Training questions: those that the contrastive data set is made of.
#ifndef EXPERIMENTS_INPUTS_TRAINING_QUESTIONS_H_
#define EXPERIMENTS_INPUTS_TRAINING_QUESTIONS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/gsm8k/gsm8k.h"
#include "experiments/inputs/context.h"

namespace experiments {

struct TrainingQuestion {
  int64_t id;
  std::string category;
  std::string text;
};

// data.train_queries of data.questions. kOutOfRange when there are too few; what the loaders say for a file.
absl::StatusOr<std::vector<TrainingQuestion>> TrainingQuestions(const Pipeline& pipeline);

// GSM-8K problems by their ids, the line numbers from 0, in the seed's order: training takes them from the front,
// held-out evaluation from the back.
struct NumberedProblem {
  int64_t id;
  datasets::Gsm8kProblem problem;
};
std::vector<NumberedProblem> InSeedsOrder(std::vector<datasets::Gsm8kProblem> problems, uint64_t seed);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_TRAINING_QUESTIONS_H_
