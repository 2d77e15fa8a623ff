// gsm8k_score: what any model's outputs at GSM-8K are worth, by each extraction rule, and where the rules disagree.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/figures/table.h"
#include "analysis/measures/pass_at_k.h"
#include "analysis/statistics/mean_interval.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/gsm8k/gsm8k.h"
#include "evaluation/answers/answer_file.h"
#include "evaluation/answers/rules.h"

ABSL_FLAG(std::string, questions, "", "GSM-8K's problems: JSON Lines of {\"question\", \"answer\"}.");
ABSL_FLAG(std::string, answers, "", "Outputs, JSON Lines: evaluation/answers/answer_file.h has the forms.");
ABSL_FLAG(std::string, model, "", "Model whose solutions are scored, where --answers has the published solutions.");
ABSL_FLAG(std::string, rule, "all",
          "Extraction rule: openai, lm-eval-strict, lm-eval-flexible, sami-ext, default or all.");
ABSL_FLAG(std::string, missing, "refuse", "Questions without an answer: refuse, wrong (count as wrong) or skip.");
ABSL_FLAG(int, show, 20, "Maximum number of responses on which the rules disagree that are listed; -1 for all.");
ABSL_FLAG(std::string, format, "text", "Form of the output: text, markdown, csv, latex or json.");

