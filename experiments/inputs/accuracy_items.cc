#include "experiments/inputs/accuracy_items.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "base/status.h"
#include "experiments/run/layout.h"

namespace experiments {

using ::sami_harness::AccuracySpec;

absl::StatusOr<std::vector<Query>> AccuracyQuestions(const Pipeline& pipeline, const AccuracySpec& accuracy) {
  const std::vector<Query>& questions = pipeline.queries.at(accuracy.queries());
  for (const Query& question : questions) {
    if (!question.answer.empty()) continue;
    return absl::InvalidArgumentError(absl::StrCat("accuracy \"", accuracy.name(), "\" asks queries \"",
                                                   accuracy.queries(), "\", of which ", question.source,
                                                   " has no answer; give each one, or ask others"));
  }
  return questions;
}

std::string AccuracyPrompt(const AccuracySpec& accuracy, const Query& question) {
  return absl::StrReplaceAll(accuracy.prompt(), {{"{query}", question.text}});
}

absl::StatusOr<std::vector<std::string>> AccuracyPrompts(const Pipeline& pipeline, const AccuracySpec& accuracy) {
  ASSIGN_OR_RETURN(const std::vector<Query> questions, AccuracyQuestions(pipeline, accuracy));
  std::vector<std::string> prompts;
  for (const Query& question : questions) prompts.push_back(AccuracyPrompt(accuracy, question));
  return prompts;
}

absl::StatusOr<std::vector<std::vector<Attempt>>> ReadAttempts(const Pipeline& pipeline, const AccuracySpec& accuracy,
                                                               const std::string& arm,
                                                               const std::vector<Query>& questions) {
  const std::string path = pipeline.run->PathOf(AttemptsFile(accuracy.name(), arm));
  ASSIGN_OR_RETURN(std::vector<Attempt> lines, ReadLines(path, ParseAttempt));
  const size_t each = 1 + accuracy.attempts();
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
