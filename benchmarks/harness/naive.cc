#include "benchmarks/harness/naive.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/str_cat.h"
#include "baselines/dpo/loss.h"
#include "lm/tokenizer/text/tokens.h"
#include "sami/loss.h"

namespace benchmarks {
namespace {

torch::Tensor Norm(const torch::Tensor& x, const torch::Tensor& weight, double eps) {
  return x * torch::rsqrt(x.square().mean(-1, /*keepdim=*/true) + eps) * weight;
}

// x [B, H, T, d], turned by cos and sin [T, d].
torch::Tensor Turn(const torch::Tensor& x, const torch::Tensor& cos, const torch::Tensor& sin) {
  const auto halves = x.chunk(2, -1);
  return x * cos + torch::cat({-halves[1], halves[0]}, -1) * sin;
}

// A pass over the rows of one prompt with several responses: [B] sums of the responses' log-probabilities.
torch::Tensor SumLogProbs(const lm::Decoder& model, const lm::TokenIds& prompt,
                          const std::vector<lm::TokenIds>& responses) {
  size_t longest = 0;
  for (const lm::TokenIds& response : responses) longest = std::max(longest, response.size());
  const int64_t rows = responses.size(), width = prompt.size() + longest;
  torch::Tensor ids_BT = torch::zeros({rows, width}, torch::kInt64), mask_BT = torch::zeros({rows, width});
  for (int64_t b = 0; b < rows; ++b) {
    lm::TokenIds joint = prompt;
    joint.insert(joint.end(), responses[b].begin(), responses[b].end());
    const int64_t tokens = joint.size(), begin = prompt.size();
    ids_BT[b].narrow(0, 0, tokens).copy_(torch::tensor(joint));
    mask_BT[b].narrow(0, begin, tokens - begin).fill_(1);
  }
  const torch::Tensor log_probs_BTV =
      torch::log_softmax(NaiveLogits(model, ids_BT).narrow(1, 0, width - 1).to(torch::kFloat32), -1);
  const torch::Tensor labels_BT = ids_BT.narrow(1, 1, width - 1);
  const torch::Tensor of_labels_BT = log_probs_BTV.gather(2, labels_BT.unsqueeze(2)).squeeze(2);
  return (of_labels_BT * mask_BT.narrow(1, 1, width - 1)).sum(1);
}

torch::Tensor SamiQuery(const lm::Decoder& model, const training::ContrastiveExample& example) {
  std::vector<torch::Tensor> rows;
  std::vector<float> lengths;
  for (const lm::TokenIds& response : example.responses) lengths.push_back(static_cast<float>(response.size()));
  for (const lm::TokenIds& prompt : example.prompts) {
    rows.push_back(SumLogProbs(model, prompt, example.responses) / torch::tensor(lengths));
  }
  return sami::SamiLoss(torch::stack(rows));
}

torch::Tensor DpoPair(const lm::Decoder& model, const training::PreferenceExample& example,
                      const torch::Tensor& reference_2) {
  const torch::Tensor sums = SumLogProbs(model, example.prompt, {example.chosen, example.rejected});
  const torch::Tensor reference = reference_2.to(torch::kFloat32);
  return dpo::PreferenceLoss({sums.narrow(0, 0, 1), sums.narrow(0, 1, 1)},
                             {reference.narrow(0, 0, 1), reference.narrow(0, 1, 1)}, dpo::LossOptions())
      .sum();
}

}  // namespace

torch::Tensor NaiveLogits(const lm::Decoder& model, const torch::Tensor& ids_BT) {
  const lm::ModelConfig& config = model.config();
  std::unordered_map<std::string, torch::Tensor> weights;
  for (const lm::Parameter& parameter : model.parameters()) weights[parameter.name] = parameter.value;
  const int64_t rows = ids_BT.size(0), tokens = ids_BT.size(1), dim = config.head_dim, heads = config.num_heads;
  const int64_t group = heads / config.num_kv_heads;

  const torch::Tensor frequencies = torch::pow(config.rope.theta, -torch::arange(0, dim, 2, torch::kFloat32) / dim);
  const torch::Tensor half = torch::outer(torch::arange(tokens, torch::kFloat32), frequencies);
  const torch::Tensor angles = torch::cat({half, half}, -1), cos = angles.cos(), sin = angles.sin();
  const torch::Tensor causal =
      torch::full({tokens, tokens}, -std::numeric_limits<float>::infinity(), torch::kFloat32).triu(1);

  torch::Tensor hidden = torch::embedding(weights.at("model.embed_tokens.weight"), ids_BT);
  for (int64_t i = 0; i < config.num_layers; ++i) {
    const auto weight = [&](const char* name) {
      return weights.at(absl::StrCat("model.layers.", i, ".", name, ".weight"));
    };
    const auto split = [&](const torch::Tensor& x) { return x.view({rows, tokens, -1, dim}).transpose(1, 2); };
    const torch::Tensor x = Norm(hidden, weight("input_layernorm"), config.norm_eps);
    const torch::Tensor query = Turn(split(torch::linear(x, weight("self_attn.q_proj"))), cos, sin);
    const torch::Tensor key = Turn(split(torch::linear(x, weight("self_attn.k_proj"))), cos, sin);
    const torch::Tensor value = split(torch::linear(x, weight("self_attn.v_proj")));
    const auto repeat = [&](const torch::Tensor& x) { return group == 1 ? x : x.repeat_interleave(group, 1); };
    const torch::Tensor scores =
        torch::matmul(query, repeat(key).transpose(2, 3)) / std::sqrt(static_cast<double>(dim)) + causal;
    const torch::Tensor mixed = torch::matmul(torch::softmax(scores, -1), repeat(value));
    hidden =
        hidden + torch::linear(mixed.transpose(1, 2).reshape({rows, tokens, heads * dim}), weight("self_attn.o_proj"));
    const torch::Tensor y = Norm(hidden, weight("post_attention_layernorm"), config.norm_eps);
    const torch::Tensor gated =
        torch::silu(torch::linear(y, weight("mlp.gate_proj"))) * torch::linear(y, weight("mlp.up_proj"));
    hidden = hidden + torch::linear(gated, weight("mlp.down_proj"));
  }
  return torch::linear(Norm(hidden, weights.at("model.norm.weight"), config.norm_eps), model.head());
}

torch::Tensor NaiveLoss(const lm::Decoder& model, const Workload& workload, const Examples& examples, int64_t index) {
  if (workload.method == Method::kSami) return SamiQuery(model, examples.sami[index]);
  if (workload.method == Method::kDpo) return DpoPair(model, examples.dpo[index], examples.references_N2[index]);
  const training::TextExample& example = examples.sft[index];
  return -SumLogProbs(model, example.prompt, {example.response}).sum() / static_cast<double>(example.response.size());
}

}  // namespace benchmarks
