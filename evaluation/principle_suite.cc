// principle_suite: the principles that are read from any answer, as a table or a file, and how often answers follow
// them.
#include <cstdio>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "analysis/commands/format.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/principles/suite_tables.h"

ABSL_FLAG(std::string, answers, "",
          "FastChat's model_answer: prints how often its answers, of all turns and choices, follow each principle.");
ABSL_FLAG(std::string, out, "", "Writes the suite as a file of principles, for a spec's constitutions { file: ... }.");

namespace evaluation {
namespace {

absl::StatusOr<analysis::Table> TableFromFlags() {
  const std::string path = absl::GetFlag(FLAGS_answers);
  if (path.empty()) return principles::SuiteTable();
  ASSIGN_OR_RETURN(const std::vector<ModelAnswer> answers, ReadModelAnswers(base::UserPath(path)));
  std::vector<std::string> texts;
  for (const ModelAnswer& answer : answers) {
    for (const AnswerChoice& choice : answer.choices) {
      texts.insert(texts.end(), choice.turns.begin(), choice.turns.end());
    }
  }
  return principles::RatesTable(texts);
}

absl::Status Print(const analysis::Table& table) {
  ASSIGN_OR_RETURN(const analysis::Format format, analysis::FormatFromFlags());
  const std::string text = analysis::Formatted(table, format);
  const bool written = std::fwrite(text.data(), 1, text.size(), stdout) == text.size() && std::fflush(stdout) == 0;
  return written ? absl::OkStatus() : absl::UnavailableError("the table did not go to standard output whole");
}

absl::Status Run() {
  if (const std::string out = absl::GetFlag(FLAGS_out); !out.empty()) {
    const std::string path = base::UserPath(out);
    RETURN_IF_ERROR(base::CheckOutputFile(path, {base::UserPath(absl::GetFlag(FLAGS_answers))}, "\"antithesis\""));
    RETURN_IF_ERROR(base::WriteFileAtomically(path, principles::SuiteJson()));
    if (absl::GetFlag(FLAGS_answers).empty()) return absl::OkStatus();
  }
  ASSIGN_OR_RETURN(const analysis::Table table, TableFromFlags());
  return Print(table);
}

}  // namespace
}  // namespace evaluation

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Shows principles that any text is checked for, and how far answers follow.\n\n"
                       "Usage: sami principles [--answers=answers.jsonl] [--out=suite.json]\n\n"
                       "docs/principles.md says what each checker reads, and what fools it.",
                       evaluation::Run);
}
