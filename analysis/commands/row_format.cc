#include "analysis/commands/row_format.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace analysis {

RowFormat FormatOf(const Row& row) {
  const auto names = [&](auto... keys) { return (row.Names(keys) && ...); };
  if (row.Names("g1_winner") || row.Names("g2_winner")) return RowFormat::kFastChatPair;
  if (names("generator_1", "generator_2")) return RowFormat::kAlpacaEval;
  if (names("model", "games")) return RowFormat::kArenaHard;
  if (names("model_a", "model_b")) {
    return row.Names("winner") && !row.Names("verdict") ? RowFormat::kVotes : RowFormat::kVerdicts;
  }
  if (names("model", "score") && (row.Names("turn") || row.Names("judge"))) return RowFormat::kFastChatSingle;
  if (row.Names("choices") || row.Names("messages")) return RowFormat::kAnswers;
  if (names("instruction", "output")) return RowFormat::kOutputs;
  if (names("question_id", "correct")) return RowFormat::kAttempts;
  if (row.Names("doc_id") && (row.Names("filter") || row.Names("metrics") || row.Names("doc"))) {
    return RowFormat::kLmEval;
  }
  if (names("task_id", "passed")) return RowFormat::kHumanEval;
  return RowFormat::kOther;
}

const char* FormatName(RowFormat format) {
  switch (format) {
    case RowFormat::kVerdicts:
      return "verdicts";
    case RowFormat::kVotes:
      return "votes (winner)";
    case RowFormat::kFastChatPair:
      return "FastChat's judgments of pairs";
    case RowFormat::kFastChatSingle:
      return "FastChat's ratings of single answers";
    case RowFormat::kAlpacaEval:
      return "AlpacaEval's annotations";
    case RowFormat::kArenaHard:
      return "Arena-Hard's judgments";
    case RowFormat::kLmEval:
      return "lm-eval's samples";
    case RowFormat::kHumanEval:
      return "human-eval's results";
    case RowFormat::kAttempts:
      return "attempts";
    case RowFormat::kAnswers:
      return "answers";
    case RowFormat::kOutputs:
      return "AlpacaEval's model outputs";
    case RowFormat::kOther:
      break;
  }
  return "rows";
}

absl::StatusOr<std::string> LmEvalMetric(const Row& row) {
  const auto metrics = row.members().find("metrics");
  const bool is_list = metrics != row.members().end() && metrics->is_array() && !metrics->empty();
  if (is_list && metrics->front().is_string()) return metrics->front().get<std::string>();
  for (const char* usual : {"exact_match", "acc"}) {
    if (row.Names(usual)) return std::string(usual);
  }
  std::vector<std::string> others;
  for (const auto& item : row.members().items()) {
    const bool is_value = item.value().is_number() || item.value().is_boolean();
    if (is_value && item.key() != "doc_id" && item.key() != "question_id") others.push_back(item.key());
  }
  if (others.size() == 1) return others[0];
  return row.Error(others.empty()
                       ? "it has no metric"
                       : absl::StrCat("its metric may be any of ", absl::StrJoin(others, ", "), ": name the column"));
}

absl::Status OneFormat::Add(const Row& row) {
  const RowFormat format = FormatOf(row);
  if (!format_.has_value()) format_ = format;
  ++rows_;
  if (format == *format_) return absl::OkStatus();
  return row.Error(absl::StrCat("the file holds two formats: this row is of ", FormatName(format),
                                ", and those above are of ", FormatName(*format_), "; give each a file of its own"));
}

std::string OneFormat::Says(absl::string_view path) const {
  const std::string name = format() == RowFormat::kOther ? "" : absl::StrCat(FormatName(format()), ", ");
  return absl::StrCat(path == "-" ? "standard input" : path, ": ", name, rows_, rows_ == 1 ? " row." : " rows.");
}

}  // namespace analysis
