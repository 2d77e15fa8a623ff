// Prompts to generate from, as JSON Lines.
#ifndef LM_PROMPT_FILE_H_
#define LM_PROMPT_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/tokens.h"

namespace lm {

struct PromptLine {
  base::Json id;        // a string or an integer >= 0, unique in the file
  std::string prompt;   // a text, unless there are ids
  TokenIds prompt_ids;  // token ids; empty: none given
  uint64_t item;        // names the random stream: the integer, or the string's Id64
  std::string where;    // "path:line"
};

// Each line is {"id": ..., "prompt": "..."} or {"id": ..., "prompt_ids": [...]}; other members are passed over.
// kInvalidArgument names the line; "messages" is refused, since chat templates are programs that this harness does not
// run.
absl::StatusOr<std::vector<PromptLine>> ParsePrompts(absl::string_view text, absl::string_view path);

}  // namespace lm

#endif  // LM_PROMPT_FILE_H_
