#include "experiments/paper_tables/paper_claims.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "experiments/claims/scores.h"

namespace experiments {
namespace {

using ::base::GetString;
using ::base::GetStrings;
using ::base::Json;
using ::base::JsonLine;

absl::Status Error(const JsonLine& at, absl::string_view problem) {
  return absl::InvalidArgumentError(absl::StrCat(at.where, ": ", problem));
}

JsonLine Member(const JsonLine& line, const std::string& key) {
  return {line.value.value(key, Json()), absl::StrCat(line.where, ".", key)};
}

// An object with these members and no others.
absl::Status CheckMembers(const JsonLine& line, const std::set<std::string>& needed,
                          const std::set<std::string>& optional) {
  if (!line.value.is_object()) return Error(line, "must be an object");
  for (const std::string& key : needed) {
    if (!line.value.contains(key)) return Error(line, absl::StrCat("\"", key, "\" is missing"));
  }
  for (const auto& [key, value] : line.value.items()) {
    if (needed.count(key) == 0 && optional.count(key) == 0) {
      return Error(line, absl::StrCat("\"", key, "\" is no member"));
    }
  }
  return absl::OkStatus();
}

// Calls parse(element) for each of a list that is not empty.
absl::Status ForEach(const JsonLine& list, const std::function<absl::Status(const JsonLine&)>& parse) {
  if (!list.value.is_array() || list.value.empty()) return Error(list, "must be a list, not empty");
  for (size_t i = 0; i < list.value.size(); ++i) {
    RETURN_IF_ERROR(parse({list.value[i], absl::StrCat(list.where, "[", i, "]")}));
  }
  return absl::OkStatus();
}

absl::Status ParsePair(const JsonLine& line, PaperClaim* claim) {
  const bool is_pair = line.value.is_array() && line.value.size() == 2 && line.value[0].is_string() &&
                       line.value[1].is_string() && line.value[0] != line.value[1];
  if (!is_pair) return Error(line, "must be the names of two arms");
  claim->pairs.emplace_back(line.value[0].get<std::string>(), line.value[1].get<std::string>());
  return absl::OkStatus();
}

absl::Status ParseMeasured(const JsonLine& line, PaperClaim* claim) {
  RETURN_IF_ERROR(CheckMembers(line, {"metric"}, {"setting"}));
  PaperClaim::Measured measured;
  ASSIGN_OR_RETURN(measured.metric, GetString(line, "metric"));
  const std::set<std::string> known = {kWinRate, kFollowed, kInformation, kTokens};
  if (known.count(measured.metric) == 0) {
    return Error(line, absl::StrCat("\"", measured.metric, "\" is no metric of a claim"));
  }
  if (line.value.contains("setting")) {
    ASSIGN_OR_RETURN(measured.setting, GetString(line, "setting"));
  }
  claim->measures.push_back(std::move(measured));
  return absl::OkStatus();
}

absl::Status ParseReleased(const JsonLine& line, absl::Span<const ReportedTable> tables, PaperClaim* claim) {
  RETURN_IF_ERROR(CheckMembers(line, {"table", "category", "rows"}, {}));
  PaperClaim::Released released;
  ASSIGN_OR_RETURN(released.table, GetString(line, "table"));
  ASSIGN_OR_RETURN(released.category, GetString(line, "category"));
  ASSIGN_OR_RETURN(released.rows, GetStrings(line, "rows"));
  if (released.rows.size() != claim->pairs.size()) return Error(line, "rows must be as many as pairs");
  const auto table =
      std::find_if(tables.begin(), tables.end(), [&](const ReportedTable& one) { return one.table == released.table; });
  if (table == tables.end()) return Error(line, absl::StrCat("there is no table \"", released.table, "\""));
  for (const std::string& name : released.rows) {
    const auto row = std::find_if(table->rows.begin(), table->rows.end(),
                                  [&](const ReportedRow& one) { return one.comparison == name; });
    if (row == table->rows.end() || row->reported.count(released.category) == 0) {
      return Error(line, absl::StrCat("the table has no row \"", name, "\" with that category"));
    }
  }
  claim->released = std::move(released);
  return absl::OkStatus();
}

absl::Status ParseRange(const JsonLine& line, PaperClaim* claim) {
  const bool is_range = line.value.is_array() && line.value.size() == 2 && line.value[0].is_number() &&
                        line.value[1].is_number() && line.value[0] <= line.value[1] && line.value[0] >= 0 &&
                        line.value[1] <= 100;
  if (!is_range) return Error(line, "must be two percentages from 0 to 100, the lower one first");
  claim->low = line.value[0].get<double>();
  claim->high = line.value[1].get<double>();
  return absl::OkStatus();
}

absl::Status ParseClaim(const JsonLine& line, absl::Span<const ReportedTable> tables, PaperClaims* claims) {
  PaperClaim claim;
  RETURN_IF_ERROR(CheckMembers(line, {"claim", "says", "runs", "pairs", "direction", "measures"},
                               {"reported", "note", "evaluation", "released"}));
  ASSIGN_OR_RETURN(claim.claim, GetString(line, "claim"));
  for (const PaperClaim& other : claims->claims) {
    if (other.claim == claim.claim) return Error(line, absl::StrCat("a second \"", claim.claim, "\""));
  }
  ASSIGN_OR_RETURN(claim.says, GetString(line, "says"));
  ASSIGN_OR_RETURN(claim.runs, GetStrings(line, "runs"));
  if (claim.runs.empty()) return Error(line, "\"runs\" must name a spec");
  ASSIGN_OR_RETURN(const std::string direction, GetString(line, "direction"));
  if (direction != "more" && direction != "less") return Error(line, "\"direction\" must be more or less");
  claim.less = direction == "less";
  if (line.value.contains("note")) {
    ASSIGN_OR_RETURN(claim.note, GetString(line, "note"));
  }
  if (line.value.contains("evaluation")) {
    ASSIGN_OR_RETURN(claim.evaluation, GetString(line, "evaluation"));
  }
  if (line.value.contains("reported")) RETURN_IF_ERROR(ParseRange(Member(line, "reported"), &claim));
  RETURN_IF_ERROR(ForEach(Member(line, "pairs"), [&](const JsonLine& pair) { return ParsePair(pair, &claim); }));
  RETURN_IF_ERROR(ForEach(Member(line, "measures"), [&](const JsonLine& one) { return ParseMeasured(one, &claim); }));
  if (line.value.contains("released")) RETURN_IF_ERROR(ParseReleased(Member(line, "released"), tables, &claim));
  claims->claims.push_back(std::move(claim));
  return absl::OkStatus();
}

// Each other name has to be that of a claim's run at one of the sizes.
absl::Status ParseAlso(const JsonLine& line, PaperClaims* claims) {
  std::set<std::string> known;
  for (const PaperClaim& claim : claims->claims) {
    for (const std::string& run : claim.runs) {
      for (const auto& [size, ending] : claims->sizes) known.insert(run + ending);
    }
  }
  if (!line.value.is_object()) return Error(line, "must be an object");
  for (const auto& [name, value] : line.value.items()) {
    ASSIGN_OR_RETURN(const std::vector<std::string> runs, GetStrings(line, name.c_str()));
    for (const std::string& run : runs) {
      if (known.count(run) == 0) return Error(line, absl::StrCat("\"", run, "\" is no run of a claim"));
    }
    claims->also[name] = runs;
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PaperClaims> ParsePaperClaims(absl::string_view json, absl::string_view where,
                                             absl::Span<const ReportedTable> tables) {
  JsonLine root{Json(), std::string(where)};
  ASSIGN_OR_RETURN(root.value, base::ParseJson(json, where));
  RETURN_IF_ERROR(CheckMembers(root, {"sizes", "also", "claims"}, {}));
  PaperClaims claims;
  RETURN_IF_ERROR(ForEach(Member(root, "sizes"), [&](const JsonLine& line) -> absl::Status {
    RETURN_IF_ERROR(CheckMembers(line, {"size", "ending"}, {}));
    ASSIGN_OR_RETURN(std::string size, GetString(line, "size"));
    ASSIGN_OR_RETURN(std::string ending, GetString(line, "ending"));
    claims.sizes.emplace_back(std::move(size), std::move(ending));
    return absl::OkStatus();
  }));
  RETURN_IF_ERROR(
      ForEach(Member(root, "claims"), [&](const JsonLine& line) { return ParseClaim(line, tables, &claims); }));
  RETURN_IF_ERROR(ParseAlso(Member(root, "also"), &claims));
  return claims;
}

}  // namespace experiments
