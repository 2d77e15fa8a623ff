#include "experiments/inputs/training_questions.h"

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status.h"
#include "datasets/embedded/questions.h"
#include "datasets/embedded/word_problems.h"

namespace experiments {
namespace {

using ::sami_harness::DataSpec;

constexpr char kMath[] = "math";

absl::StatusOr<std::vector<TrainingQuestion>> Gsm8kQuestions(const Pipeline& pipeline) {
  const int64_t count = pipeline.spec.data().train_queries();
  ASSIGN_OR_RETURN(auto problems, datasets::ReadGsm8k(pipeline.training_questions_file));
  if (count > static_cast<int64_t>(problems.size())) {
    return absl::OutOfRangeError(absl::StrCat("data.train_queries is ", count, ", and ",
                                              pipeline.training_questions_file, " has ", problems.size(), " problems"));
  }
  std::vector<TrainingQuestion> questions;
  for (const NumberedProblem& numbered : InSeedsOrder(std::move(problems), pipeline.spec.seed())) {
    if (static_cast<int64_t>(questions.size()) == count) break;
    questions.push_back({numbered.id, kMath, numbered.problem.question});
  }
  return questions;
}

}  // namespace

absl::StatusOr<std::vector<TrainingQuestion>> TrainingQuestions(const Pipeline& pipeline) {
  const DataSpec& data = pipeline.spec.data();
  std::vector<TrainingQuestion> questions;
  switch (data.questions()) {
    case DataSpec::EMBEDDED: {
      ASSIGN_OR_RETURN(const auto drawn,
                       embedded::DrawQuestions(embedded::Split::kTrain, data.train_queries(), pipeline.spec.seed()));
      for (const embedded::Question& question : drawn) {
        questions.push_back({question.id, std::string(embedded::CategoryName(question.category)), question.text});
      }
      break;
    }
    case DataSpec::WORD_PROBLEMS: {
      ASSIGN_OR_RETURN(const auto drawn,
                       embedded::DrawWordProblems(embedded::Split::kTrain, data.train_queries(), pipeline.spec.seed()));
      for (const embedded::WordProblem& problem : drawn) questions.push_back({problem.id, kMath, problem.question});
      break;
    }
    case DataSpec::GSM8K:
      return Gsm8kQuestions(pipeline);
  }
  return questions;
}

std::vector<NumberedProblem> InSeedsOrder(std::vector<datasets::Gsm8kProblem> problems, uint64_t seed) {
  std::vector<NumberedProblem> numbered;
  for (datasets::Gsm8kProblem& problem : problems) {
    numbered.push_back({static_cast<int64_t>(numbered.size()), std::move(problem)});
  }
  base::RandomStream stream(seed, "gsm8k/order");
  stream.Shuffle(numbered);
  return numbered;
}

}  // namespace experiments
