// Prompts to generate from, as JSON Lines.
#ifndef LM_CHAT_PROMPT_FILE_H_
#define LM_CHAT_PROMPT_FILE_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct PromptLine {
  base::Json id;  // a string or an integer >= 0, unique in the file
  // One of these three is not empty:
  std::string prompt;                 // a text
  TokenIds prompt_ids;                // token ids
  std::vector<ChatMessage> messages;  // a conversation; needs a model that knows how to read one
  uint64_t item;                      // names the random stream: the integer, or the string's Id64
  std::string where;                  // "path:line"
};

// Each line is {"id": ..., "prompt": "..."}, {"id": ..., "prompt_ids": [...]} or {"id": ..., "messages":
// [{"role": "user", "content": "..."}, ...]}; other members are passed over. kInvalidArgument names the line.
absl::StatusOr<std::vector<PromptLine>> ParsePrompts(absl::string_view text, absl::string_view path);

}  // namespace lm

#endif  // LM_CHAT_PROMPT_FILE_H_
