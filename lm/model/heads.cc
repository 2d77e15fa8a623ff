#include "lm/model/heads.h"

#include "lm/kernels/row_kernels.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

// How the heads of a token lie beside each other.
struct Layout {
  int64_t tokens, heads, kv_heads, dim;
  int64_t width() const { return (heads + 2 * kv_heads) * dim; }
};

// Turns `count` heads of `from`, rows of which are from_stride apart, into `to`.
void Turn(const Layout& layout, int64_t count, const tensor_list& tables, float sin_sign, const float* from,
          int64_t from_stride, float* to, int64_t to_stride) {
  RotateRows({layout.tokens, count, layout.dim / 2, from_stride, to_stride}, tables[0].data_ptr<float>(),
             tables[1].data_ptr<float>(), sin_sign, from, to);
}

class HeadsFunction : public torch::autograd::Function<HeadsFunction> {
 public:
  static tensor_list forward(AutogradContext* context, const torch::Tensor& projected, int64_t heads, int64_t kv_heads,
                             const torch::Tensor& cos, const torch::Tensor& sin) {
    const int64_t rows = projected.size(0), tokens = projected.size(1);
    const Layout layout = {rows * tokens, heads, kv_heads, projected.size(2) / (heads + 2 * kv_heads)};
    context->saved_data["heads"] = heads;
    context->saved_data["kv_heads"] = kv_heads;
    const tensor_list tables = {cos.contiguous(), sin.contiguous()};
    context->save_for_backward(tables);
    const torch::Tensor all = projected.contiguous();
    const torch::Tensor query = torch::empty({rows, tokens, heads, layout.dim}, all.options());
    const torch::Tensor key = torch::empty({rows, tokens, kv_heads, layout.dim}, all.options());
    const float* const from = all.data_ptr<float>();
    const int64_t queries = heads * layout.dim, keys = kv_heads * layout.dim;
    Turn(layout, heads, tables, 1, from, layout.width(), query.data_ptr<float>(), queries);
    Turn(layout, kv_heads, tables, 1, from + queries, layout.width(), key.data_ptr<float>(), keys);
    const torch::Tensor value = all.narrow(2, queries + keys, keys).clone(torch::MemoryFormat::Contiguous);
    return {query, key, value.view(key.sizes())};
  }

  // A rotation's derivative is the rotation back.
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const tensor_list tables = context->get_saved_variables();
    const torch::Tensor by_query = gradients[0].contiguous(), by_key = gradients[1].contiguous();
    const int64_t rows = by_query.size(0), tokens = by_query.size(1);
    const Layout layout = {rows * tokens, context->saved_data["heads"].toInt(), context->saved_data["kv_heads"].toInt(),
                           by_query.size(3)};
    const torch::Tensor all = torch::empty({rows, tokens, layout.width()}, by_query.options());
    float* const to = all.data_ptr<float>();
    const int64_t queries = layout.heads * layout.dim, keys = layout.kv_heads * layout.dim;
    Turn(layout, layout.heads, tables, -1, by_query.data_ptr<float>(), queries, to, layout.width());
    Turn(layout, layout.kv_heads, tables, -1, by_key.data_ptr<float>(), keys, to + queries, layout.width());
    all.narrow(2, queries + keys, keys).copy_(gradients[2].flatten(2));
    return {all, torch::Tensor(), torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

Heads SplitHeads(const torch::Tensor& projected, int64_t heads, int64_t kv_heads, const RotaryTables& rotary) {
  const int64_t dim = projected.size(2) / (heads + 2 * kv_heads);
  const int64_t turned_dim = rotary.cos_BTd.defined() ? 2 * rotary.cos_BTd.size(-1) : 0;
  if (projected.device().is_cpu() && projected.scalar_type() == torch::kFloat32 && turned_dim == dim) {
    const tensor_list parts = HeadsFunction::apply(projected, heads, kv_heads, rotary.cos_BTd, rotary.sin_BTd);
    return {parts[0], parts[1], parts[2]};
  }
  const auto parts =
      projected.unflatten(-1, {heads + 2 * kv_heads, -1}).split_with_sizes({heads + kv_heads, kv_heads}, 2);
  torch::Tensor turned = parts[0];
  if (turned_dim == dim) {
    turned = Rotate(turned, rotary);
  } else if (turned_dim > 0) {
    const auto ends = turned.split_with_sizes({turned_dim, dim - turned_dim}, -1);
    turned = torch::cat({Rotate(ends[0], rotary), ends[1]}, -1);
  }
  const auto split = turned.split_with_sizes({heads, kv_heads}, 2);
  return {split[0], split[1], parts[1]};
}

}  // namespace lm
