// Judge prompts of MT-Bench, in FastChat's judge_prompts.jsonl format:
//   {"name", "type": "pairwise"|"single", "system_prompt", "prompt_template", "category", "output_format", ...}
#ifndef DATASETS_MT_BENCH_JUDGE_PROMPTS_H_
#define DATASETS_MT_BENCH_JUDGE_PROMPTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace datasets {

struct JudgePrompt {
  enum class Type {
    kPairwise,  // which of two answers is better: "[[A]]", "[[B]]" or "[[C]]"
    kSingle,    // one answer on a scale of 1 to 10: "[[rating]]"
  };
  std::string name;  // unique: "pair-v2", "single-math-v1-multi-turn", ...
  Type type = Type::kPairwise;
  std::string system_prompt;
  std::string prompt_template;  // with places like {question}, {answer_a}, {ref_answer_1}
  std::string category;         // "general" or "math"
  std::string output_format;    // what a reply is to hold, as "[[A]]" or "[[rating]]": evaluation/judges/parsers.h
};

// In the order of the file. kInvalidArgument, with file:line, for a malformed line, a missing, empty or mistyped key,
// an unknown type or a repeated name; and for a file without prompts.
absl::StatusOr<std::vector<JudgePrompt>> ReadJudgePrompts(const std::string& path);

}  // namespace datasets

#endif  // DATASETS_MT_BENCH_JUDGE_PROMPTS_H_
