#include "experiments/paper_tables/reported.h"

#include <algorithm>
#include <cmath>
#include <set>

#include "absl/strings/str_cat.h"
#include "analysis/statistics/estimate.h"
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

// A text or a list of them; empty where the member is absent.
absl::StatusOr<std::vector<std::string>> GetOneOrMore(const JsonLine& line, const char* key) {
  std::vector<std::string> texts;
  if (!line.value.contains(key)) return texts;
  if (line.value[key].is_array()) return GetStrings(line, key);
  ASSIGN_OR_RETURN(std::string text, GetString(line, key));
  texts.push_back(std::move(text));
  return texts;
}

absl::StatusOr<OurSource> ParseOurs(const JsonLine& line) {
  if (!line.value.is_object()) return Error(line, "must be an object");
  OurSource ours;
  std::string table;
  RETURN_IF_ERROR(GetOptional(line, "table", &table));
  RETURN_IF_ERROR(GetOptional(line, "spec", &ours.spec));
  ASSIGN_OR_RETURN(ours.runs, GetOneOrMore(line, "runs"));
  if (table.empty() == ours.spec.empty()) return Error(line, "must have either \"table\" or \"spec\"");
  if (!ours.spec.empty()) return ours;
  if (table != "win_rates" && table != "accuracy") return Error(line, "\"table\" must be win_rates or accuracy");
  ours.kind = table == "accuracy" ? OurSource::kAccuracy : OurSource::kWinRates;
  RETURN_IF_ERROR(GetOptional(line, "setting", &ours.setting));
  const base::Json principles = line.value.value("principles", base::Json(true));
  if (!principles.is_boolean()) return Error(line, "\"principles\" must be true or false");
  ours.principles = principles.get<bool>();
  ASSIGN_OR_RETURN(ours.categories, GetTexts(line, "categories"));
  return ours;
}

absl::Status ParseNumbers(const JsonLine& line, const ReportedTable& table, ReportedRow* row) {
  if (!line.value.is_object() || line.value.empty()) return Error(line, "must be an object of numbers");
  bool is_any = false;
  for (const auto& [category, value] : line.value.items()) {
    if (std::find(table.categories.begin(), table.categories.end(), category) == table.categories.end()) {
      return Error(line, absl::StrCat("the table has no category \"", category, "\""));
    }
    if (value.is_null()) {
      row->reported[category] = analysis::kUndefined;
      continue;
    }
    const double number = value.is_number() ? value.get<double>() : std::nan("");
    const double least = row->minus.has_value() ? -100 : 0;
    const bool in_range = table.unit == Unit::kPercent ? number >= least && number <= 100 : std::isfinite(number);
    if (!in_range) {
      return Error(
          line,
          absl::StrCat(category, " must be ",
                       table.unit == Unit::kPercent ? absl::StrCat("a percentage from ", least, " to 100") : "a number",
                       ", or null where none is known, not ", value.dump()));
    }
    row->reported[category] = number;
    is_any = true;
  }
  if (!is_any && !row->verdicts.has_value() && !row->answers.has_value()) {
    return Error(line, "has no number, and the row no released file that gives one");
  }
  return absl::OkStatus();
}

// The files have to be those from which the measure is computed.
absl::Status CheckFiles(const JsonLine& line, const ReportedTable& table, const ReportedRow& row) {
  if (row.verdicts.has_value() && table.questions_per_category < 1) {
    return Error(line, "verdicts need the table's questions_per_category");
  }
  if (table.measure == Measure::kLength && row.verdicts.has_value()) return Error(line, "verdicts have no length");
  if (table.measure == Measure::kLengthControlled && (row.answers.has_value() || row.minus.has_value())) {
    return Error(line, "length_controlled is of one file of verdicts");
  }
  const bool counts = table.measure == Measure::kPlain && row.answers.has_value();
  if (row.minus.has_value() && (counts || !(row.verdicts.has_value() || row.answers.has_value()))) {
    return Error(line, "\"minus\" is of verdicts, or of lengths of answers");
  }
  return absl::OkStatus();
}

absl::StatusOr<ReportedRow> ParseRow(const JsonLine& line, const ReportedTable& table) {
  ReportedRow row;
  if (!line.value.is_object()) return Error(line, "must be an object");
  ASSIGN_OR_RETURN(row.comparison, GetString(line, "comparison"));
  ASSIGN_OR_RETURN(row.verdicts, GetOptional(line, "verdicts"));
  ASSIGN_OR_RETURN(row.answers, GetOptional(line, "answers"));
  ASSIGN_OR_RETURN(row.minus, GetOptional(line, "minus"));
  ASSIGN_OR_RETURN(row.ours, GetOneOrMore(line, "ours"));
  ASSIGN_OR_RETURN(row.runs, GetOneOrMore(line, "runs"));
  RETURN_IF_ERROR(GetOptional(line, "evaluation", &row.evaluation));
  RETURN_IF_ERROR(GetOptional(line, "note", &row.note));
  RETURN_IF_ERROR(CheckFiles(line, table, row));
  if (!row.ours.empty() && !table.ours.has_value()) return Error(line, "\"ours\" needs the table's \"ours\"");
  RETURN_IF_ERROR(
      ParseNumbers({line.value.value("reported", base::Json()), absl::StrCat(line.where, ".reported")}, table, &row));
  return row;
}

absl::Status ParseMeasure(const std::string& measure, const JsonLine& line, ReportedTable* table) {
  std::vector<std::string> known;
  if (measure == "length") {
    table->measure = Measure::kLength;
    known = {kWords, kCharacters};
  } else if (measure == "length_controlled") {
    table->measure = Measure::kLengthControlled;
    known = {kRaw, kEqualLengths};
  } else {
    return Error(line, "\"measure\" must be length or length_controlled, or left out");
  }
  for (const std::string& category : table->categories) {
    if (std::find(known.begin(), known.end(), category) != known.end()) continue;
    return Error(line, absl::StrCat("measure ", measure, " has no category \"", category, "\""));
  }
  return absl::OkStatus();
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
  std::string measure;
  RETURN_IF_ERROR(GetOptional(line, "measure", &measure));
  if (!measure.empty()) RETURN_IF_ERROR(ParseMeasure(measure, line, &table));
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
