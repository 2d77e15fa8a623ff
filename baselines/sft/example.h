// An SFT training example: one prompt with its response, as plain data.
#ifndef BASELINES_SFT_EXAMPLE_H_
#define BASELINES_SFT_EXAMPLE_H_

#include "lm/tokenizer/text/tokens.h"

namespace sft {

struct TextExample {
  lm::TokenIds prompt;
  lm::TokenIds response;  // ends with its end-of-sequence token
};

}  // namespace sft

#endif  // BASELINES_SFT_EXAMPLE_H_
