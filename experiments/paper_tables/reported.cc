#include "experiments/paper_tables/reported.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
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

// Leaves *text as it is where the member is absent.
absl::Status GetOptional(const JsonLine& line, const char* key, std::string* text) {
  if (!line.value.contains(key)) return absl::OkStatus();
  ASSIGN_OR_RETURN(*text, GetString(line, key));
  return absl::OkStatus();
}

absl::StatusOr<std::optional<std::string>> GetOptional(const JsonLine& line, const char* key) {
  if (!line.value.contains(key)) return std::optional<std::string>();
  ASSIGN_OR_RETURN(std::string text, GetString(line, key));
  return std::optional<std::string>(std::move(text));
}

// An object of texts; empty where it is absent.
absl::StatusOr<std::map<std::string, std::string>> GetTexts(const JsonLine& line, const char* key) {
  std::map<std::string, std::string> texts;
  const JsonLine object{line.value.value(key, base::Json::object()), absl::StrCat(line.where, ".", key)};
  if (!object.value.is_object()) return Error(object, "must be an object of texts");
  for (const auto& [name, value] : object.value.items()) {
    ASSIGN_OR_RETURN(texts[name], GetString(object, name.c_str()));
  }
  return texts;
}

absl::StatusOr<OurSource> ParseOurs(const JsonLine& line) {
  if (!line.value.is_object()) return Error(line, "must be an object");
  OurSource ours;
  std::string table;
  RETURN_IF_ERROR(GetOptional(line, "table", &table));
  RETURN_IF_ERROR(GetOptional(line, "spec", &ours.spec));
  if (table.empty() == ours.spec.empty()) return Error(line, "must have either \"table\" or \"spec\"");
  if (!ours.spec.empty()) return ours;
  if (table != "win_rates" && table != "accuracy") return Error(line, "\"table\" must be win_rates or accuracy");
  ours.kind = table == "accuracy" ? OurSource::kAccuracy : OurSource::kWinRates;
  RETURN_IF_ERROR(GetOptional(line, "setting", &ours.setting));
  RETURN_IF_ERROR(GetOptional(line, "judge", &ours.judge));
  ASSIGN_OR_RETURN(ours.categories, GetTexts(line, "categories"));
  return ours;
}

absl::Status ParseNumbers(const JsonLine& line, const ReportedTable& table, ReportedRow* row) {
  if (!line.value.is_object() || line.value.empty()) return Error(line, "must be an object of numbers");
  for (const auto& [category, value] : line.value.items()) {
    if (std::find(table.categories.begin(), table.categories.end(), category) == table.categories.end()) {
      return Error(line, absl::StrCat("the table has no category \"", category, "\""));
    }
    const double number = value.is_number() ? value.get<double>() : std::nan("");
    const bool in_range = table.unit == Unit::kPercent ? number >= 0 && number <= 100 : std::isfinite(number);
    if (!in_range) {
      return Error(line, absl::StrCat(category, " must be ",
                                      table.unit == Unit::kPercent ? "a percentage from 0 to 100" : "a number",
                                      ", not ", value.dump()));
    }
    row->reported[category] = number;
  }
  return absl::OkStatus();
}

absl::StatusOr<ReportedRow> ParseRow(const JsonLine& line, const ReportedTable& table) {
  ReportedRow row;
  if (!line.value.is_object()) return Error(line, "must be an object");
  ASSIGN_OR_RETURN(row.comparison, GetString(line, "comparison"));
  ASSIGN_OR_RETURN(row.verdicts, GetOptional(line, "verdicts"));
  ASSIGN_OR_RETURN(row.answers, GetOptional(line, "answers"));
  RETURN_IF_ERROR(GetOptional(line, "ours", &row.ours));
  RETURN_IF_ERROR(GetOptional(line, "note", &row.note));
  if (row.verdicts.has_value() && table.questions_per_category < 1) {
    return Error(line, "verdicts need the table's questions_per_category");
  }
  if (!row.ours.empty() && !table.ours.has_value()) return Error(line, "\"ours\" needs the table's \"ours\"");
  RETURN_IF_ERROR(
      ParseNumbers({line.value.value("reported", base::Json()), absl::StrCat(line.where, ".reported")}, table, &row));
  return row;
}

absl::StatusOr<ReportedTable> ParseTable(const JsonLine& line) {
  ReportedTable table;
  if (!line.value.is_object()) return Error(line, "must be an object");
  ASSIGN_OR_RETURN(table.table, GetString(line, "table"));
  ASSIGN_OR_RETURN(table.caption, GetString(line, "caption"));
  ASSIGN_OR_RETURN(table.source, GetString(line, "source"));
  ASSIGN_OR_RETURN(table.categories, GetStrings(line, "categories"));
  ASSIGN_OR_RETURN(const std::string unit, GetString(line, "unit"));
  if (unit != "percent" && unit != "number") return Error(line, "\"unit\" must be percent or number");
  table.unit = unit == "percent" ? Unit::kPercent : Unit::kNumber;
  const base::Json precision = line.value.value("precision", base::Json());
  if (!precision.is_number() || !(precision.get<double>() >= 0)) {
    return Error(line, "\"precision\" must be a number from 0 on");
  }
  table.precision = precision.get<double>();
  if (line.value.contains("questions_per_category")) {
    ASSIGN_OR_RETURN(table.questions_per_category, GetInt(line, "questions_per_category"));
    if (table.questions_per_category < 1) return Error(line, "questions_per_category must be at least 1");
  }
  if (line.value.contains("ours")) {
    ASSIGN_OR_RETURN(table.ours, ParseOurs({line.value["ours"], absl::StrCat(line.where, ".ours")}));
  }
  const auto rows = line.value.find("rows");
  if (rows == line.value.end() || !rows->is_array()) return Error(line, "\"rows\" must be a list");
  std::set<std::string> names;
  for (size_t i = 0; i < rows->size(); ++i) {
    const JsonLine at{(*rows)[i], absl::StrCat(line.where, ".rows[", i, "]")};
    ASSIGN_OR_RETURN(ReportedRow row, ParseRow(at, table));
    if (!names.insert(row.comparison).second) return Error(at, absl::StrCat("a second \"", row.comparison, "\""));
    table.rows.push_back(std::move(row));
  }
  return table;
}

}  // namespace

absl::StatusOr<std::vector<ReportedTable>> ParseReportedTables(absl::string_view json, absl::string_view where) {
  JsonLine root{base::Json(), std::string(where)};
  ASSIGN_OR_RETURN(root.value, base::ParseJson(json, where));
  const base::Json list = root.value.is_object() ? root.value.value("tables", base::Json()) : base::Json();
  if (!list.is_array()) return Error(root, "\"tables\" must be a list");
  std::vector<ReportedTable> tables;
  std::set<std::string> names;
  for (size_t i = 0; i < list.size(); ++i) {
    const JsonLine line{list[i], absl::StrCat(where, ", tables[", i, "]")};
    ASSIGN_OR_RETURN(ReportedTable table, ParseTable(line));
    if (!names.insert(table.table).second) return Error(line, absl::StrCat("a second \"", table.table, "\""));
    tables.push_back(std::move(table));
  }
  return tables;
}

}  // namespace experiments
