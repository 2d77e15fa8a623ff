#include "datasets/released/released.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"
#include "datasets/records/text_file.h"

namespace datasets {
namespace {

using ::base::Json;
using ::base::JsonLine;

absl::StatusOr<JsonLine> ReadDocument(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  ASSIGN_OR_RETURN(Json value, base::ParseJson(text, path));
  return JsonLine{std::move(value), path};
}

// {"0": str, "1": str, ...} as a list.
absl::StatusOr<std::vector<std::string>> Column(const JsonLine& document, const char* name) {
  const auto column = document.value.find(name);
  if (column == document.value.end() || !column->is_object()) {
    return InvalidAt(document.where, absl::StrCat("\"", name, "\" must be an object with the keys 0, 1, ..."));
  }
  const JsonLine line{*column, absl::StrCat(document.where, ": ", name)};
  std::vector<std::string> texts;
  for (size_t i = 0; i < column->size(); ++i) {
    ASSIGN_OR_RETURN(std::string text, base::GetString(line, absl::StrCat(i).c_str()));
    texts.push_back(std::move(text));
  }
  return texts;
}

// Copies a column into one field of every answer.
absl::Status Fill(const JsonLine& document, const char* name, std::string ReleasedAnswer::*field,
                  std::vector<ReleasedAnswer>& answers) {
  ASSIGN_OR_RETURN(std::vector<std::string> texts, Column(document, name));
  if (texts.size() != answers.size()) {
    return InvalidAt(document.where, absl::StrCat("\"", name, "\" has ", texts.size(),
                                                  " entries, and \"question\" has ", answers.size()));
  }
  for (size_t i = 0; i < texts.size(); ++i) answers[i].*field = std::move(texts[i]);
  return absl::OkStatus();
}

absl::StatusOr<ReleasedVerdict> ParseVerdict(const Json& triple, const std::string& where) {
  const bool counts = triple.is_array() && triple.size() == 3 && triple[0].is_number() &&
                      triple[1].is_number_unsigned() && triple[2].is_number_unsigned();
  if (!counts) {
    return InvalidAt(where, "must be [verdict, baseline tokens, test tokens], three numbers, tokens from 0 on");
  }
  ReleasedVerdict verdict{triple[0].get<double>(), triple[1].get<int64_t>(), triple[2].get<int64_t>()};
  if (verdict.score != 0 && verdict.score != 0.5 && verdict.score != 1) {
    return InvalidAt(where, absl::StrCat("the verdict must be 0, 0.5 or 1, and is ", verdict.score));
  }
  return verdict;
}

}  // namespace

absl::StatusOr<std::vector<ReleasedAnswer>> ReadReleasedAnswers(const std::string& path) {
  ASSIGN_OR_RETURN(const JsonLine document, ReadDocument(path));
  if (!document.value.is_object()) {
    return InvalidAt(path, absl::StrCat("must be a JSON object, and is ", TypeName(document.value)));
  }
  ASSIGN_OR_RETURN(const std::vector<std::string> questions, Column(document, "question"));
  if (questions.empty()) return InvalidAt(path, "there is no answer in the file; it needs at least one");
  std::vector<ReleasedAnswer> answers(questions.size());
  RETURN_IF_ERROR(Fill(document, "question", &ReleasedAnswer::question, answers));
  RETURN_IF_ERROR(Fill(document, "constitution", &ReleasedAnswer::constitution, answers));
  RETURN_IF_ERROR(Fill(document, "response", &ReleasedAnswer::response, answers));
  if (document.value.contains("category")) {
    RETURN_IF_ERROR(Fill(document, "category", &ReleasedAnswer::category, answers));
  }
  for (size_t i = 0; i < answers.size(); ++i) {
    if (answers[i].question.empty()) return InvalidAt(path, absl::StrCat("question ", i, " must not be empty"));
  }
  return answers;
}

absl::StatusOr<std::vector<ReleasedVerdict>> ReadReleasedVerdicts(const std::string& path) {
  ASSIGN_OR_RETURN(const JsonLine document, ReadDocument(path));
  if (!document.value.is_array() || document.value.empty()) {
    return InvalidAt(path, "must be a JSON list of at least one verdict");
  }
  std::vector<ReleasedVerdict> verdicts;
  for (const Json& triple : document.value) {
    ASSIGN_OR_RETURN(ReleasedVerdict verdict, ParseVerdict(triple, absl::StrCat(path, ": entry ", verdicts.size())));
    verdicts.push_back(verdict);
  }
  return verdicts;
}

}  // namespace datasets
