// Judge prompts: templates in FastChat's judge_prompts.jsonl schema (datasets/mt_bench/judge_prompts.h), chosen by what
// a question is and filled with it.
//
// Places in a template: {question}, {question_1}, {question_2}; {answer_a}, {answer_b}, with _1 and _2 of two turns;
// {answer}, {answer_1}, {answer_2} of a single answer; {ref_answer_1}, {ref_answer_2}; and of ours, {constitution}, its
// clauses with numbers. As in FastChat, a template is a Python format string: {{ and }} are braces.
#ifndef EVALUATION_JUDGES_PROMPTS_H_
#define EVALUATION_JUDGES_PROMPTS_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "datasets/mt_bench/judge_prompts.h"
#include "evaluation/judges/judge.h"

namespace evaluation {

// The template with its places replaced; what is put in is not looked at again. kInvalidArgument for a lone brace or a
// place that has no value.
absl::StatusOr<std::string> FillTemplate(absl::string_view text, const std::map<std::string, std::string>& values);

// Which prompt of a file serves which question.
struct PromptNames {
  std::string general;
  // The others may be empty: then `general` serves, or nothing where there are two turns.
  std::string reference;            // math, reasoning and coding, where there is a right answer
  std::string two_turns;            // the second turn of two
  std::string two_turns_reference;  // both
};

// Those of FastChat's file: pair-v2, single-v1, ...
PromptNames FastChatPrompts(datasets::JudgePrompt::Type type);
// Those of ours (prompts.jsonl). With principles: whether the constitution is followed, and nothing of content.
PromptNames OwnPrompts(datasets::JudgePrompt::Type type, bool principles);

class PromptSet {
 public:
  // kInvalidArgument, naming the prompt, when it is not among `prompts`, is of another type, has another output format
  // than the general one, a broken template or a place that such a prompt has no value for.
  static absl::StatusOr<PromptSet> Make(absl::Span<const datasets::JudgePrompt> prompts, const PromptNames& names,
                                        datasets::JudgePrompt::Type type);

  // The prompt for a contest with as many turns. kInvalidArgument for more turns than two, for two where the set has no
  // prompt for them, and where the prompt shows a constitution and the contest has none.
  absl::StatusOr<const datasets::JudgePrompt*> Choose(const Contest& contest) const;

  // What the user's message says. `prompt` is of this set, and chosen for the contest.
  std::string Fill(const datasets::JudgePrompt& prompt, const Contest& contest) const;

  // A question that should be judged beside its right answer (FastChat's categories), and is not, for want of one.
  bool LacksReference(const Contest& contest) const;

  const std::string& output_format() const { return general_.output_format; }
  datasets::JudgePrompt::Type type() const { return general_.type; }

 private:
  datasets::JudgePrompt general_;
  std::optional<datasets::JudgePrompt> reference_, two_turns_, two_turns_reference_;
};

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_PROMPTS_H_
