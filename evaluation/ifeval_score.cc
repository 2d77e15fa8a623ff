// ifeval_score: how far any model's responses follow IFEval's instructions, as the published scorer has it.
#include <cstdio>
#include <iostream>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/format.h"
#include "analysis/figures/table.h"
#include "base/jsonl.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "datasets/queries/sources.h"
#include "datasets/sources/pinned.h"
#include "evaluation/ifeval/instructions.h"
#include "evaluation/ifeval/responses.h"
#include "evaluation/ifeval/score.h"
#include "evaluation/ifeval/tables.h"

ABSL_FLAG(std::string, questions, "",
          "IFEval's prompts, JSON Lines: {\"key\", \"prompt\", \"instruction_id_list\", \"kwargs\"}; by default the "
          "public file.");
ABSL_FLAG(std::string, answers, "", "Responses, JSON Lines: evaluation/ifeval/responses.h has the forms.");
ABSL_FLAG(std::string, missing, "refuse", "Prompts without a response: refuse, wrong (count as wrong) or skip.");
ABSL_FLAG(std::string, punkt, "",
          "Folder punkt_tab/english of nltk's data, for its very sentences; else those that this program carries.");
ABSL_FLAG(std::string, out, "", "Writes each prompt's verdicts, JSON Lines with lm-evaluation-harness's names.");

namespace ifeval {
namespace {

absl::Status CheckFlags() {
  if (absl::GetFlag(FLAGS_answers).empty()) return absl::InvalidArgumentError("--answers=FILE is missing");
  const std::string missing = absl::GetFlag(FLAGS_missing);
  if (missing == "refuse" || missing == "wrong" || missing == "skip") return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat("--missing must be refuse, wrong or skip, not \"", missing, "\""));
}

absl::StatusOr<std::vector<datasets::Query>> PromptsFromFlag() {
  std::string path = base::UserPath(absl::GetFlag(FLAGS_questions));
  if (absl::GetFlag(FLAGS_questions).empty()) {
    ASSIGN_OR_RETURN(path, datasets::PinnedFile("ifeval/input_data.jsonl"));
  }
  ASSIGN_OR_RETURN(std::vector<datasets::Query> prompts, datasets::ReadIfEvalQueries(path));
  for (const datasets::Query& prompt : prompts) {
    for (const datasets::Instruction& instruction : prompt.instructions) {
      const absl::Status right = CheckInstruction(instruction);
      if (!right.ok()) return base::Annotate(right, absl::StrCat(path, ": prompt ", prompt.id));
    }
  }
  return prompts;
}

absl::StatusOr<PunktParameters> PunktFromFlag() {
  const std::string folder = absl::GetFlag(FLAGS_punkt);
  if (folder.empty()) return CarriedPunktParameters();
  return ReadPunktParameters(base::UserPath(folder));
}

// The prompts that count, each with its verdicts.
absl::StatusOr<std::vector<ScoredPrompt>> Scored(const std::vector<datasets::Query>& prompts,
                                                 const std::vector<std::optional<std::string>>& responses,
                                                 const PunktParameters& punkt) {
  const std::string missing = absl::GetFlag(FLAGS_missing);
  std::vector<ScoredPrompt> all;
  std::vector<std::string> unanswered;
  for (size_t i = 0; i < prompts.size(); ++i) {
    if (!responses[i].has_value()) unanswered.push_back(prompts[i].id);
    if (!responses[i].has_value() && missing != "wrong") continue;
    ScoredPrompt scored = {&prompts[i], {}};
    ASSIGN_OR_RETURN(scored.instructions, Score(prompts[i].instructions, responses[i].value_or(""), punkt));
    all.push_back(std::move(scored));
  }
  if (unanswered.empty()) return all;
  const std::string note = absl::StrCat(unanswered.size(), " of ", prompts.size(),
                                        " prompts have no response, the first of them with key ", unanswered[0]);
  if (missing == "refuse" || all.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(note, ": choose --missing=wrong or --missing=skip"));
  }
  std::fprintf(stderr, "note: %s; they %s\n", note.c_str(), missing == "wrong" ? "count as wrong" : "are left out");
  return all;
}

absl::Status WriteVerdicts(const std::string& path, const std::vector<ScoredPrompt>& prompts) {
  std::vector<base::OrderedJson> lines;
  for (const ScoredPrompt& scored : prompts) {
    const Followed all = FollowedAll(scored.instructions);
    base::OrderedJson line;
    line["key"] = scored.prompt->id;
    line["prompt_level_strict_acc"] = all.strict;
    line["inst_level_strict_acc"] = base::OrderedJson::array();
    line["prompt_level_loose_acc"] = all.loose;
    line["inst_level_loose_acc"] = base::OrderedJson::array();
    for (const Followed& followed : scored.instructions) {
      line["inst_level_strict_acc"].push_back(followed.strict);
      line["inst_level_loose_acc"].push_back(followed.loose);
    }
    lines.push_back(std::move(line));
  }
  return base::WriteJsonLines(path, lines);
}

// CSV and LaTeX hold one table: the accuracies.
std::string Render(const analysis::Table& accuracies, const analysis::Table& kinds, analysis::Format format) {
  if (format == analysis::Format::kJson) {
    base::OrderedJson json;
    json["accuracies"] = analysis::ToJson(accuracies);
    json["kinds"] = analysis::ToJson(kinds);
    return analysis::JsonText(json);
  }
  std::string text = analysis::Formatted(accuracies, format);
  const bool both = format == analysis::Format::kText || format == analysis::Format::kMarkdown;
  if (both) absl::StrAppend(&text, "\n", analysis::Formatted(kinds, format));
  return text;
}

absl::Status Run() {
  RETURN_IF_ERROR(CheckFlags());
  ASSIGN_OR_RETURN(const analysis::Format format, analysis::FormatFromFlags());
  const std::string answers = base::UserPath(absl::GetFlag(FLAGS_answers));
  const std::string out = absl::GetFlag(FLAGS_out).empty() ? "" : base::UserPath(absl::GetFlag(FLAGS_out));
  if (!out.empty()) RETURN_IF_ERROR(base::CheckOutputFile(out, {answers}, "\"inst_level_strict_acc\""));
  ASSIGN_OR_RETURN(const std::vector<datasets::Query> prompts, PromptsFromFlag());
  ASSIGN_OR_RETURN(const PunktParameters punkt, PunktFromFlag());
  ASSIGN_OR_RETURN(const auto responses, ReadResponses(answers, prompts));
  ASSIGN_OR_RETURN(const std::vector<ScoredPrompt> scored, Scored(prompts, responses, punkt));
  if (!out.empty()) RETURN_IF_ERROR(WriteVerdicts(out, scored));
  ASSIGN_OR_RETURN(const analysis::Table accuracies, AccuracyTable(scored, /*level=*/0.95));
  std::cout << Render(accuracies, KindTable(scored), format) << std::flush;
  return std::cout ? absl::OkStatus() : absl::UnavailableError("cannot write to standard output");
}

}  // namespace
}  // namespace ifeval

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Scores responses to IFEval's prompts, strict and loose.\n\n"
                       "Usage: sami ifeval --answers=mine.jsonl [--out=verdicts.jsonl]\n\n"
                       "Verdicts are the published scorer's; languages are told by CLD2.",
                       ifeval::Run);
}
