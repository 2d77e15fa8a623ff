#include "lm/model/attention/block_attention.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "lm/arithmetic/batch_product.h"
#include "lm/kernels/row_kernels.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// Scores in work at once, which stay in cache: heads are taken in groups of so many.
constexpr int64_t kScores = 1 << 18;

// The part of each head that a block works on, for key/value heads [first, first + count).
class Part {
 public:
  Part(const QueryBlock& block, int64_t first, int64_t count) : block_(block), first_(first), count_(count) {}

  int64_t count() const { return count_; }
  int64_t queries() const { return block_.query_end - block_.query_begin; }
  int64_t own_keys() const { return block_.query_end - block_.own_begin; }
  int64_t keys() const { return block_.shared_end + own_keys(); }

  // x [B, T, K * G, d] -> [count, queries, d] of the heads that are g-th of their group.
  torch::Tensor Queries(const torch::Tensor& x, int64_t g, int64_t group) const {
    const torch::Tensor rows = x.select(0, block_.row).slice(0, block_.query_begin, block_.query_end);
    return rows.slice(1, first_ * group + g, (first_ + count_ - 1) * group + g + 1, group).transpose(0, 1);
  }
  // x [B, T, K, d] -> [count, keys, d]
  torch::Tensor SharedKeys(const torch::Tensor& x) const { return Keys(x, 0, block_.shared_end); }
  torch::Tensor OwnKeys(const torch::Tensor& x) const { return Keys(x, block_.own_begin, block_.query_end); }
  // scores [..., keys] -> [..., shared keys] and [..., own keys]
  torch::Tensor Shared(const torch::Tensor& scores) const { return scores.slice(-1, 0, block_.shared_end); }
  torch::Tensor Own(const torch::Tensor& scores) const { return scores.slice(-1, block_.shared_end); }
  bool has_shared() const { return block_.shared_end > 0; }
  // Adds the masks to scores [..., keys].
  void Mask(const torch::Tensor& scores) const {
    const torch::Tensor own = Own(scores);
    for (const KeyMask& mask : block_.masks) {
      own.narrow(-1, mask.key_begin - block_.own_begin, mask.added.size(1)).add_(mask.added);
    }
  }

 private:
  torch::Tensor Keys(const torch::Tensor& x, int64_t begin, int64_t end) const {
    return x.select(0, block_.row).slice(0, begin, end).slice(1, first_, first_ + count_).transpose(0, 1);
  }

  const QueryBlock& block_;
  const int64_t first_, count_;
};

// Room for the scores of any part of a pass, taken once.
class Room {
 public:
  explicit Room(torch::TensorOptions options) : options_(options) {}
  // [count, group, queries, keys], whatever it held.
  torch::Tensor Scores(const Part& part, int64_t group) {
    const int64_t elements = part.count() * group * part.queries() * part.keys();
    if (!all_.defined() || all_.numel() < elements) all_ = torch::empty({elements}, options_);
    return all_.narrow(0, 0, elements).view({part.count(), group, part.queries(), part.keys()});
  }

 private:
  const torch::TensorOptions options_;
  torch::Tensor all_;
};

// out [count, group, queries, keys] = queries of x times keys of y.
void MultiplyByKeys(const Part& part, const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& out) {
  const int64_t group = out.size(1);
  for (int64_t g = 0; g < group; ++g) {
    const torch::Tensor queries = part.Queries(x, g, group), products = out.select(1, g);
    if (part.has_shared()) {
      MultiplyBatch(queries, part.SharedKeys(y).transpose(1, 2), /*adds=*/false, part.Shared(products));
    }
    MultiplyBatch(queries, part.OwnKeys(y).transpose(1, 2), /*adds=*/false, part.Own(products));
  }
}

// queries of out = weights [count, group, queries, keys] times keys of y.
void MixKeys(const Part& part, const torch::Tensor& weights, const torch::Tensor& y, const torch::Tensor& out) {
  const int64_t group = weights.size(1);
  for (int64_t g = 0; g < group; ++g) {
    const torch::Tensor queries = part.Queries(out, g, group), weights_of = weights.select(1, g);
    MultiplyBatch(part.Own(weights_of), part.OwnKeys(y), /*adds=*/false, queries);
    if (part.has_shared()) MultiplyBatch(part.Shared(weights_of), part.SharedKeys(y), /*adds=*/true, queries);
  }
}

// keys of out += transposed weights [count, group, queries, keys] times queries of x.
void AddToKeys(const Part& part, const torch::Tensor& weights, const torch::Tensor& x, const torch::Tensor& out) {
  const int64_t group = weights.size(1);
  for (int64_t g = 0; g < group; ++g) {
    const torch::Tensor queries = part.Queries(x, g, group), across = weights.select(1, g).transpose(1, 2);
    const int64_t shared = part.keys() - part.own_keys();
    if (part.has_shared()) MultiplyBatch(across.slice(1, 0, shared), queries, /*adds=*/true, part.SharedKeys(out));
    MultiplyBatch(across.slice(1, shared), queries, /*adds=*/true, part.OwnKeys(out));
  }
}

