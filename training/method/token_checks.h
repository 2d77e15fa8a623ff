// Checks of training examples' token ids that every objective makes.
#ifndef TRAINING_METHOD_TOKEN_CHECKS_H_
#define TRAINING_METHOD_TOKEN_CHECKS_H_

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/text/tokens.h"

namespace training {

// kInvalidArgument "<where>: ..." when the prompt or the response is empty, or both together are longer than
// max_tokens.
absl::Status CheckPromptAndResponse(const lm::TokenIds& prompt, const lm::TokenIds& response, int64_t max_tokens,
                                    absl::string_view where);

}  // namespace training

#endif  // TRAINING_METHOD_TOKEN_CHECKS_H_
