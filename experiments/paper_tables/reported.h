// Numbers as a paper printed them, from a data file in this repository (reported.json shows the format).
#ifndef EXPERIMENTS_PAPER_TABLES_REPORTED_H_
#define EXPERIMENTS_PAPER_TABLES_REPORTED_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace experiments {

struct ReportedComparison {
  std::string comparison;  // "dpo_vs_sft"
  // Win rates in percent, by category and for "overall".
  std::map<std::string, double> percent;
  // The pinned file (datasets/sources) of released verdicts; none where nothing was released.
  std::optional<std::string> released;
  // What a reader has to know about this comparison. May be empty.
  std::string note;
};

struct ReportedTable {
  std::string table;
  std::string source;
  // The questions' categories, in order, and how many questions each has.
  std::vector<std::string> categories;
  int questions_per_category = 0;
  std::vector<ReportedComparison> comparisons;
};

// kInvalidArgument, naming `where` and the field: malformed JSON, a missing or mistyped field, a percentage outside
// [0, 100], no questions a category, or a comparison that lacks a category or "overall".
absl::StatusOr<ReportedTable> ParseReportedTable(absl::string_view json, absl::string_view where);

}  // namespace experiments

#endif  // EXPERIMENTS_PAPER_TABLES_REPORTED_H_
