#include "evaluation/principles/suite_tables.h"

#include <array>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "evaluation/principles/suite.h"

namespace principles {
namespace {

using ::analysis::Cell;

std::string UseName(const SuitePrinciple& row) { return row.held_out ? "held out" : "learned"; }

}  // namespace

std::string SuiteJson() {
  base::OrderedJson list = base::OrderedJson::array();
  for (const datasets::Principle& principle : Principles()) {
    base::OrderedJson entry;
    entry["id"] = principle.id;
    entry["principle"] = principle.text;
    entry["paraphrases"] = principle.paraphrases;
    entry["antithesis"] = principle.antitheses;
    list.push_back(std::move(entry));
  }
  return analysis::JsonText(list);
}

analysis::Table SuiteTable() {
  analysis::Table table;
  table.caption = "The principle suite";
  table.columns = {{"id", "id"},
                   {"use", "use"},
                   {"kind", "kind"},
                   {"length", "length"},
                   {"principle", "principle"},
                   {"antithesis", "antithesis"},
                   {"reads", "the checker reads: principle / antithesis"},
                   {"fooled", "what fools it"}};
  for (const SuitePrinciple& row : Suite()) {
    table.rows.push_back({row.principle.id, UseName(row), row.kind, std::string(LengthEffectName(row.length_effect)),
                          row.principle.text, row.principle.antitheses[0], row.reads, row.fooled});
  }
  return table;
}

analysis::Table RatesTable(absl::Span<const std::string> answers) {
  const std::vector<SuitePrinciple>& suite = Suite();
  std::vector<std::array<int64_t, 3>> counts(suite.size(), {0, 0, 0});
  int64_t said = 0;
  for (const std::string& answer : answers) {
    if (!SaysSomething(answer)) continue;
    ++said;
    const std::vector<Side> sides = Sides(answer);
    for (size_t i = 0; i < sides.size(); ++i) ++counts[i][static_cast<size_t>(sides[i])];
  }
  analysis::Table table;
  table.caption = absl::StrCat("How often ", said, " answers follow the suite's principles");
  const auto percent = analysis::NumberFormat::kPercent;
  table.columns = {{"id", "id"},
                   {"use", "use"},
                   {"length", "length"},
                   {"principle", "principle %", percent, 1},
                   {"antithesis", "antithesis %", percent, 1},
                   {"neither", "neither %", percent, 1}};
  for (size_t i = 0; i < suite.size(); ++i) {
    std::vector<Cell> cells = {suite[i].principle.id, UseName(suite[i]),
                               std::string(LengthEffectName(suite[i].length_effect))};
    for (const int64_t count : counts[i]) {
      cells.push_back(said == 0 ? Cell() : Cell(static_cast<double>(count) / static_cast<double>(said)));
    }
    table.rows.push_back(std::move(cells));
  }
  const auto left_out = static_cast<int64_t>(answers.size()) - said;
  if (left_out > 0) table.notes = {absl::StrCat(left_out, " answers without a letter or digit are left out.")};
  return table;
}

}  // namespace principles
