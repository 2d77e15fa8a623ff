// Byte-pair encoding (BPE): merges over token ids.
#ifndef LM_TOKENIZER_BPE_BPE_H_
#define LM_TOKENIZER_BPE_BPE_H_

#include <cstddef>
#include <cstdint>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct BpeMerge {
  int32_t left = 0;
  int32_t right = 0;
  int32_t result = 0;
};

// Immutable and thread-safe.
class BpeMerges {
 public:
  // The first merge has the highest priority. A pair that occurs twice has its last place.
  explicit BpeMerges(const std::vector<BpeMerge>& merges);

  // Merges the adjacent pair of the highest priority, the leftmost of equals, until no pair is left that merges.
  // `sizes`, if not null, has a number a symbol; that of a merge is the sum of both. O(n log n).
  void Apply(TokenIds& symbols, std::vector<size_t>* sizes = nullptr) const;

 private:
  struct Rule {
    int32_t rank;
    int32_t result;
  };
  const Rule* Find(int32_t left, int32_t right) const;
  void ApplyToShort(TokenIds& symbols, std::vector<size_t>* sizes) const;
  void ApplyToLong(TokenIds& symbols, std::vector<size_t>* sizes) const;

  absl::flat_hash_map<uint64_t, Rule> rules_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_BPE_BPE_H_
