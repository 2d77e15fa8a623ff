// Arena-Hard's files: judgments as battles, and the answers' style.
#ifndef ANALYSIS_COMMANDS_ARENA_HARD_FILE_H_
#define ANALYSIS_COMMANDS_ARENA_HARD_FILE_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "analysis/commands/judgments.h"
#include "analysis/leaderboards/style_control.h"

namespace analysis {

// Styles of the answers of any number of models.
class AnswerStyles {
 public:
  // Of a file of model_answer: uid or question_id, model or model_id, and `metadata` {token_len, header_count,
  // list_count, bold_count}, as Arena-Hard writes it, or the answer's text alone, in messages or choices, which is then
  // counted here. kInvalidArgument, naming the row: neither, or a second answer of a model to a question.
  absl::Status Read(const std::string& path);

  // kInvalidArgument, naming model and question, where there is none.
  absl::StatusOr<Style> Of(const std::string& model, const std::string& question) const;
  // Whether lengths are in tokens: all answers have token_len. Else all are in characters.
  bool in_tokens() const { return without_tokens_ == 0; }

 private:
  struct Entry {
    Style style;  // length in characters
    double tokens = kUndefined;
  };
  std::map<std::pair<std::string, std::string>, Entry> styles_;
  int64_t without_tokens_ = 0;
};

// The battles of the pairs of one baseline and judge: those of questions with all verdicts, as Arena-Hard counts them.
// `styles` may be null: all are 0.
struct ArenaBattles {
  std::string baseline, judge;
  std::vector<std::string> models;
  std::vector<StyledBattle> battles;
  int64_t missing = 0;  // questions without all verdicts
};
absl::StatusOr<std::vector<ArenaBattles>> BattlesOf(const std::vector<JudgedPair>& pairs, const AnswerStyles* styles);

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_ARENA_HARD_FILE_H_
