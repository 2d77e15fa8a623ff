#include "analysis/commands/rows.h"

#include <unistd.h>

#include <cmath>
#include <fstream>
#include <iostream>
#include <set>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/commands/lines.h"
#include "base/file.h"
#include "base/status.h"
#include "base/text.h"

namespace analysis {
namespace {

using ::base::Json;

constexpr int64_t kMessageLength = 1000;

// Adds a line to the fields of a record of CSV, which are {""} at its beginning; false while a quoted field, which goes
// on in the next line, is open at the end.
bool SplitCsv(const std::string& record, std::vector<std::string>* fields, bool quoted = false) {
  for (size_t i = 0; i < record.size(); ++i) {
    const char c = record[i];
    if (quoted) {
      if (c != '"') {
        fields->back() += c;
      } else if (i + 1 < record.size() && record[i + 1] == '"') {
        fields->back() += record[++i];
      } else {
        quoted = false;
      }
    } else if (c == '"' && fields->back().empty()) {
      quoted = true;
    } else if (c == ',') {
      fields->emplace_back();
    } else {
      fields->back() += c;
    }
  }
  return !quoted;
}

// The text with null for NaN and "Infinity" for Infinity: words outside strings that Python's json writes.
std::string WithoutNonNumbers(const std::string& text) {
  std::string result;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') quoted = !quoted;
    const auto is = [&](absl::string_view word) {
      return !quoted && absl::string_view(text).substr(i, word.size()) == word;
    };
    if (quoted && text[i] == '\\' && i + 1 < text.size()) {
      result += text[i++];
      result += text[i];
    } else if (is("NaN")) {
      result += "null";
      i += 2;
    } else if (is("Infinity") || is("-Infinity")) {
      result += "\"Infinity\"";
      i += text[i] == '-' ? 8 : 7;
    } else {
      result += text[i];
    }
  }
  return result;
}

absl::StatusOr<Json> Parse(const std::string& text, absl::string_view where) {
  absl::StatusOr<Json> parsed = base::ParseJson(text, where);
  if (parsed.ok()) return parsed;
  absl::StatusOr<Json> again = base::ParseJson(WithoutNonNumbers(text), where);
  return again.ok() ? std::move(again) : std::move(parsed);
}

absl::Status CheckHeader(const std::vector<std::string>& header, const Row& row) {
  for (const char separator : {';', '\t'}) {
    if (header.size() > 1 || header[0].find(separator) == std::string::npos) continue;
    return row.Error(absl::StrCat("columns are told apart by commas, and these by ",
                                  separator == ';' ? "semicolons" : "tabs", ": save the file as comma-separated"));
  }
  std::set<std::string> names;
  for (const std::string& name : header) {
    if (!names.insert(name).second) return row.Error(absl::StrCat("the header names \"", name, "\" twice"));
  }
  return absl::OkStatus();
}

// `record` is the header.
absl::Status VisitCsv(std::string record, Lines& lines, absl::string_view path, RowVisitor visit, int64_t* rows) {
  std::vector<std::string> header = {""}, fields;
  Json members = Json::object();
  SplitCsv(record, &header);
  RETURN_IF_ERROR(CheckHeader(header, Row(members, path, lines.number())));
  while (lines.Next(&record)) {
    if (base::IsBlank(record)) continue;
    const Row row(members, path, lines.number());
    std::string more;
    fields.assign(1, "");
    for (bool closed = SplitCsv(record, &fields); !closed; closed = SplitCsv(more, &fields, /*quoted=*/true)) {
      if (!lines.Next(&more)) return lines.status().ok() ? row.Error("a quoted field is not closed") : lines.status();
      fields.back() += '\n';
    }
    if (fields.size() != header.size()) {
      return row.Error(absl::StrCat("there are ", fields.size(), " fields, and ", header.size(), " in the header"));
    }
    for (size_t i = 0; i < header.size(); ++i) members[header[i]] = fields[i];
    ++*rows;
    RETURN_IF_ERROR(visit(row));
  }
  return absl::OkStatus();
}

absl::Status VisitJsonLines(std::string line, Lines& lines, absl::string_view path, RowVisitor visit, int64_t* rows) {
  do {
    if (base::IsBlank(line)) continue;
    ASSIGN_OR_RETURN(const Json members, Parse(line, absl::StrCat(path, ":", lines.number())));
    const Row row(members, path, lines.number());
    if (!members.is_object()) return row.Error("a line must be a JSON object");
    ++*rows;
    RETURN_IF_ERROR(visit(row));
  } while (lines.Next(&line));
  return absl::OkStatus();
}

absl::Status VisitJsonList(std::string text, Lines& lines, absl::string_view path, RowVisitor visit, int64_t* rows) {
  ASSIGN_OR_RETURN(const std::string rest, lines.Rest());
  absl::StrAppend(&text, "\n", rest);
  ASSIGN_OR_RETURN(const Json list, Parse(text, path));
  for (const Json& members : list) {
    const Row row(members, path, ++*rows);
    if (!members.is_object()) return row.Error("an element of the list must be a JSON object");
    RETURN_IF_ERROR(visit(row));
  }
  return absl::OkStatus();
}

}  // namespace

