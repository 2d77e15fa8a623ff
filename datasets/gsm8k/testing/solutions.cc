#include "datasets/gsm8k/testing/solutions.h"

#include <algorithm>

#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

absl::StatusOr<Gsm8kSolved> ParseSolved(const base::JsonLine& line) {
  Gsm8kSolved solved;
  ASSIGN_OR_RETURN(solved.question, GetText(line, "question"));
  for (const auto& [model, value] : line.value.items()) {
    if (!value.is_object()) continue;
    const auto is_correct = value.find("is_correct");
    const auto solution = value.find("solution");
    if (is_correct == value.end() || !is_correct->is_boolean() || solution == value.end() || !solution->is_string()) {
      return InvalidAt(line.where, "\"" + model + "\" must have \"is_correct\", true or false, and a \"solution\"");
    }
    solved.solutions[model] = {solution->get<std::string>(), is_correct->get<bool>()};
  }
  if (solved.solutions.empty()) return InvalidAt(line.where, "there is no model's solution");
  return solved;
}

}  // namespace

absl::StatusOr<std::vector<Gsm8kSolved>> ReadGsm8kSolutions(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, ReadRecords(path));
  std::vector<Gsm8kSolved> all;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(Gsm8kSolved solved, ParseSolved(line));
    const auto same_model = [](const auto& a, const auto& b) { return a.first == b.first; };
    if (!all.empty() && !std::equal(solved.solutions.begin(), solved.solutions.end(), all[0].solutions.begin(),
                                    all[0].solutions.end(), same_model)) {
      return InvalidAt(line.where, "its models differ from those of the first line");
    }
    all.push_back(std::move(solved));
  }
  return all;
}

}  // namespace datasets
