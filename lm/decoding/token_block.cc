#include "lm/decoding/token_block.h"

#include <algorithm>

#include "base/check.h"
#include "lm/kernels/row_products.h"

namespace lm {

TokenBlock::TokenBlock(const TokenBlockShape& shape, int64_t first_position, int64_t slots)
    : shape_(shape),
      slots_(PaddedToLanes(slots)),
      first_position_(first_position),
      end_position_(first_position),
      keys_(shape.layers * shape.kv_heads * shape.dim * slots_),
      values_(shape.layers * shape.kv_heads * PaddedToLanes(shape.dim) * slots_) {}

int64_t TokenBlock::Bytes(const TokenBlockShape& shape, int64_t slots) {
  return shape.layers * shape.kv_heads * (shape.dim + PaddedToLanes(shape.dim)) * PaddedToLanes(slots) * sizeof(float);
}

float* TokenBlock::values(int64_t layer, int64_t head) {
  return values_.data() + (layer * shape_.kv_heads + head) * PaddedToLanes(shape_.dim) * slots_;
}

void TokenBlock::Write(int64_t layer, int64_t position, const float* key, const float* value) {
  const int64_t slot = Slot(position), stride = PaddedToLanes(shape_.dim);
  for (int64_t head = 0; head < shape_.kv_heads; ++head) {
    float* const column = keys(layer, head) + slot;
    for (int64_t i = 0; i < shape_.dim; ++i) column[i * slots_] = key[head * shape_.dim + i];
    std::copy_n(value + head * shape_.dim, shape_.dim, values(layer, head) + slot * stride);
  }
}

TokenBlock TokenBlock::Last(int64_t count) const {
  SAMI_CHECK(end_position_ - first_position_ <= slots_ && count <= end_position_ - first_position_);
  TokenBlock last(shape_, end_position_ - count, count);
  const int64_t begin = end_position_ - count - first_position_, stride = PaddedToLanes(shape_.dim);
  TokenBlock& self = const_cast<TokenBlock&>(*this);  // keys() and values() are read alone
  for (int64_t layer = 0; layer < shape_.layers; ++layer) {
    for (int64_t head = 0; head < shape_.kv_heads; ++head) {
      for (int64_t i = 0; i < shape_.dim; ++i) {
        std::copy_n(self.keys(layer, head) + i * slots_ + begin, count, last.keys(layer, head) + i * last.slots_);
      }
      std::copy_n(self.values(layer, head) + begin * stride, count * stride, last.values(layer, head));
    }
  }
  last.end_position_ = end_position_;
  return last;
}

}  // namespace lm
