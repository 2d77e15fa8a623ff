#include "datasets/mt_bench/judge_prompts.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

namespace datasets {
namespace {

using ::base::JsonLine;

absl::StatusOr<JudgePrompt::Type> ParseType(const JsonLine& line) {
  ASSIGN_OR_RETURN(const std::string type, base::GetString(line, "type"));
  if (type == "pairwise") return JudgePrompt::Type::kPairwise;
  if (type == "single") return JudgePrompt::Type::kSingle;
  return InvalidAt(line.where,
                   absl::StrCat("\"type\" must be \"pairwise\" or \"single\", and is \"", Excerpt(type), "\""));
}

absl::StatusOr<JudgePrompt> ParsePrompt(const JsonLine& line) {
  JudgePrompt prompt;
  ASSIGN_OR_RETURN(prompt.name, GetText(line, "name"));
  ASSIGN_OR_RETURN(prompt.type, ParseType(line));
  ASSIGN_OR_RETURN(prompt.system_prompt, GetText(line, "system_prompt"));
  ASSIGN_OR_RETURN(prompt.prompt_template, GetText(line, "prompt_template"));
  ASSIGN_OR_RETURN(prompt.category, GetText(line, "category"));
  ASSIGN_OR_RETURN(prompt.output_format, GetText(line, "output_format"));
  return prompt;
}

}  // namespace

absl::StatusOr<std::vector<JudgePrompt>> ReadJudgePrompts(const std::string& path) {
  ASSIGN_OR_RETURN(const std::vector<JsonLine> lines, ReadRecords(path));
  std::vector<JudgePrompt> prompts;
  UniqueIds names;
  for (const JsonLine& line : lines) {
    ASSIGN_OR_RETURN(JudgePrompt prompt, ParsePrompt(line));
    RETURN_IF_ERROR(names.Add(absl::StrCat("the prompt \"", prompt.name, "\""), line.where));
    prompts.push_back(std::move(prompt));
  }
  return prompts;
}

}  // namespace datasets
