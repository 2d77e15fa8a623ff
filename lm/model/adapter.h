// LoRA: low-rank adapters over a frozen model (Hu et al., arXiv:2106.09685). Chosen projections compute
//   x W^T + scale (x A^T) B^T,   A [rank, inputs], B [outputs, rank],
// and A and B alone are trained. B starts at 0, so that training starts at the model itself.
#ifndef LM_MODEL_ADAPTER_H_
#define LM_MODEL_ADAPTER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/config/config.h"
#include "lm/model/decoder.h"

namespace lm {

struct AdapterConfig {
  int64_t rank = 8;
  double alpha = 16;
  // scale = alpha / sqrt(rank) (Kalajdzievski, arXiv:2312.03732) instead of alpha / rank.
  bool rank_stabilized = false;
  // Names of projections, as PEFT matches them: "q_proj" is that of every layer, "layers.3.mlp.up_proj" one alone;
  // kAllLinear all of the layers, as PEFT's: not the head.
  std::vector<std::string> targets;
};

inline constexpr char kAllLinear[] = "all-linear";

double AdapterScale(const AdapterConfig& config);

// The adapter's parameters in the model's order: "model.layers.0.self_attn.q_proj.lora_A.weight", then
// "...lora_B.weight". kInvalidArgument for a rank below 1, no target, one that names no projection of the model, or
// experts of which the gate or the up projection is named alone: PEFT with transformers 5 could not load that.
absl::StatusOr<std::vector<ParameterShape>> AdapterShapes(const ModelConfig& model, const AdapterConfig& config);

// Gives the model a new adapter, in the type of its computation (float32 over bfloat16). A ~ Uniform(-1, 1) /
// sqrt(inputs), drawn in float32 from the stream (seed, "lm/adapter/<parameter name>"), as PEFT's default; B = 0.
// kInvalidArgument as AdapterShapes.
absl::Status AddAdapter(const AdapterConfig& config, uint64_t seed, Decoder& model);

// A weight of the model with its adapter added: W + scale B A, computed in float64, in the type of the model's
// computation. `weight`: of parameters()[parameter], which is shared where the adapter leaves it alone.
torch::Tensor MergedWeight(const Decoder& model, size_t parameter, const torch::Tensor& weight);

}  // namespace lm

#endif  // LM_MODEL_ADAPTER_H_
