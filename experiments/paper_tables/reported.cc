#include "experiments/paper_tables/reported.h"

#include "absl/strings/str_cat.h"
#include "analysis/win_rate.h"
#include "base/jsonl.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::base::GetInt;
using ::base::GetString;
using ::base::GetStrings;
using ::base::JsonLine;

absl::Status Error(const JsonLine& at, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(at.where, ": ", problem));
}

absl::StatusOr<double> Percent(const JsonLine& percent, const std::string& category) {
  const auto found = percent.value.find(category);
  if (found == percent.value.end()) return Error(percent, absl::StrCat("no number for \"", category, "\""));
  if (!found->is_number() || !(*found >= 0 && *found <= 100)) {
    return Error(percent, absl::StrCat(category, " must be a percentage from 0 to 100, not ", found->dump()));
  }
  return found->get<double>();
}

absl::StatusOr<ReportedComparison> ParseComparison(const JsonLine& line, const std::vector<std::string>& categories) {
  ReportedComparison comparison;
  if (!line.value.is_object()) return Error(line, "must be an object");
  ASSIGN_OR_RETURN(comparison.comparison, GetString(line, "comparison"));
  if (line.value.contains("released")) {
    ASSIGN_OR_RETURN(comparison.released, GetString(line, "released"));
  }
  if (line.value.contains("note")) {
    ASSIGN_OR_RETURN(comparison.note, GetString(line, "note"));
  }
  const JsonLine percent{line.value.value("percent", base::Json()), absl::StrCat(line.where, ".percent")};
  if (!percent.value.is_object()) return Error(percent, "must be an object of numbers");
  if (percent.value.size() != categories.size() + 1) {
    return Error(percent, absl::StrCat("must have ", categories.size() + 1, " numbers: one a category and overall"));
  }
  ASSIGN_OR_RETURN(comparison.percent[analysis::kOverall], Percent(percent, analysis::kOverall));
  for (const std::string& category : categories) {
    ASSIGN_OR_RETURN(comparison.percent[category], Percent(percent, category));
  }
  return comparison;
}

}  // namespace

absl::StatusOr<ReportedTable> ParseReportedTable(absl::string_view json, absl::string_view where) {
  JsonLine root{base::Json(), std::string(where)};
  ASSIGN_OR_RETURN(root.value, base::ParseJson(json, where));
  if (!root.value.is_object()) return Error(root, "must be a JSON object");
  ReportedTable table;
  ASSIGN_OR_RETURN(table.table, GetString(root, "table"));
  ASSIGN_OR_RETURN(table.source, GetString(root, "source"));
  ASSIGN_OR_RETURN(table.categories, GetStrings(root, "categories"));
  ASSIGN_OR_RETURN(table.questions_per_category, GetInt(root, "questions_per_category"));
  if (table.questions_per_category < 1) return Error(root, "questions_per_category must be at least 1");
  const auto list = root.value.find("comparisons");
  if (list == root.value.end() || !list->is_array()) return Error(root, "\"comparisons\" must be a list");
  for (size_t i = 0; i < list->size(); ++i) {
    const JsonLine line{(*list)[i], absl::StrCat(where, ", comparisons[", i, "]")};
    ASSIGN_OR_RETURN(ReportedComparison comparison, ParseComparison(line, table.categories));
    table.comparisons.push_back(std::move(comparison));
  }
  return table;
}

}  // namespace experiments