std::string Row::where() const { return absl::StrCat(path_, ":", line_); }

absl::Status Row::Error(absl::string_view message) const {
  // Words of the file that a message quotes may be of any length.
  return absl::InvalidArgumentError(absl::StrCat(where(), ": ", base::FirstCharacters(message, kMessageLength)));
}

bool Row::Has(absl::string_view key) const {
  const auto found = members_.find(std::string(key));
  return found != members_.end() && !found->is_null() &&
         !(found->is_string() && found->get_ref<const std::string&>().empty());
}

absl::StatusOr<std::string> Row::Text(absl::string_view key) const {
  if (!Has(key)) return Error(absl::StrCat("\"", key, "\" is missing"));
  const Json& value = members_[std::string(key)];
  if (value.is_string()) return value.get<std::string>();
  if (value.is_number()) return value.dump();
  return Error(absl::StrCat("\"", key, "\" must be text or a number, and is a ", value.type_name()));
}

absl::StatusOr<std::string> Row::Id(absl::string_view key) const {
  ASSIGN_OR_RETURN(std::string id, Text(key));
  const size_t point = id.find('.');
  const size_t sign = !id.empty() && id[0] == '-' ? 1 : 0;
  const bool is_whole = point != std::string::npos && point > sign && point + 1 < id.size() &&
                        id.find_first_not_of("0123456789", sign) == point &&
                        id.find_first_not_of('0', point + 1) == std::string::npos;
  if (is_whole) id.resize(point);
  return id;
}

absl::StatusOr<double> Row::Number(absl::string_view key) const {
  if (!Has(key)) return Error(absl::StrCat("\"", key, "\" is missing"));
  const Json& value = members_[std::string(key)];
  double number = std::nan("");
  if (value.is_number()) number = value.get<double>();
  if (value.is_boolean()) number = value.get<bool>() ? 1 : 0;
  if (value.is_string() && !absl::SimpleAtod(value.get_ref<const std::string&>(), &number)) number = std::nan("");
  if (!std::isfinite(number)) {
    return Error(absl::StrCat("\"", key, "\" must be a finite number, and is ",
                              value.dump(-1, ' ', false, Json::error_handler_t::replace)));
  }
  return number;
}

absl::Status ForEachRow(const std::string& path, RowVisitor visit) {
  if (path == "-") return ForEachRow(std::cin, "standard input", visit);
  ASSIGN_OR_RETURN(const int regular, base::OpenRegularFile(path));
  close(regular);
  std::ifstream in(path, std::ios::binary);
  return ForEachRow(in, path, visit);
}

absl::Status ForEachRow(std::istream& in, absl::string_view path, RowVisitor visit) {
  Lines lines(in, path);
  std::string first;
  int64_t rows = 0;
  while (lines.Next(&first) && base::IsBlank(first)) {
  }
  if (first.compare(0, 2, "\xFF\xFE") == 0 || first.compare(0, 2, "\xFE\xFF") == 0) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": it is UTF-16; save it as UTF-8"));
  }
  const char start = base::IsBlank(first) ? ' ' : first[first.find_first_not_of(" \t")];
  absl::Status status;
  if (start == '[') status = VisitJsonList(std::move(first), lines, path, visit, &rows);
  if (start == '{') status = VisitJsonLines(std::move(first), lines, path, visit, &rows);
  if (start != '[' && start != '{' && start != ' ') status = VisitCsv(std::move(first), lines, path, visit, &rows);
  RETURN_IF_ERROR(status);
  RETURN_IF_ERROR(lines.status());
  if (in.bad()) return absl::UnavailableError(absl::StrCat(path, ": reading failed"));
  if (rows == 0) return absl::InvalidArgumentError(absl::StrCat(path, ": there are no rows"));
  return absl::OkStatus();
}

absl::StatusOr<bool> FilterChoice::Takes(const Row& row) {
  if (!row.Has("filter")) return true;
  ASSIGN_OR_RETURN(const std::string filter, row.Text("filter"));
  found_.insert(filter);
  if (!wanted_.empty()) return filter == wanted_;
  if (found_.size() == 1) return true;
  return row.Error(absl::StrCat("its filter is \"", filter, "\", and those above are of another: choose one, --filter=",
                                *found_.begin(), " or --filter=", *found_.rbegin()));
}

absl::Status FilterChoice::Finish(absl::string_view path) const {
  if (wanted_.empty() || found_.count(wanted_) > 0) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": no row is of filter \"", wanted_, "\"",
                   found_.empty() ? "; none names a filter" : absl::StrCat(", but of ", absl::StrJoin(found_, ", "))));
}

absl::Status ForEachRow(const std::string& path, const std::string& filter, RowVisitor visit) {
  FilterChoice choice(filter);
  RETURN_IF_ERROR(ForEachRow(path, [&](const Row& row) -> absl::Status {
    ASSIGN_OR_RETURN(const bool takes, choice.Takes(row));
    return takes ? visit(row) : absl::OkStatus();
  }));
  return choice.Finish(path);
}

}  // namespace analysis
