#include "datasets/preference/preference.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

absl::StatusOr<PreferencePair> ParsePair(const base::JsonLine& line) {
  PreferencePair pair;
  ASSIGN_OR_RETURN(pair.prompt, base::GetString(line, "prompt"));
  ASSIGN_OR_RETURN(pair.chosen, base::GetString(line, "chosen"));
  ASSIGN_OR_RETURN(pair.rejected, base::GetString(line, "rejected"));
  RETURN_IF_ERROR(CheckPreferencePair(pair, line.where));
  return pair;
}

}  // namespace

absl::Status CheckPreferencePair(const PreferencePair& pair, absl::string_view where) {
  if (pair.prompt.empty()) return InvalidAt(where, "\"prompt\" must not be empty");
  if (pair.chosen == pair.rejected) {
    return InvalidAt(where, "\"chosen\" and \"rejected\" are equal: nothing is preferred");
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<PreferencePair>> ReadPreferencePairs(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, ReadRecords(path));
  std::vector<PreferencePair> pairs;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(PreferencePair pair, ParsePair(line));
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

absl::Status WritePreferencePairs(const std::string& path, absl::Span<const PreferencePair> pairs) {
  std::vector<base::OrderedJson> lines;
  for (const PreferencePair& pair : pairs) {
    RETURN_IF_ERROR(CheckPreferencePair(pair, absl::StrCat(path, ":", lines.size() + 1)));
    base::OrderedJson line;
    line["prompt"] = pair.prompt;
    line["chosen"] = pair.chosen;
    line["rejected"] = pair.rejected;
    lines.push_back(std::move(line));
  }
  return base::WriteJsonLines(path, lines);
}

}  // namespace datasets
