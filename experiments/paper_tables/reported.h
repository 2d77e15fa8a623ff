// Reported numbers, as the papers printed them, from a data file in this repository (reported.json shows the format).
#ifndef EXPERIMENTS_PAPER_TABLES_REPORTED_H_
#define EXPERIMENTS_PAPER_TABLES_REPORTED_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

enum class Unit {
  kPercent,  // typed as printed, 56.5; shown as a fraction to programs
  kNumber,   // settings and counts
};

// What of a run folder corresponds to a table.
struct OurSource {
  enum Kind { kWinRates, kAccuracy, kSpec } kind = kSpec;
  std::string setting, judge;                     // of win rates
  std::map<std::string, std::string> categories;  // the paper's category -> ours, where they differ
  std::string spec;                               // of spec fields: only runs whose spec has this field
};

struct ReportedRow {
  std::string comparison;                  // "dpo_vs_sft", or a setting's name
  std::map<std::string, double> reported;  // by category, in the table's unit
  // Pinned files (datasets/sources) from which the numbers follow; none where nothing was released.
  std::optional<std::string> verdicts;  // a win rate each for all questions and for every category
  std::optional<std::string> answers;   // their number
  std::string ours;                     // the row's name, or the field's path, in a run folder; may be empty
  std::string note;                     // what a reader has to know; may be empty
};

struct ReportedTable {
  std::string table;
  std::string caption;
  std::string source;  // where the paper prints it
  Unit unit = Unit::kPercent;
  // Half of the last printed digit, or the reading error of a figure, in the table's unit.
  double precision = 0;
  std::vector<std::string> categories;
  // Verdicts come in the order of the categories but "overall", so many each; 0 where there are no verdicts.
  int questions_per_category = 0;
  std::optional<OurSource> ours;
  std::vector<ReportedRow> rows;
};

// kInvalidArgument, naming `where` and the field: malformed JSON, a missing or mistyped field, a percentage outside
// [0, 100], a row without numbers or with one for a category that the table does not have, a repeated table or row,
// verdicts without questions_per_category.
absl::StatusOr<std::vector<ReportedTable>> ParseReportedTables(absl::string_view json, absl::string_view where);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_REPORTED_H_
