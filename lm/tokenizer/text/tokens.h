// Token ids as plain data, for headers that need no torch.
#ifndef LM_TOKENIZER_TEXT_TOKENS_H_
#define LM_TOKENIZER_TEXT_TOKENS_H_

#include <cstdint>
#include <vector>

namespace lm {

using TokenIds = std::vector<int32_t>;

}  // namespace lm

#endif  // LM_TOKENIZER_TEXT_TOKENS_H_
