// Token ids as plain data, for headers that need no torch.
#ifndef LM_TOKENS_H_
#define LM_TOKENS_H_

#include <cstdint>
#include <vector>

namespace lm {

using TokenIds = std::vector<int32_t>;

}  // namespace lm

#endif  // LM_TOKENS_H_
