// gsm8k_score: what any model's outputs at GSM-8K are worth, by each extraction rule, and where the rules disagree.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/format.h"
#include "analysis/figures/table.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/gsm8k/gsm8k.h"
#include "evaluation/extraction/responses_file.h"
#include "evaluation/extraction/rule_tables.h"
#include "evaluation/extraction/rules.h"

ABSL_FLAG(std::string, questions, "", "GSM-8K's problems: JSON Lines of {\"question\", \"answer\"}.");
ABSL_FLAG(std::string, answers, "", "Outputs, JSON Lines: evaluation/extraction/responses_file.h has the forms.");
ABSL_FLAG(std::string, model, "", "Model whose solutions are scored, where --answers has the published solutions.");
ABSL_FLAG(std::string, rule, "all",
          "Extraction rule: openai, lm-eval-strict, lm-eval-flexible, sami-ext, default, lm-eval-cot-strict or all.");
ABSL_FLAG(std::string, missing, "refuse", "Questions without an answer: refuse, wrong (count as wrong) or skip.");
ABSL_FLAG(int, show, 20, "Maximum number of responses on which the rules disagree that are listed; -1 for all.");

namespace evaluation {
namespace {

absl::StatusOr<std::vector<AnswerRule>> RulesFromFlag() {
  if (absl::GetFlag(FLAGS_rule) == "all") {
    std::vector<AnswerRule> rules(kAnswerRules.begin(), kAnswerRules.end());
    // lm-eval names its files of samples by the task.
    const std::string answers = absl::GetFlag(FLAGS_answers);
    if (answers.find("samples_gsm8k_cot") != std::string::npos) {
      std::replace(rules.begin(), rules.end(), AnswerRule::kLmEvalStrict, AnswerRule::kLmEvalCotStrict);
      std::fprintf(stderr, "note: samples of lm-eval's gsm8k_cot: its strict-match is lm-eval-cot-strict.\n");
    }
    return rules;
  }
  auto rule = AnswerRuleFromName(absl::GetFlag(FLAGS_rule));
  if (!rule.ok()) return base::Annotate(rule.status(), "--rule");
  return std::vector<AnswerRule>{*rule};
}

// CSV and LaTeX hold one table: the rules'.
std::string Render(const analysis::Table& rules, const analysis::Table& disagreements, analysis::Format format) {
  if (format == analysis::Format::kJson) {
    base::OrderedJson json;
    json["rules"] = analysis::ToJson(rules);
    json["disagreements"] = analysis::ToJson(disagreements);
    return analysis::JsonText(json);
  }
  std::string text = analysis::Formatted(rules, format);
  const bool has_second = format == analysis::Format::kText || format == analysis::Format::kMarkdown;
  if (has_second && rules.rows.size() > 1) absl::StrAppend(&text, "\n", analysis::Formatted(disagreements, format));
  return text;
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const analysis::Format format, analysis::FormatFromFlags());
  for (const auto& [flag, value] : {std::pair("--questions", absl::GetFlag(FLAGS_questions)),
                                    std::pair("--answers", absl::GetFlag(FLAGS_answers))}) {
    if (value.empty()) return absl::InvalidArgumentError(absl::StrCat(flag, "=FILE is missing"));
  }
  ASSIGN_OR_RETURN(const std::vector<AnswerRule> rules, RulesFromFlag());
  ScoredResponses scored;
  ASSIGN_OR_RETURN(scored.problems, datasets::ReadGsm8k(base::UserPath(absl::GetFlag(FLAGS_questions))));
  ASSIGN_OR_RETURN(scored.responses, ReadResponses(base::UserPath(absl::GetFlag(FLAGS_answers)), scored.problems,
                                                   absl::GetFlag(FLAGS_model)));
  std::string note;
  RETURN_IF_ERROR(ChooseQuestions(absl::GetFlag(FLAGS_missing), &scored, &note));
  if (!note.empty()) std::fprintf(stderr, "note: %s\n", note.c_str());
  ASSIGN_OR_RETURN(const analysis::Table table, RuleTable(scored, rules));
  std::cout << Render(table, DisagreementTable(scored, rules, absl::GetFlag(FLAGS_show)), format) << std::flush;
  return std::cout ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

}  // namespace
}  // namespace evaluation

int main(int argc, char** argv) {
  base::InitProgram(argc, argv,
                    "Scores outputs at GSM-8K's problems by five extraction rules.\n\n"
                    "Usage: sami score --questions=test.jsonl --answers=mine.jsonl [--rule=NAME]\n\n"
                    "Any model's outputs; lists those on which the rules disagree.");
  return base::ReportAndExitCode(evaluation::Run());
}