namespace experiments {
namespace {

using ::analysis::Cell;
using ::analysis::Estimate;
using ::analysis::NumberFormat;
using ::evaluation::AnswerRule;

constexpr double kLevel = 0.95;

struct Scored {
  std::vector<size_t> questions;  // that count, by their place in the file
  std::vector<datasets::Gsm8kProblem> problems;
  std::vector<std::vector<std::string>> responses;  // of every problem
  std::vector<AnswerRule> rules;
};

absl::StatusOr<std::vector<AnswerRule>> RulesFromFlag() {
  if (absl::GetFlag(FLAGS_rule) == "all") {
    return std::vector<AnswerRule>(evaluation::kAnswerRules.begin(), evaluation::kAnswerRules.end());
  }
  auto rule = evaluation::AnswerRuleFromName(absl::GetFlag(FLAGS_rule));
  if (!rule.ok()) return base::Annotate(rule.status(), "--rule");
  return std::vector<AnswerRule>{*rule};
}

// Which questions count, by --missing.
absl::Status ChooseQuestions(Scored* scored) {
  const std::string missing = absl::GetFlag(FLAGS_missing);
  if (missing != "refuse" && missing != "wrong" && missing != "skip") {
    return absl::InvalidArgumentError(absl::StrCat("--missing must be refuse, wrong or skip, not \"", missing, "\""));
  }
  std::vector<size_t> unanswered;
  for (size_t q = 0; q < scored->problems.size(); ++q) {
    if (scored->responses[q].empty()) unanswered.push_back(q);
    if (!scored->responses[q].empty() || missing == "wrong") scored->questions.push_back(q);
  }
  if (unanswered.empty()) return absl::OkStatus();
  const std::string what = absl::StrCat(unanswered.size(), " of ", scored->problems.size(),
                                        " questions have no answer, the first of them number ", unanswered[0]);
  if (missing == "refuse") {
    return absl::InvalidArgumentError(absl::StrCat(what, ": choose --missing=wrong or --missing=skip"));
  }
  std::fprintf(stderr, "note: %s; they %s\n", what.c_str(), missing == "wrong" ? "count as wrong" : "are left out");
  return absl::OkStatus();
}

// The number of responses to every question that counts; 0 where they differ.
int64_t EqualAttempts(const Scored& scored) {
  const size_t n = scored.responses[scored.questions[0]].size();
  for (const size_t q : scored.questions) {
    if (scored.responses[q].size() != n) return 0;
  }
  return n;
}

absl::Status AddEstimate(const absl::StatusOr<Estimate>& estimate, std::vector<Cell>* row) {
  if (!estimate.ok()) return estimate.status();
  row->insert(row->end(), {estimate->value, estimate->low, estimate->high});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Cell>> RuleRow(const Scored& scored, AnswerRule rule, int64_t n) {
  std::vector<double> shares, any, majority;
  int64_t without = 0;
  for (const size_t q : scored.questions) {
    const std::string& reference = scored.problems[q].answer;
    std::vector<std::optional<std::string>> votes;
    int64_t right = 0;
    for (const std::string& response : scored.responses[q]) {
      const auto answer = evaluation::ExtractAnswer(rule, response);
      without += !answer.has_value();
      // A vote is for an answer that counts as the same: the reference's where it is right.
      const bool is_right = evaluation::IsRightAnswer(rule, response, reference);
      right += is_right;
      votes.push_back(is_right             ? std::optional<std::string>("#### right")
                      : answer.has_value() ? std::optional<std::string>(*answer)
                                           : std::nullopt);
    }
    shares.push_back(votes.empty() ? 0 : static_cast<double>(right) / votes.size());
    any.push_back(right > 0);
    if (n > 1) {
      ASSIGN_OR_RETURN(const double credit, analysis::MajorityAtN(votes, "#### right"));
      majority.push_back(credit);
    }
  }
  std::vector<Cell> row = {std::string(evaluation::AnswerRuleName(rule)), static_cast<int64_t>(shares.size())};
  RETURN_IF_ERROR(AddEstimate(analysis::ScoreMeanInterval(shares, kLevel), &row));
  if (n > 1) {
    RETURN_IF_ERROR(AddEstimate(analysis::ScoreMeanInterval(any, kLevel), &row));
    RETURN_IF_ERROR(AddEstimate(analysis::ScoreMeanInterval(majority, kLevel), &row));
  }
  row.push_back(without);
  return row;
}

absl::StatusOr<analysis::Table> RuleTable(const Scored& scored) {
  const int64_t n = EqualAttempts(scored);
  analysis::Table table;
  table.caption = "Accuracy by extraction rule, with 95% confidence intervals over questions";
  table.columns = {{"rule", "rule"}, {"n", "questions"}};
  const auto add = [&](const std::string& key, const std::string& title) {
    table.columns.push_back({key, title, NumberFormat::kPercent, 1});
    table.columns.push_back({key + "_low", "CI low", NumberFormat::kPercent, 1});
    table.columns.push_back({key + "_high", "CI high", NumberFormat::kPercent, 1});
  };
  add("accuracy", "right %");
  if (n > 1) {
    add("any", absl::StrCat("any of ", n, " %"));
    add("majority", absl::StrCat("majority of ", n, " %"));
  }
  table.columns.push_back({"without_answer", "no answer found"});
  double least = 2, largest = -1;
  for (const AnswerRule rule : scored.rules) {
    ASSIGN_OR_RETURN(std::vector<Cell> row, RuleRow(scored, rule, n));
    least = std::min(least, std::get<double>(row[2]));
    largest = std::max(largest, std::get<double>(row[2]));
    table.rows.push_back(std::move(row));
  }
  table.notes.push_back(absl::StrFormat("Over rules: %.1f%% to %.1f%%.", 100 * least, 100 * largest));
  if (n != 1) {
    table.notes.push_back(n == 0 ? "Questions differ in their numbers of responses; each counts by its share of right "
                                   "ones, and any-of-n and majority are not shown."
                                 : "A question counts by its share of right responses. Majority: a tie is shared.");
  }
  return table;
}

// A row a response that some rules count as right and others do not; what each read, with a tick where it is right.
analysis::Table DisagreementTable(const Scored& scored, int64_t show) {
  analysis::Table table;
  table.columns = {{"question", "question"}, {"response", "response"}, {"gold", "gold"}};
  for (const AnswerRule rule : scored.rules) {
    const std::string name(evaluation::AnswerRuleName(rule));
    table.columns.push_back({name, name});
  }
  int64_t count = 0, responses = 0;
  for (const size_t q : scored.questions) {
    for (size_t k = 0; k < scored.responses[q].size(); ++k) {
      const std::string& response = scored.responses[q][k];
      std::vector<Cell> row = {static_cast<int64_t>(q), static_cast<int64_t>(k), scored.problems[q].gold};
      size_t right = 0;
      for (const AnswerRule rule : scored.rules) {
        const bool is_right = evaluation::IsRightAnswer(rule, response, scored.problems[q].answer);
        right += is_right;
        row.push_back(absl::StrCat(evaluation::ExtractAnswer(rule, response).value_or(evaluation::kNoAnswer),
                                   is_right ? " \u2713" : ""));
      }
      ++responses;
      if (right == 0 || right == scored.rules.size()) continue;
      if (show < 0 || count < show) table.rows.push_back(std::move(row));
      ++count;
    }
  }
  table.caption = absl::StrCat("The rules disagree on ", count, " of ", responses, " responses",
                               table.rows.size() < static_cast<size_t>(count)
                                   ? absl::StrCat("; the first ", table.rows.size(), " (--show=-1 for all)")
                                   : "");
  return table;
}

absl::StatusOr<std::string> Render(const analysis::Table& rules, const analysis::Table& disagreements,
                                   const std::string& format) {
  const bool both = rules.rows.size() > 1;
  if (format == "text") {
    return absl::StrCat(analysis::ToText(rules), both ? "\n" : "", both ? analysis::ToText(disagreements) : "");
  }
  if (format == "markdown") {
    return absl::StrCat(analysis::ToMarkdown(rules), both ? "\n" : "", both ? analysis::ToMarkdown(disagreements) : "");
  }
  if (format == "csv") return analysis::ToCsv(rules);
  if (format == "latex") return analysis::ToLatex(rules);
  base::OrderedJson json;
  json["rules"] = analysis::ToJson(rules);
  json["disagreements"] = analysis::ToJson(disagreements);
  return analysis::JsonText(json);
}

absl::Status Run() {
  const std::string format = absl::GetFlag(FLAGS_format);
  if (format != "text" && format != "markdown" && format != "csv" && format != "latex" && format != "json") {
    return absl::InvalidArgumentError(
        absl::StrCat("--format must be text, markdown, csv, latex or json, not \"", format, "\""));
  }
  for (const auto& [flag, value] : {std::pair("--questions", absl::GetFlag(FLAGS_questions)),
                                    std::pair("--answers", absl::GetFlag(FLAGS_answers))}) {
    if (value.empty()) return absl::InvalidArgumentError(absl::StrCat(flag, "=FILE is missing"));
  }
  Scored scored;
  ASSIGN_OR_RETURN(scored.rules, RulesFromFlag());
  ASSIGN_OR_RETURN(scored.problems, datasets::ReadGsm8k(base::UserPath(absl::GetFlag(FLAGS_questions))));
  ASSIGN_OR_RETURN(scored.responses, evaluation::ReadResponses(base::UserPath(absl::GetFlag(FLAGS_answers)),
                                                               scored.problems, absl::GetFlag(FLAGS_model)));
  RETURN_IF_ERROR(ChooseQuestions(&scored));
  ASSIGN_OR_RETURN(const analysis::Table rules, RuleTable(scored));
  ASSIGN_OR_RETURN(const std::string text, Render(rules, DisagreementTable(scored, absl::GetFlag(FLAGS_show)), format));
  std::cout << text << std::flush;
  return std::cout ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

}  // namespace
}  // namespace experiments

int main(int argc, char** argv) {
  base::InitProgram(argc, argv,
                    "Scores any model's outputs at GSM-8K's problems by five extraction rules, and lists the outputs "
                    "on which they disagree.\n\n"
                    "  bazel run //evaluation:gsm8k_score -- --questions=test.jsonl --answers=mine.jsonl");
  return base::ReportAndExitCode(experiments::Run());
}
