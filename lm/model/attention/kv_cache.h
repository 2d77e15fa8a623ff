// Key/value cache: keys and values of the tokens that a batch of sequences has so far.
//
// Shapes: B = rows, K = key/value heads, S = slots a row, d = head_dim. Row b's tokens are in its first lengths[b]
// slots, whatever the other rows' lengths.
#ifndef LM_MODEL_ATTENTION_KV_CACHE_H_
#define LM_MODEL_ATTENTION_KV_CACHE_H_

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "lm/config/config.h"

namespace lm {

class KeyValueCache {
 public:
  // Takes all its memory at once: 2 * layers * rows * kv_heads * capacity * head_dim numbers.
  KeyValueCache(const ModelConfig& config, int64_t rows, int64_t capacity, torch::TensorOptions options);

  // Rows in use, which are the first ones.
  int64_t rows() const { return lengths_.size(); }
  const std::vector<int64_t>& lengths() const { return lengths_; }
  // The same, int64, where the cache is: goes to a device only after rows came or went.
  const torch::Tensor& lengths_B();
  const torch::Tensor& keys(int64_t layer) const { return keys_[layer]; }      // [B, K, d, S]
  const torch::Tensor& values(int64_t layer) const { return values_[layer]; }  // [B, K, S, d]

  // The first tokens of new rows, appended after those in use: key and value [new rows, T, K, d] of every layer in
  // turn, then the rows' lengths <= T.
  void FillNewRows(int64_t layer, const torch::Tensor& key, const torch::Tensor& value);
  void AddRows(const std::vector<int64_t>& lengths);

  // The next token of every row: key and value [rows(), K, d] of every layer in turn, then Advance().
  void Append(int64_t layer, const torch::Tensor& key, const torch::Tensor& value);
  void Advance();

  // The last row takes the place of row `row`. Costs the copy of one row.
  void RemoveRow(int64_t row);

 private:
  int64_t capacity_;
  std::vector<int64_t> lengths_;
  torch::Tensor lengths_B_;                   // undefined: to be made
  std::vector<torch::Tensor> keys_, values_;  // one a layer
};

}  // namespace lm

#endif  // LM_MODEL_ATTENTION_KV_CACHE_H_