// The softmax of a part's scores, into `weights`. With a cap the derivative of the capped scores by the others goes
// into `slopes` where that is defined.
void ComputeWeights(const Part& part, const torch::Tensor& scaled_query, const torch::Tensor& key, double softcap,
                    torch::Tensor weights, torch::Tensor slopes = {}) {
  MultiplyByKeys(part, scaled_query, key, weights);
  if (softcap > 0) {
    weights.div_(softcap).tanh_();
    if (slopes.defined()) slopes.copy_(weights).square_().neg_().add_(1);
    weights.mul_(softcap);
  }
  part.Mask(weights);
  if (weights.scalar_type() == torch::kFloat32) {
    SoftmaxRows(weights.numel() / part.keys(), part.keys(), weights.data_ptr<float>());
  } else {
    weights.copy_(torch::softmax(weights, -1));
  }
}

// Turns the gradient by a softmax's results into that by its arguments.
void SoftmaxBackward(const Part& part, const torch::Tensor& weights, torch::Tensor gradient) {
  if (weights.scalar_type() == torch::kFloat32) {
    SoftmaxBackwardRows(weights.numel() / part.keys(), part.keys(), weights.data_ptr<float>(),
                        gradient.data_ptr<float>());
  } else {
    gradient.copy_(weights * (gradient - (weights * gradient).sum(-1, /*keepdim=*/true)));
  }
}

template <typename Work>
void ForEachPart(const QueryBlocks& blocks, int64_t group, int64_t kv_heads, Work work) {
  for (const QueryBlock& block : blocks.blocks) {
    const int64_t keys = block.shared_end + block.query_end - block.own_begin;
    const int64_t scores = group * (block.query_end - block.query_begin) * keys;
    const int64_t at_once = std::clamp<int64_t>(kScores / scores, 1, kv_heads);
    for (int64_t first = 0; first < kv_heads; first += at_once) {
      work(Part(block, first, std::min(at_once, kv_heads - first)));
    }
  }
}

class Function : public torch::autograd::Function<Function> {
 public:
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& query, const torch::Tensor& key,
                               const torch::Tensor& value, const c10::intrusive_ptr<QueryBlocks>& blocks, double scale,
                               double softcap) {
    context->save_for_backward({query, key, value});
    context->saved_data["scale"] = scale;
    context->saved_data["softcap"] = softcap;
    context->saved_data["blocks"] = torch::IValue::make_capsule(blocks);
    const int64_t kv_heads = key.size(2), group = query.size(2) / kv_heads;
    const torch::Tensor scaled_query = query * scale;
    const torch::Tensor mixed = torch::zeros(query.sizes(), query.options());
    Room weight_room(query.options());
    ForEachPart(*blocks, group, kv_heads, [&](const Part& part) {
      const torch::Tensor weights = weight_room.Scores(part, group);
      ComputeWeights(part, scaled_query, key, softcap, weights);
      MixKeys(part, weights, value, mixed);
    });
    return mixed.flatten(2);
  }

  // With scores s = scale q k, weights w = softmax(s) and y = w v:
  // dv = w^T dy, dw = dy v^T, ds = w (dw - sum(w dw)), dq = scale ds k, dk = scale ds^T q; with a cap, w = softmax(c t)
  // and t = tanh(s / c), ds is multiplied by 1 - t^2.
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor &query = saved[0], &key = saved[1], &value = saved[2];
    const auto blocks = c10::static_intrusive_pointer_cast<QueryBlocks>(context->saved_data["blocks"].toCapsule());
    const int64_t kv_heads = key.size(2), group = query.size(2) / kv_heads;
    const double scale = context->saved_data["scale"].toDouble(), softcap = context->saved_data["softcap"].toDouble();
    const torch::Tensor scaled_query = query * scale;
    const torch::Tensor by_mixed = gradients[0].contiguous().view(query.sizes());
    const torch::Tensor by_query = torch::zeros(query.sizes(), query.options());
    const torch::Tensor by_key = torch::zeros(key.sizes(), key.options());
    const torch::Tensor by_value = torch::zeros(value.sizes(), value.options());
    Room weight_room(query.options()), gradient_room(query.options()), slope_room(query.options());
    ForEachPart(*blocks, group, kv_heads, [&](const Part& part) {
      const torch::Tensor weights = weight_room.Scores(part, group), by_scores = gradient_room.Scores(part, group);
      const torch::Tensor slopes = softcap > 0 ? slope_room.Scores(part, group) : torch::Tensor();
      ComputeWeights(part, scaled_query, key, softcap, weights, slopes);
      AddToKeys(part, weights, by_mixed, by_value);
      MultiplyByKeys(part, by_mixed, value, by_scores);
      SoftmaxBackward(part, weights, by_scores);
      if (slopes.defined()) torch::Tensor(by_scores).mul_(slopes);
      MixKeys(part, by_scores, key, by_query);
      AddToKeys(part, by_scores, scaled_query, by_key);
    });
    by_query.mul_(scale);
    return {by_query, by_key, by_value, torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

double ScoreRule::ScaleOf(int64_t dim) const { return scale > 0 ? scale : 1 / std::sqrt(static_cast<double>(dim)); }

torch::Tensor AttendInBlocks(const torch::Tensor& query, const torch::Tensor& key, const torch::Tensor& value,
                             const c10::intrusive_ptr<QueryBlocks>& blocks, const ScoreRule& scores) {
  return Function::apply(query, key, value, blocks, scores.ScaleOf(query.size(3)), scores.softcap);
}

}  // namespace lm
