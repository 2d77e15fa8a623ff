// judge_check: whether a judge is to be believed, from the judgments that it gave.
#include "evaluation/match/judge_check.h"

#include <cstdio>
#include <iostream>
#include <string>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/format.h"
#include "base/flags/repeated_flag.h"
#include "base/main/main.h"
#include "base/program.h"
#include "base/status.h"

struct JudgmentsTag;
struct CheckAnswersTag;
ABSL_FLAG(base::RepeatedFlag<JudgmentsTag>, judgments, {},
          "FastChat's model_judgment, of pairs or of single answers; given once for each judge of a panel.");
ABSL_FLAG(std::string, votes, "", "People's votes, in the format of MT-Bench's human judgments, as JSON Lines.");
ABSL_FLAG(base::RepeatedFlag<CheckAnswersTag>, answers, {},
          "FastChat's model_answer, for the lengths, which --votes may have, too; given once for each model.");
ABSL_FLAG(std::string, setting, "", "Setting whose judgments count, where the files have several.");
ABSL_FLAG(double, level, 0.95, "Coverage of the intervals, above 0 and below 1.");

namespace evaluation {
namespace {

std::string Render(const JudgeCheckReport& report, analysis::Format format) {
  if (format == analysis::Format::kJson) {
    base::OrderedJson json;
    json["measures"] = analysis::ToJson(report.measures);
    json["agreement"] = analysis::ToJson(report.agreement);
    json["ratings"] = analysis::ToJson(report.ratings);
    json["warnings"] = report.warnings;
    return analysis::JsonText(json);
  }
  std::string text = analysis::Formatted(report.measures, format);
  // CSV and LaTeX hold one table.
  if (format != analysis::Format::kText && format != analysis::Format::kMarkdown) return text;
  for (const analysis::Table* table : {&report.agreement, &report.ratings}) {
    if (!table->rows.empty()) absl::StrAppend(&text, "\n", analysis::Formatted(*table, format));
  }
  for (const std::string& warning : report.warnings) absl::StrAppend(&text, "WARNING: ", warning, "\n");
  return text;
}

absl::Status Run() {
  ASSIGN_OR_RETURN(const analysis::Format format, analysis::FormatFromFlags());
  const double level = absl::GetFlag(FLAGS_level);
  if (!(level > 0 && level < 1)) return absl::InvalidArgumentError("--level must be above 0 and below 1");
  JudgeCheckFiles files;
  for (const std::string& path : absl::GetFlag(FLAGS_judgments).values) files.judgments.push_back(base::UserPath(path));
  if (files.judgments.empty()) return absl::InvalidArgumentError("--judgments=FILE is missing");
  for (const std::string& path : absl::GetFlag(FLAGS_answers).values) files.answers.push_back(base::UserPath(path));
  if (!absl::GetFlag(FLAGS_votes).empty()) files.votes = base::UserPath(absl::GetFlag(FLAGS_votes));
  files.setting = absl::GetFlag(FLAGS_setting);
  ASSIGN_OR_RETURN(const JudgeCheckInputs inputs, ReadJudgeCheckInputs(files));
  for (const std::string& note : inputs.notes) std::fprintf(stderr, "note: %s\n", note.c_str());
  ASSIGN_OR_RETURN(const JudgeCheckReport report, CheckJudges(inputs, level));
  std::cout << Render(report, format) << std::flush;
  return std::cout ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

}  // namespace
}  // namespace evaluation

int main(int argc, char** argv) {
  return base::RunMain(
      argc, argv,
      "Measures judges: agreement with people and themselves, their preferences.\n\n"
      "Usage: sami judge-check --judgments=judgments.jsonl [--votes=votes.jsonl] [--answers=a.jsonl ...]\n\n"
      "Every share has an interval over questions. Several files of judgments are a panel, which has rows of its\n"
      "own. A judge that always says the same, or prefers a place or length, is named.",
      evaluation::Run);
}
