// A fake chat model for tests: what it says is a function of the request.
#ifndef EVALUATION_JUDGES_TESTING_H_
#define EVALUATION_JUDGES_TESTING_H_

#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/match.h"
#include "evaluation/judges/prompts.h"
#include "lm/chat/chat_model.h"

namespace evaluation {

class ScriptedModel : public lm::ChatModel {
 public:
  using Script = std::function<absl::StatusOr<std::string>(const lm::ChatRequest&)>;

  explicit ScriptedModel(Script script) : script_(std::move(script)) {}

  std::string name() const override { return "scripted"; }

  void Complete(absl::Span<const lm::ChatRequest> requests,
                absl::FunctionRef<bool(size_t, absl::StatusOr<lm::ChatReply>)> done) override {
    // From the last to the first: an order that nobody may count on.
    for (size_t i = requests.size(); i-- > 0;) {
      asked_.push_back(requests[i]);
      const absl::StatusOr<std::string> text = script_(requests[i]);
      if (!(text.ok() ? done(i, lm::ChatReply{*text, "stop", "served", 3, 2}) : done(i, text.status()))) return;
    }
  }

  const std::vector<lm::ChatRequest>& asked() const { return asked_; }

 private:
  const Script script_;
  std::vector<lm::ChatRequest> asked_;
};

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
