#include "lm/scoring/response_kl.h"

#include <algorithm>
#include <vector>

#include "base/check.h"
#include "lm/runtime/precision.h"
#include "lm/scoring/token_log_probs.h"

namespace lm {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::tensor_list;

torch::Tensor LogSoftmax(const torch::Tensor& logits) {
  return torch::log_softmax(logits, -1, AtLeastFloat32(logits.scalar_type()));
}

// The head's logits.
torch::Tensor HeadLogits(const torch::Tensor& hidden, const torch::Tensor& weight, double softcap) {
  return SoftCapped(torch::linear(hidden, weight), softcap);
}

class KlFunction : public torch::autograd::Function<KlFunction> {
 public:
  // Heads of a narrower type than the hidden states are widened, here and once more in the backward pass.
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& hidden, const torch::Tensor& weight,
                               const torch::Tensor& reference_hidden, const torch::Tensor& reference_weight,
                               int64_t chunk, double softcap, double reference_softcap) {
    const torch::Tensor wide = weight.to(hidden.scalar_type());
    const torch::Tensor reference_wide = reference_weight.to(reference_hidden.scalar_type());
    std::vector<torch::Tensor> parts;
    for (int64_t begin = 0; begin < hidden.size(0); begin += chunk) {
      const int64_t size = std::min(chunk, hidden.size(0) - begin);
      const torch::Tensor p = LogSoftmax(HeadLogits(hidden.narrow(0, begin, size), wide, softcap));
      const torch::Tensor q =
          LogSoftmax(HeadLogits(reference_hidden.narrow(0, begin, size), reference_wide, reference_softcap));
      parts.push_back((p.exp() * (p - q)).sum(1));
    }
    const torch::Tensor kl = torch::cat(parts);
    context->save_for_backward({hidden, weight, reference_hidden, reference_weight, kl});
    context->saved_data["chunk"] = chunk;
    context->saved_data["softcap"] = softcap;
    context->saved_data["reference_softcap"] = reference_softcap;
    return kl;
  }

  // d KL / d logits_v = p_v (log p_v - log q_v - KL).
  static tensor_list backward(AutogradContext* context, tensor_list gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& hidden = saved[0];
    const torch::Tensor weight = saved[1].to(hidden.scalar_type());
    const torch::Tensor reference_weight = saved[3].to(saved[2].scalar_type());
    const double softcap = context->saved_data["softcap"].toDouble();
    const double reference_softcap = context->saved_data["reference_softcap"].toDouble();
    const int64_t chunk = context->saved_data["chunk"].toInt();
    torch::Tensor hidden_gradient = torch::empty_like(hidden), weight_gradient;
    if (saved[1].requires_grad()) weight_gradient = torch::zeros_like(weight);
    for (int64_t begin = 0; begin < hidden.size(0); begin += chunk) {
      const int64_t size = std::min(chunk, hidden.size(0) - begin);
      const torch::Tensor part = hidden.narrow(0, begin, size);
      const torch::Tensor logits = HeadLogits(part, weight, softcap);
      const torch::Tensor p = LogSoftmax(logits);
      const torch::Tensor q =
          LogSoftmax(HeadLogits(saved[2].narrow(0, begin, size), reference_weight, reference_softcap));
      const torch::Tensor kl = saved[4].narrow(0, begin, size).unsqueeze(1);
      const torch::Tensor by_capped = p.exp() * (p - q - kl) * gradients[0].narrow(0, begin, size).unsqueeze(1);
      const torch::Tensor by_logits = SoftCapBackward(by_capped, logits, softcap).to(weight.scalar_type());
      hidden_gradient.narrow(0, begin, size).copy_(by_logits.matmul(weight));
      if (weight_gradient.defined()) weight_gradient.addmm_(by_logits.t(), part);
    }
    return {hidden_gradient, weight_gradient, torch::Tensor(), torch::Tensor(),
            torch::Tensor(), torch::Tensor(), torch::Tensor()};
  }
};

// A prompt followed by its responses, each a segment of its own, and the positions that predict their tokens.
struct KlRow {
  std::vector<int64_t> ids, positions, segments, predictors, pairs;
};

