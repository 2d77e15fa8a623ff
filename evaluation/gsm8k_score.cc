// gsm8k_score: what any model's outputs at GSM-8K are worth, by each extraction rule, and where the rules disagree; at
// MATH's problems, by equivalence of expressions; and how the rules read labelled answers.
#include <algorithm>
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/format.h"
#include "analysis/figures/table.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/gsm8k/gsm8k.h"
#include "evaluation/extraction/labelled_answers.h"
#include "evaluation/extraction/responses_file.h"
#include "evaluation/extraction/rule_tables.h"
#include "evaluation/extraction/rules.h"
#include "evaluation/math/math_score.h"

ABSL_FLAG(
    std::string, questions, "",
    "GSM-8K's problems: JSON Lines of {\"question\", \"answer\"}. With --rule=math, also {\"problem\", \"solution\"}.");
ABSL_FLAG(std::string, answers, "", "Outputs, JSON Lines: evaluation/extraction/responses_file.h has the forms.");
ABSL_FLAG(std::string, model, "", "Model whose solutions are scored, where --answers has the published solutions.");
ABSL_FLAG(std::string, rule, "all",
          "Extraction rule: openai, lm-eval-strict, lm-eval-flexible, sami-ext, default, lm-eval-cot-strict or all; or "
          "math, equivalence of "
          "expressions (evaluation/math/equivalence.h).");
ABSL_FLAG(std::string, labelled, "",
          "Instead of --questions and --answers: answers with labels (evaluation/extraction/labelled_answers.h), to "
          "see what each rule makes of them.");
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

// CSV and LaTeX hold the first table alone.
absl::Status Print(const std::vector<std::pair<const char*, analysis::Table>>& tables, analysis::Format format) {
  base::OrderedJson json;
  std::string text;
  for (const auto& [name, table] : tables) {
    if (format == analysis::Format::kJson) {
      json[name] = analysis::ToJson(table);
    } else if (text.empty() || format == analysis::Format::kText || format == analysis::Format::kMarkdown) {
      absl::StrAppend(&text, text.empty() ? "" : "\n", analysis::Formatted(table, format));
    }
  }
  std::cout << (format == analysis::Format::kJson ? analysis::JsonText(json) : text) << std::flush;
  return std::cout ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

absl::Status PrintLabelled(const std::vector<AnswerRule>& rules, analysis::Format format) {
  ASSIGN_OR_RETURN(const std::vector<LabelledAnswer> answers,
                   ReadLabelledAnswers(base::UserPath(absl::GetFlag(FLAGS_labelled))));
  return Print(
      {{"rules", ConfusionTable(answers, rules)}, {"misread", MisreadTable(answers, rules, absl::GetFlag(FLAGS_show))}},
      format);
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const analysis::Format format, analysis::FormatFromFlags());
  const bool by_value = absl::GetFlag(FLAGS_rule) == "math";
  std::vector<AnswerRule> rules;
  if (!by_value) {
    ASSIGN_OR_RETURN(rules, RulesFromFlag());
  }
  if (!absl::GetFlag(FLAGS_labelled).empty()) {
    if (by_value) return absl::InvalidArgumentError("--labelled has numbers: --rule=math is for --questions");
    return PrintLabelled(rules, format);
  }
  for (const auto& [flag, value] : {std::pair("--questions", absl::GetFlag(FLAGS_questions)),
                                    std::pair("--answers", absl::GetFlag(FLAGS_answers))}) {
    if (value.empty()) return absl::InvalidArgumentError(absl::StrCat(flag, "=FILE is missing"));
  }
  ScoredResponses scored;
  const std::string questions = base::UserPath(absl::GetFlag(FLAGS_questions));
  ASSIGN_OR_RETURN(scored.problems, by_value ? ReadMathProblems(questions) : datasets::ReadGsm8k(questions));
  ASSIGN_OR_RETURN(scored.responses, ReadResponses(base::UserPath(absl::GetFlag(FLAGS_answers)), scored.problems,
                                                   absl::GetFlag(FLAGS_model)));
  std::string note;
  RETURN_IF_ERROR(ChooseQuestions(absl::GetFlag(FLAGS_missing), &scored, &note));
  if (!note.empty()) std::fprintf(stderr, "note: %s\n", note.c_str());
  const int64_t show = absl::GetFlag(FLAGS_show);
  if (by_value) {
    ASSIGN_OR_RETURN(const analysis::Table table, MathTable(scored));
    return Print({{"rules", table}, {"mismatches", MathMismatches(scored, show)}}, format);
  }
  ASSIGN_OR_RETURN(const analysis::Table table, RuleTable(scored, rules));
  if (rules.size() == 1) return Print({{"rules", table}}, format);
  return Print({{"rules", table},
                {"disagreements", DisagreementTable(scored, rules, show)},
                {"pairs", PairTable(scored, rules)}},
               format);
}

}  // namespace
}  // namespace evaluation

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Scores outputs at GSM-8K's problems by five extraction rules.\n\n"
                       "Usage: sami score --questions=test.jsonl --answers=mine.jsonl [--rule=NAME]\n"
                       "       sami score --labelled=labelled_answers.jsonl\n\n"
                       "Any model's outputs; lists those on which the rules disagree. --rule=math compares\n"
                       "expressions, as MATH's answers are.",
                       evaluation::Run);
}
