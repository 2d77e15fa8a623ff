// Contests and prompts for tests of judges.
#ifndef EVALUATION_JUDGES_TESTING_H_
#define EVALUATION_JUDGES_TESTING_H_

#include <cstdint>
#include <string>

#include "evaluation/judges/prompts.h"
#include "lm/testing/scripted_model.h"

namespace evaluation {

using ::lm::ScriptedModel;

// One question, two answers.
inline Contest MakeContest(int64_t id, const std::string& first, const std::string& second) {
  Contest contest;
  contest.question_id = id;
  contest.category = "writing";
  contest.turns = {"question " + std::to_string(id)};
  contest.first = {first};
  contest.second = {second};
  return contest;
}

// A prompt that shows what it is given, in FastChat's output formats.
inline datasets::JudgePrompt MakePrompt(const std::string& name, const std::string& text,
                                        const std::string& format = "[[A]]") {
  const auto type =
      format == "[[rating]]" ? datasets::JudgePrompt::Type::kSingle : datasets::JudgePrompt::Type::kPairwise;
  return {name, type, "system of " + name, text, "general", format};
}

// "[[A]]" when what stands behind "A:" up to a line's end is longer than what stands behind "B:", else "[[B]]": a judge
// for prompts of MakePrompt(name, "A:{answer_a}\nB:{answer_b}").
inline std::string LongerWins(const lm::ChatRequest& request) {
  const std::string& text = request.messages[1].content;
  const size_t split = text.find("\nB:");
  return split - 2 > text.size() - split - 3 ? "It is longer: [[A]]" : "It is longer: [[B]]";
}

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_TESTING_H_