KlRow LayOut(const ScoringBatch& batch, int prompt, const std::vector<int64_t>& pairs) {
  KlRow row;
  const auto append = [&row](int64_t id, int64_t position, int64_t segment) {
    row.ids.push_back(id);
    row.positions.push_back(position);
    row.segments.push_back(segment);
  };
  const TokenIds& prompt_ids = batch.prompts[prompt];
  const int64_t prompt_tokens = prompt_ids.size();
  for (int64_t t = 0; t < prompt_tokens; ++t) append(prompt_ids[t], t, 0);
  for (size_t k = 0; k < pairs.size(); ++k) {
    const TokenIds& response = batch.responses[batch.pairs[pairs[k]].response];
    int64_t predictor = prompt_tokens - 1;
    for (size_t t = 0; t < response.size(); ++t) {
      row.predictors.push_back(predictor);
      row.pairs.push_back(pairs[k]);
      predictor = row.ids.size();
      if (t + 1 < response.size()) append(response[t], prompt_tokens + t, k + 1);
    }
  }
  return row;
}

// [P]: this row's pairs' summed divergences, 0 for others.
torch::Tensor RowKl(const Decoder& policy, const Decoder& reference, const KlRow& row, int64_t num_pairs) {
  const auto tensor = [&policy](const std::vector<int64_t>& values) {
    return torch::tensor(values, torch::kInt64).to(policy.device());
  };
  const DecoderInput input = {tensor(row.ids).unsqueeze(0), tensor(row.positions).unsqueeze(0),
                              tensor(row.segments).unsqueeze(0)};
  const torch::Tensor predictors = tensor(row.predictors);
  torch::Tensor reference_hidden;
  {
    const torch::NoGradGuard no_grad;
    reference_hidden = reference.Forward(input)[0].index_select(0, predictors);
  }
  const torch::Tensor hidden = policy.Forward(input)[0].index_select(0, predictors);
  const torch::Tensor kl_N = PositionKl(hidden, policy.head(), reference_hidden, reference.head(), kMaxLogits,
                                        policy.config().final_softcap, reference.config().final_softcap);
  return torch::zeros({num_pairs}, kl_N.options().requires_grad(false)).index_add(0, tensor(row.pairs), kl_N);
}

}  // namespace

torch::Tensor PositionKl(const torch::Tensor& hidden_ND, const torch::Tensor& weight_VD,
                         const torch::Tensor& reference_hidden_ND, const torch::Tensor& reference_weight_VD,
                         int64_t max_logits, double softcap, double reference_softcap) {
  SAMI_CHECK(hidden_ND.dim() == 2 && weight_VD.dim() == 2 && hidden_ND.size(1) == weight_VD.size(1));
  SAMI_CHECK(hidden_ND.size(0) > 0 && hidden_ND.size(0) == reference_hidden_ND.size(0));
  SAMI_CHECK(weight_VD.size(0) == reference_weight_VD.size(0)) << "vocabularies of unequal size";
  const int64_t chunk = std::max<int64_t>(1, max_logits / weight_VD.size(0));
  return KlFunction::apply(hidden_ND, weight_VD, reference_hidden_ND.detach(), reference_weight_VD.detach(), chunk,
                           softcap, reference_softcap);
}

torch::Tensor ResponseKl(const Decoder& policy, const Decoder& reference, const ScoringBatch& batch) {
  std::vector<std::vector<int64_t>> pairs_of(batch.prompts.size());
  std::vector<int64_t> lengths;
  for (size_t i = 0; i < batch.pairs.size(); ++i) {
    const auto [prompt, response] = batch.pairs[i];
    SAMI_CHECK(prompt >= 0 && prompt < batch.prompts.size() && !batch.prompts[prompt].empty()) << "prompt " << prompt;
    SAMI_CHECK(response >= 0 && response < batch.responses.size()) << "response " << response;
    SAMI_CHECK(!batch.responses[response].empty()) << "response " << response << " is empty";
    lengths.push_back(batch.responses[response].size());
    SAMI_CHECK(batch.prompts[prompt].size() + lengths.back() <= policy.config().max_positions);
    pairs_of[prompt].push_back(i);
  }
  SAMI_CHECK(!lengths.empty()) << "no pairs";
  torch::Tensor sum_P;
  for (size_t prompt = 0; prompt < pairs_of.size(); ++prompt) {
    if (pairs_of[prompt].empty()) continue;
    const torch::Tensor row_P = RowKl(policy, reference, LayOut(batch, prompt, pairs_of[prompt]), lengths.size());
    sum_P = sum_P.defined() ? sum_P + row_P : row_P;
  }
  return sum_P / torch::tensor(lengths, torch::kInt64).to(sum_P.options().requires_grad(false));
}

}  // namespace lm
