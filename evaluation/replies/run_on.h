// Where a text stops being its model's own reply: what a model writes behind it when nothing stops it.
#ifndef EVALUATION_REPLIES_RUN_ON_H_
#define EVALUATION_REPLIES_RUN_ON_H_

#include <cstddef>

#include "absl/strings/string_view.h"

namespace evaluation {

// Whether the text begins with a token by which chat templates end or begin a turn: "</s>", "<|im_end|>" and all others
// between "<|" and "|>", "<end_of_turn>", "[/INST]", in any case.
bool IsControlToken(absl::string_view text);

// Whether the line opens a turn of the one who asks: "Human:", "User:", "### Instruction:", "[User Question]", in any
// case.
bool OpensUsersTurn(absl::string_view line);

// The place of the first control token or line of a user's turn from `from` on, or the text's length. A token between
// two backticks or quotation marks is spoken of, and ends nothing. O(length).
size_t FindRunOn(absl::string_view text, size_t from);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_RUN_ON_H_
