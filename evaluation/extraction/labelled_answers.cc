#include "evaluation/extraction/labelled_answers.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "base/text.h"
#include "datasets/records/records.h"

namespace evaluation {
namespace {

using ::analysis::Cell;

constexpr int64_t kExcerpt = 60;  // characters of an answer in a table

bool IsReadRight(AnswerRule rule, const LabelledAnswer& answer) {
  if (!answer.number.has_value()) return !ExtractAnswer(rule, answer.text).has_value();
  return IsRightAnswer(rule, answer.text, absl::StrCat("#### ", *answer.number));
}

}  // namespace

absl::StatusOr<std::vector<LabelledAnswer>> ReadLabelledAnswers(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, datasets::ReadRecords(path));
  std::vector<LabelledAnswer> answers;
  for (const base::JsonLine& line : lines) {
    LabelledAnswer answer;
    ASSIGN_OR_RETURN(answer.text, datasets::GetAnyText(line, "text"));
    if (line.value.contains("kind")) {
      ASSIGN_OR_RETURN(answer.kind, datasets::GetAnyText(line, "kind"));
    }
    if (!line.value.contains("answer")) {
      return datasets::InvalidAt(line.where, "it has no \"answer\"; null says that the text gives none");
    }
    if (datasets::Has(line, "answer")) {
      ASSIGN_OR_RETURN(std::string number, datasets::GetText(line, "answer"));
      double value;
      if (!absl::SimpleAtod(number, &value)) {
        return datasets::InvalidAt(line.where, absl::StrCat("\"answer\" must be a number as text or null, and is \"",
                                                            datasets::Excerpt(number), "\""));
      }
      answer.number = std::move(number);
    }
    answers.push_back(std::move(answer));
  }
  return answers;
}

Confusion Confuse(AnswerRule rule, const std::vector<LabelledAnswer>& answers) {
  Confusion confusion;
  for (const LabelledAnswer& answer : answers) {
    const bool found = ExtractAnswer(rule, answer.text).has_value();
    if (answer.number.has_value()) {
      ++(!found ? confusion.none_for_number : IsReadRight(rule, answer) ? confusion.right : confusion.wrong_number);
    } else {
      ++(found ? confusion.number_for_none : confusion.none);
    }
  }
  return confusion;
}

analysis::Table ConfusionTable(const std::vector<LabelledAnswer>& answers, const std::vector<AnswerRule>& rules) {
  analysis::Table table;
  table.caption = absl::StrCat("How the rules read ", answers.size(), " labelled answers");
  table.columns = {{"rule", "rule"},
                   {"agreement", "as labelled %", analysis::NumberFormat::kPercent, 1},
                   {"right", "right"},
                   {"wrong_number", "wrong number"},
                   {"none_for_number", "none where a number"},
                   {"number_for_none", "number where none"},
                   {"none", "none where none"}};
  for (const AnswerRule rule : rules) {
    const Confusion c = Confuse(rule, answers);
    table.rows.push_back({std::string(AnswerRuleName(rule)), static_cast<double>(c.right + c.none) / answers.size(),
                          c.right, c.wrong_number, c.none_for_number, c.number_for_none, c.none});
  }
  return table;
}

analysis::Table MisreadTable(const std::vector<LabelledAnswer>& answers, const std::vector<AnswerRule>& rules,
                             int64_t show) {
  analysis::Table table;
  table.columns = {{"line", "line"}, {"kind", "kind"}, {"text", "text"}, {"label", "label"}};
  for (const AnswerRule rule : rules) {
    const std::string name(AnswerRuleName(rule));
    table.columns.push_back({name, name});
  }
  int64_t count = 0;
  for (size_t i = 0; i < answers.size(); ++i) {
    std::vector<Cell> row = {static_cast<int64_t>(i + 1), answers[i].kind, base::Excerpt(answers[i].text, kExcerpt),
                             answers[i].number.value_or("none")};
    bool misread = false;
    for (const AnswerRule rule : rules) {
      const bool right = IsReadRight(rule, answers[i]);
      misread |= !right;
      row.push_back(absl::StrCat(ExtractAnswer(rule, answers[i].text).value_or("none"), right ? " \u2713" : ""));
    }
    if (!misread) continue;
    if (show < 0 || count < show) table.rows.push_back(std::move(row));
    ++count;
  }
  table.caption = absl::StrCat("Answers that a rule reads otherwise: ", count, " of ", answers.size(),
                               table.rows.size() < static_cast<size_t>(count)
                                   ? absl::StrCat("; the first ", table.rows.size(), " (--show=-1 for all)")
                                   : "");
  return table;
}

}  // namespace evaluation
