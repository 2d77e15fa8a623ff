// What ends a text: facts of a model's folder, reconciled by one rule. No torch.
//
// Generation ends, as transformers' does, at the eos_token_id of generation_config.json where that file is there, be it
// none; else at what config.json says, be it nothing. A chat template's end of turn is added to them: models are
// published whose configs lack theirs. Training teaches one token, and only to responses that ended: the template's end
// of turn where there is a template; else tokenizer_config.json's eos_token where generation ends at it; else the first
// that generation ends at which is not the padding token's.
#ifndef LM_CHAT_END_TOKENS_H_
#define LM_CHAT_END_TOKENS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/chat/chat_format.h"
#include "lm/config/config.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

struct EndTokens {
  std::vector<int32_t> stop;  // generation ends at any of them; empty: at the length limit alone
  int32_t taught = -1;        // -1: none
  // Where each is from, a line each for people: "generation_config.json: 0 <|pad|>, 1 <|end|>".
  std::vector<std::string> facts;
};

// By the configuration alone.
EndTokens EndsOf(const ModelConfig& config);

// chat: null where the model is asked in plain text. kInvalidArgument for files that are not of their form, and an id
// that is not in the model's vocabulary, with file and id.
absl::StatusOr<EndTokens> FindEndTokens(const std::string& folder, const ModelConfig& config,
                                        const Tokenizer& tokenizer, const ChatFormat* chat);

}  // namespace lm

#endif  // LM_CHAT_END_TOKENS_H_
