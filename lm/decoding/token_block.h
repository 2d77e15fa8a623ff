// Token blocks: cached keys and values of a stretch of one sequence, a prompt, which all its samples read, or what one
// sample added to it.
//
// Shapes: K = key/value heads, d = head_dim, S = slots; d and S are padded to whole vectors. float32, without torch.
#ifndef LM_DECODING_TOKEN_BLOCK_H_
#define LM_DECODING_TOKEN_BLOCK_H_

#include <cstdint>
#include <vector>

#include "lm/kernels/aligned.h"

namespace lm {

struct TokenBlockShape {
  int64_t layers;
  int64_t kv_heads;
  int64_t dim;
};

// A ring: token t, counted from the block's first, is in slot t % slots(), and overwrites token t - slots().
class TokenBlock {
 public:
  // Position of the first token in its sequence, and the least number of slots.
  TokenBlock(const TokenBlockShape& shape, int64_t first_position, int64_t slots);

  // What a block takes; the whole of a cache's memory is in blocks.
  static int64_t Bytes(const TokenBlockShape& shape, int64_t slots);

  int64_t slots() const { return slots_; }
  int64_t first_position() const { return first_position_; }
  // The position after the last token's.
  int64_t end_position() const { return end_position_; }
  void SetEndPosition(int64_t position) { end_position_ = position; }
  int64_t Slot(int64_t position) const { return (position - first_position_) % slots_; }

  // [d, S], and [S, padded d].
  float* keys(int64_t layer, int64_t head) {
    return keys_.data() + (layer * shape_.kv_heads + head) * shape_.dim * slots_;
  }
  float* values(int64_t layer, int64_t head);

  // Writes one token's keys and values, [K, d] each, to its slot in a layer.
  void Write(int64_t layer, int64_t position, const float* key, const float* value);

  // A block of the last `count` tokens alone. Needs a block that has not wrapped round.
  TokenBlock Last(int64_t count) const;

 private:
  TokenBlockShape shape_;
  int64_t slots_;
  int64_t first_position_;
  int64_t end_position_;
  AlignedFloats keys_, values_;  // zeros, since a weight of 0 times what happens to lie in memory need not be 0
};

}  // namespace lm

#endif  // LM_DECODING_TOKEN_BLOCK_H_
