// BOS and EOS around a text, where the versions of transformers do not agree.
#ifndef LM_TOKENIZER_BOS_EOS_H_
#define LM_TOKENIZER_BOS_EOS_H_

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"
#include "lm/tokenizer/text/tokens.h"
#include "lm/tokenizer/tokenizer.h"

namespace lm {

struct AroundText {
  TokenIds prefix;
  TokenIds suffix;
};

// What transformers 4 (4.57) puts around a text, given the folder's tokenizer_config.json. For the classes of Llama and
// Gemma add_bos_token (true if missing) and add_eos_token (false if missing) decide there, and not tokenizer.json's
// post_processor, which is all that transformers 5 and Tokenizer::prefix and suffix go by. `config` is config.json, or
// null: without a tokenizer_class its model_type names the class.
//
// kInvalidArgument when a token that is to be added is not named, or unknown to the tokenizer: transformers 4 does not
// load such a folder. `where` names tokenizer_config.json in messages.
absl::StatusOr<AroundText> AroundTextInTransformers4(const Tokenizer& tokenizer, const base::Json& tokenizer_config,
                                                     const base::Json& config, absl::string_view where);

}  // namespace lm

#endif  // LM_TOKENIZER_BOS_EOS_H_
