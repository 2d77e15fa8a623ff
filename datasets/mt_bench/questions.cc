#include "datasets/mt_bench/questions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::JsonLine;

absl::StatusOr<MtBenchQuestion> ParseQuestion(const JsonLine& line) {
  MtBenchQuestion question;
  ASSIGN_OR_RETURN(question.id, GetIntId(line, "question_id"));
  ASSIGN_OR_RETURN(question.category, GetText(line, "category"));
  ASSIGN_OR_RETURN(question.turns, GetTexts(line, "turns"));
  if (line.value.contains("reference")) {
    ASSIGN_OR_RETURN(question.reference, base::GetStrings(line, "reference"));
  }
  if (question.reference.size() > question.turns.size()) {
    return InvalidAt(line.where, absl::StrCat("question ", question.id, " has ", question.reference.size(),
                                              " references for ", question.turns.size(), " turns"));
  }
  return question;
}

absl::StatusOr<MtBenchReferenceAnswer> ParseReferenceAnswer(const JsonLine& line) {
  MtBenchReferenceAnswer answer;
  ASSIGN_OR_RETURN(answer.question_id, GetIntId(line, "question_id"));
  ASSIGN_OR_RETURN(answer.model, GetText(line, "model_id"));
  const auto choices = line.value.find("choices");
  if (choices == line.value.end() || !choices->is_array() || choices->size() != 1) {
    return InvalidAt(line.where, "\"choices\" must be a list of one answer");
  }
  ASSIGN_OR_RETURN(answer.turns, GetTexts({choices->front(), absl::StrCat(line.where, ": choices[0]")}, "turns"));
  return answer;
}

}  // namespace

absl::StatusOr<std::vector<MtBenchQuestion>> ReadMtBenchQuestions(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<MtBenchQuestion> questions;
  UniqueIds ids;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(MtBenchQuestion question, ParseQuestion(line));
    RETURN_IF_ERROR(ids.Add(absl::StrCat("question_id ", question.id), line.where));
    questions.push_back(std::move(question));
  }
  return questions;
}

absl::StatusOr<std::vector<MtBenchReferenceAnswer>> ReadMtBenchReferenceAnswers(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<MtBenchReferenceAnswer> answers;
  UniqueIds ids;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(MtBenchReferenceAnswer answer, ParseReferenceAnswer(line));
    RETURN_IF_ERROR(ids.Add(absl::StrCat("question_id ", answer.question_id), line.where));
    answers.push_back(std::move(answer));
  }
  return answers;
}

}  // namespace datasets
