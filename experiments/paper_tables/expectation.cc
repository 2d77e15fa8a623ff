#include "experiments/paper_tables/expectation.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"

namespace experiments {
namespace {

using ::base::Json;

constexpr double kTolerance = 1e-9;
constexpr size_t kNamed = 5;

using CellsByName = std::map<std::string, Json>;

absl::StatusOr<CellsByName> ByName(const Json& list, absl::string_view where) {
  CellsByName cells;
  if (!list.is_array()) return absl::InvalidArgumentError(absl::StrCat(where, ": must be a list of cells"));
  for (const Json& value : list) {
    std::vector<std::string> name;
    for (const char* key : {"table", "comparison", "category"}) {
      ASSIGN_OR_RETURN(std::string part, base::GetString({value, absl::StrCat(where, ": cell ", cells.size())}, key));
      name.push_back(std::move(part));
    }
    if (!cells.emplace(absl::StrJoin(name, ", "), value).second) {
      return absl::InvalidArgumentError(absl::StrCat(where, ": a second cell ", absl::StrJoin(name, ", ")));
    }
  }
  return cells;
}

bool Equal(const Json& a, const Json& b) {
  if (!a.is_number() || !b.is_number()) return a == b;
  const double x = a.get<double>(), y = b.get<double>();
  return std::abs(x - y) <= kTolerance * std::max(std::abs(x), std::abs(y));
}

void CompareCell(const std::string& name, const Json& cell, const Json& expected,
                 std::vector<std::string>* differences) {
  for (const auto& [key, value] : expected.items()) {
    const Json found = cell.value(key, Json());
    if (!Equal(found, value)) {
      differences->push_back(absl::StrCat(name, ": ", key, " is ", found.dump(), ", expected ", value.dump()));
    }
  }
}

}  // namespace

absl::Status VerifyCells(const base::OrderedJson& cells, absl::string_view expected, absl::string_view where) {
  ASSIGN_OR_RETURN(const Json document, base::ParseJson(expected, where));
  ASSIGN_OR_RETURN(const CellsByName wanted, ByName(document, where));
  ASSIGN_OR_RETURN(const CellsByName found, ByName(Json(cells), "the tables"));
  std::vector<std::string> differences;
  for (const auto& [name, cell] : wanted) {
    const auto ours = found.find(name);
    if (ours == found.end()) {
      differences.push_back(absl::StrCat(name, ": is no longer there"));
    } else {
      CompareCell(name, ours->second, cell, &differences);
    }
  }
  for (const auto& [name, cell] : found) {
    if (wanted.count(name) == 0) differences.push_back(absl::StrCat(name, ": was not expected"));
  }
  if (differences.empty()) return absl::OkStatus();
  const size_t count = differences.size();
  differences.resize(std::min(count, kNamed));
  return absl::InternalError(absl::StrCat(count, count == 1 ? " difference" : " differences", " from ", where, ": ",
                                          absl::StrJoin(differences, "; "), count > kNamed ? "; ..." : ""));
}

}  // namespace experiments
