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
  kNumber,   // settings, counts and lengths
};

// What is recomputed from a table's released files.
enum class Measure {
  kPlain,             // verdicts: a win rate each for all questions and for every category; answers: their number
  kLength,            // answers: the mean length, by the categories kWords and kCharacters
  kLengthControlled,  // verdicts: the win rate, kRaw, and that at equal lengths, kEqualLengths
};
inline constexpr char kWords[] = "words";            // between white space
inline constexpr char kCharacters[] = "characters";  // Unicode's code points
inline constexpr char kRaw[] = "raw";
inline constexpr char kEqualLengths[] = "equal lengths";

// The range that a row reports, where it is no single number.
inline constexpr char kLowest[] = "lowest";
inline constexpr char kHighest[] = "highest";

// What of a run folder corresponds to a table.
struct OurSource {
  enum Kind { kWinRates, kAccuracy, kSpec } kind = kSpec;
  // Of win rates. Judges are told apart by what the run's spec says of them, whatever they are called.
  std::string setting;
  bool principles = true;                         // whether its judges are asked who follows the constitution
  std::map<std::string, std::string> categories;  // the paper's category -> ours, where they differ
  std::string spec;                               // of spec fields: only runs whose spec has this field
  std::vector<std::string> runs;  // beginnings of the names of specs, of which one has to fit; empty: any spec
};

struct ReportedRow {
  std::string comparison;                  // "dpo_vs_sft", or a setting's name
  std::map<std::string, double> reported;  // by category, in the table's unit; NaN: we know of no such number
  // Pinned files (datasets/sources) from which the numbers follow; none where nothing was released.
  std::optional<std::string> verdicts, answers;
  std::optional<std::string> minus;  // another such file, on the same questions: the paired difference is meant
  // The row's names in a run folder, or the field's paths, of which the first that is there counts; may be empty.
  // kLowest and kHighest are over all of them.
  std::vector<std::string> ours;
  std::vector<std::string> runs;  // as the table's
  std::string evaluation;         // in such a run; empty: any
  std::string note;               // what a reader has to know; may be empty
};

struct ReportedTable {
  std::string table;
  std::string caption;
  std::string source;  // where the paper prints it
  Unit unit = Unit::kPercent;
  // Half of the last printed digit, or the reading error of a figure, in the table's unit.
  double precision = 0;
  std::vector<std::string> categories;
  Measure measure = Measure::kPlain;
  // Verdicts come in the order of the categories but "overall", so many each, or so many in all where the measure has
  // its own categories; 0 where there are no verdicts.
  int questions_per_category = 0;
  std::optional<OurSource> ours;
  std::vector<ReportedRow> rows;
};

// kInvalidArgument, naming `where` and the field: malformed JSON, a missing or mistyped field, a percentage outside
// [0, 100] (of a difference: [-100, 100]), a row without numbers or with one for a category that the table does not
// have, nothing but null and no released file, a repeated table or row, verdicts without questions_per_category, files
// that do not fit the measure.
absl::StatusOr<std::vector<ReportedTable>> ParseReportedTables(absl::string_view json, absl::string_view where);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_REPORTED_H_
