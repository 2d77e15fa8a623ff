#include <set>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/file.h"
#include "base/status.h"
#include "evaluation/python/punkt.h"

namespace ifeval {
namespace {

// The lines that are not empty.
absl::StatusOr<std::vector<std::string>> Lines(const std::string& path) {
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(path));
  return std::vector<std::string>(absl::StrSplit(text, '\n', absl::SkipEmpty()));
}

absl::StatusOr<std::set<Text>> Types(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, Lines(path));
  std::set<Text> types;
  for (const std::string& line : lines) types.insert(Decode(line));
  return types;
}

// Two columns, divided by a tab.
absl::StatusOr<std::vector<std::pair<std::string, std::string>>> Pairs(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<std::string> lines, Lines(path));
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const std::string& line : lines) {
    const std::vector<std::string> columns = absl::StrSplit(line, '\t');
    if (columns.size() != 2) {
      return absl::InvalidArgumentError(absl::StrCat(path, ": \"", line, "\" is not two columns with a tab between"));
    }
    pairs.emplace_back(columns[0], columns[1]);
  }
  return pairs;
}

}  // namespace

absl::StatusOr<PunktParameters> ReadPunktParameters(const std::string& folder) {
  PunktParameters parameters;
  ASSIGN_OR_RETURN(parameters.abbreviations, Types(folder + "/abbrev_types.txt"));
  ASSIGN_OR_RETURN(parameters.sentence_starters, Types(folder + "/sent_starters.txt"));
  ASSIGN_OR_RETURN(const auto collocations, Pairs(folder + "/collocations.tab"));
  for (const auto& [first, second] : collocations) parameters.collocations.insert({Decode(first), Decode(second)});
  const std::string path = folder + "/ortho_context.tab";
  ASSIGN_OR_RETURN(const auto contexts, Pairs(path));
  for (const auto& [type, bits] : contexts) {
    int value = 0;
    if (!absl::SimpleAtoi(bits, &value)) {
      return absl::InvalidArgumentError(
          absl::StrCat(path, ": of \"", type, "\" the contexts are \"", bits, "\", no whole number"));
    }
    parameters.orthography[type] = value;
  }
  return parameters;
}

}  // namespace ifeval
