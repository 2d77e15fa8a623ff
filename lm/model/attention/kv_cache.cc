#include "lm/model/attention/kv_cache.h"

#include "base/check.h"

namespace lm {

KeyValueCache::KeyValueCache(const ModelConfig& config, int64_t rows, int64_t capacity, torch::TensorOptions options)
    : capacity_(capacity) {
  lengths_.reserve(rows);
  for (int64_t i = 0; i < config.num_layers; ++i) {
    // Zeros, since a weight of 0 times what happens to lie in memory need not be 0.
    keys_.push_back(torch::zeros({rows, config.num_kv_heads, config.head_dim, capacity}, options));
    values_.push_back(torch::zeros({rows, config.num_kv_heads, capacity, config.head_dim}, options));
  }
}

void KeyValueCache::FillNewRows(int64_t layer, const torch::Tensor& key, const torch::Tensor& value) {
  const int64_t begin = rows(), count = key.size(0), tokens = key.size(1);
  SAMI_CHECK(begin + count <= keys_[layer].size(0) && tokens <= capacity_);
  keys_[layer].narrow(0, begin, count).narrow(3, 0, tokens).copy_(key.permute({0, 2, 3, 1}));
  values_[layer].narrow(0, begin, count).narrow(2, 0, tokens).copy_(value.transpose(1, 2));
}

void KeyValueCache::AddRows(const std::vector<int64_t>& lengths) {
  lengths_.insert(lengths_.end(), lengths.begin(), lengths.end());
  lengths_B_ = torch::Tensor();
}

const torch::Tensor& KeyValueCache::lengths_B() {
  if (!lengths_B_.defined()) lengths_B_ = torch::tensor(lengths_, torch::kInt64).to(keys_[0].device());
  return lengths_B_;
}

void KeyValueCache::Append(int64_t layer, const torch::Tensor& key, const torch::Tensor& value) {
  const torch::Tensor& slot = lengths_B();
  const torch::Tensor row = torch::arange(rows(), slot.options());
  keys_[layer].permute({0, 3, 1, 2}).index_put_({row, slot}, key);
  values_[layer].transpose(1, 2).index_put_({row, slot}, value);
}

void KeyValueCache::Advance() {
  lengths_B_ = lengths_B() + 1;
  for (int64_t& length : lengths_) SAMI_CHECK(++length <= capacity_);
}

void KeyValueCache::RemoveRow(int64_t row) {
  const int64_t last = rows() - 1;
  if (row != last) {
    for (const std::vector<torch::Tensor>* tensors : {&keys_, &values_}) {
      for (const torch::Tensor& tensor : *tensors) tensor.select(0, row).copy_(tensor.select(0, last));
    }
    lengths_[row] = lengths_[last];
  }
  lengths_.pop_back();
  lengths_B_ = torch::Tensor();
}

}  // namespace lm
