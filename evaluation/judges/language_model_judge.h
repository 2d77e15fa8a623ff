// LLM judges: a language model as a judge, over an endpoint, from a local folder or a recording.
//
// Pairwise prompts show two answers and ask which is better; single prompts show one and ask for 1 to 10, and of two
// answers the better rated one wins. A reply that the parser reads no verdict in is asked for again, a bounded number
// of times, where replies are sampled or more are on file: a greedy model would say the same again, and be paid for it.
// What stays without is missing.
#ifndef EVALUATION_JUDGES_LANGUAGE_MODEL_JUDGE_H_
#define EVALUATION_JUDGES_LANGUAGE_MODEL_JUDGE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "evaluation/judges/judge.h"
#include "evaluation/judges/parsers.h"
#include "evaluation/judges/prompts.h"
#include "lm/chat/recording.h"

namespace evaluation {

struct LanguageModelJudgeOptions {
  Parser parser = Parser::kStrict;
  std::optional<Grammar> grammar;  // of the verdicts; none: the one that the prompts' output format names
  double temperature = 0;          // 0: greedy; repeats then differ only as far as the model is not deterministic
  double top_p = 1;
  int64_t max_tokens = 1024;  // of a reply
  // Of the seeds that replies are sampled with: one for each repeat and round.
  uint64_t seed = 0;
  std::string extra;       // Inquiry::extra
  int64_t max_rounds = 3;  // times that a reply is asked for until it can be read, at least 1
};

// A judgment of one answer.
struct Rating {
  absl::StatusOr<double> score = absl::UnknownError("not judged");  // an error: missing
  std::string words, decided, prompt, prompt_name;                  // as in Judgment
};

class LanguageModelJudge : public Judge {
 public:
  struct Counts {
    int64_t judged = 0;  // verdicts and ratings that were found
    // Missing, by what the last reply was (Reading::Kind).
    int64_t unreadable = 0, refused = 0, empty = 0, cut = 0;
    int64_t no_reply = 0;  // missing because the model gave no reply
    int64_t unfit = 0;     // missing because no prompt fits
    int64_t asked_again = 0;
    int64_t without_reference = 0;  // judged without the right answer that their category calls for
  };

  // kInvalidArgument when the prompts' format names no grammar, the parser cannot read it, or it is of ratings and the
  // prompts compare, or the reverse. `recording` holds the model.
  static absl::StatusOr<std::unique_ptr<LanguageModelJudge>> Make(PromptSet prompts,
                                                                  const LanguageModelJudgeOptions& options,
                                                                  std::unique_ptr<lm::Recording> recording);

  std::string name() const override { return recording_->model(); }

  // Verdicts are errors of three kinds: kInvalidArgument where no prompt fits the contest, kDataLoss where the reply
  // could not be read (`words` has it), and the model's own (`words` is FastChat's "$ERROR$").
  absl::StatusOr<std::vector<Judgment>> Compare(absl::Span<const Contest> contests) override;

  // Rates `first` of each contest. CHECK-fails unless the prompts are single ones.
  absl::StatusOr<std::vector<Rating>> Rate(absl::Span<const Contest> contests);

  const Counts& counts() const { return counts_; }
  const lm::Recording& recording() const { return *recording_; }
  const PromptSet& prompts() const { return prompts_; }

 private:
  // What became of one contest.
  struct Reply {
    absl::Status status;  // OK: `value` was read
    Value value;
    Reading::Kind kind = Reading::Kind::kUnreadable;
    std::string words, decided, prompt, prompt_name;
  };

  LanguageModelJudge(PromptSet prompts, const LanguageModelJudgeOptions& options, Grammar grammar,
                     std::unique_ptr<lm::Recording> recording)
      : prompts_(std::move(prompts)),
        options_(options),
        grammar_(std::move(grammar)),
        recording_(std::move(recording)) {}

  absl::StatusOr<std::vector<Reply>> AskUntilRead(absl::Span<const Contest> contests);
  // For the first answer, by the probabilities of the reply's first token; none where grammar or reply have none.
  std::optional<double> Preference(const lm::ChatReply& said) const;
  // Reads what was said into the reply; whether that is a verdict.
  bool Read(const Contest& contest, const lm::ChatReply& said, int64_t round, Reply* reply) const;
  lm::Inquiry InquiryOf(const datasets::JudgePrompt& prompt, const std::string& user, int64_t repeat,
                        int64_t round) const;
  void Count(const Reply& reply, bool has_prompt);
  absl::StatusOr<std::vector<Judgment>> CompareRatings(absl::Span<const Contest> contests);

  const PromptSet prompts_;
  const LanguageModelJudgeOptions options_;
  const Grammar grammar_;
  const std::unique_ptr<lm::Recording> recording_;
  Counts counts_;
};

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_LANGUAGE_MODEL_JUDGE_H_
