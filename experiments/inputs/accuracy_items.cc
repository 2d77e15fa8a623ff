#include "experiments/inputs/accuracy_items.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "datasets/embedded/word_problems.h"
#include "datasets/gsm8k/gsm8k.h"
#include "experiments/inputs/evaluation_items.h"
#include "experiments/inputs/training_questions.h"
#include "experiments/run/layout.h"

namespace experiments {
namespace {

using ::sami_harness::AccuracySpec;
using ::sami_harness::DataSpec;

// Of the word problems that are asked of every run. Another one than kSuiteSeed: a run at first settings looked at the
// test problems of that one, and the settings were changed after it.
constexpr uint64_t kWordProblemTestSeed = 2025;

absl::Status TooFew(const std::string& file, size_t has) {
  return absl::OutOfRangeError(absl::StrCat("accuracy.num_questions asks for more than the ", has, " of ", file));
}

absl::StatusOr<std::vector<AccuracyQuestion>> FromFile(const Pipeline& pipeline) {
  const AccuracySpec& accuracy = pipeline.spec.accuracy();
  ASSIGN_OR_RETURN(auto problems, datasets::ReadGsm8k(pipeline.accuracy_questions_file));
  const int64_t size = problems.size(), count = accuracy.num_questions();
  if (count > size) return TooFew(pipeline.accuracy_questions_file, size);
  std::vector<AccuracyQuestion> questions;
  if (!accuracy.held_out()) {
    for (int64_t i = 0; i < count; ++i) questions.push_back({i, problems[i].question, problems[i].answer});
    return questions;
  }
  if (pipeline.spec.data().questions() == DataSpec::GSM8K && count + pipeline.spec.data().train_queries() > size) {
    return absl::OutOfRangeError(
        absl::StrCat("data.train_queries and accuracy.num_questions, which is held out, are together more than the ",
                     size, " problems of ", pipeline.accuracy_questions_file));
  }
  const auto ordered = InSeedsOrder(std::move(problems), pipeline.spec.seed());
  for (int64_t i = size - count; i < size; ++i) {
    questions.push_back({ordered[i].id, ordered[i].problem.question, ordered[i].problem.answer});
  }
  return questions;
}

}  // namespace

absl::StatusOr<std::vector<AccuracyQuestion>> AccuracyQuestions(const Pipeline& pipeline) {
  const AccuracySpec& accuracy = pipeline.spec.accuracy();
  if (accuracy.questions() != AccuracySpec::WORD_PROBLEMS) return FromFile(pipeline);
  const embedded::Split split = accuracy.held_out() ? embedded::Split::kHeldOut : embedded::Split::kTest;
  const uint64_t seed = accuracy.held_out() ? kSuiteSeed : kWordProblemTestSeed;
  ASSIGN_OR_RETURN(const auto drawn, embedded::DrawWordProblems(split, accuracy.num_questions(), seed));
  std::vector<AccuracyQuestion> questions;
  for (const embedded::WordProblem& problem : drawn)
    questions.push_back({problem.id, problem.question, problem.answer});
  return questions;
}

std::string AccuracyPrompt(const Pipeline& pipeline, const AccuracyQuestion& question) {
  return absl::StrReplaceAll(pipeline.spec.accuracy().prompt(), {{"{question}", question.text}});
}

absl::StatusOr<std::vector<std::vector<Attempt>>> ReadAttempts(const Pipeline& pipeline, const std::string& arm,
                                                               const std::vector<AccuracyQuestion>& questions) {
  const std::string path = pipeline.run->PathOf(AttemptsFile(arm));
  ASSIGN_OR_RETURN(std::vector<Attempt> lines, ReadLines(path, ParseAttempt));
  const size_t each = 1 + pipeline.spec.accuracy().attempts();
  if (lines.size() != questions.size() * each) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": has ", lines.size(), " attempts, and ", questions.size(),
                                                   " questions with ", each, " each need ", questions.size() * each));
  }
  std::vector<std::vector<Attempt>> attempts(questions.size());
  for (size_t i = 0; i < lines.size(); ++i) {
    Attempt& attempt = lines[i];
    const size_t question = i / each, number = i % each;
    if (attempt.question_id != questions[question].id || attempt.attempt != static_cast<int64_t>(number)) {
      return absl::InvalidArgumentError(absl::StrCat(path, ":", i + 1, ": question ", attempt.question_id, ", attempt ",
                                                     attempt.attempt, " stands where question ", questions[question].id,
                                                     ", attempt ", number, " belongs"));
    }
    attempts[question].push_back(std::move(attempt));
  }
  return attempts;
}

}  // namespace experiments
