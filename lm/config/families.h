// The families of decoders, by what each does otherwise than Llama: one table (families.cc), which the reader of
// config.json, the names of weights and the forward pass go by.
#ifndef LM_CONFIG_FAMILIES_H_
#define LM_CONFIG_FAMILIES_H_

#include <cstdint>

#include "absl/types/span.h"

namespace lm {

// "model_type".
enum class Family {
  kLlama,
  kMistral,
  kQwen2,
  kMixtral,
  kQwen3,
  kQwen3Moe,
  kGemma2,
  kGemma3,
  kOlmo2,
  kOlmo3,
  kSmolLm3,
  kPhi3,
  kGptNeox,
  kGranite,
  kMinistral,
};

enum class NormKind {
  kRms,         // RMSNorm (Zhang and Sennrich, arXiv:1910.07467), rounded to the activations' type, then weighted
  kRmsWide,     // weighted in float32, then rounded
  kRmsPlusOne,  // the same by 1 + weight
  kLayer,       // LayerNorm with bias (Ba et al., arXiv:1607.06450)
};

enum class QueryKeyNorm { kNone, kPerHead, kWhole };

// How queries, keys and values are stored.
enum class QkvLayout {
  kSeparate,  // three matrices
  kBlocks,    // one: all queries, all keys, all values
  kPerHead,   // one: of each head its query, key and value
};

enum class Activation { kSilu, kGelu, kGeluTanh };

// Which layers have a sliding window where config.json has no layer_types.
enum class WindowRule {
  kNone,
  kEveryLayer,           // where sliding_window is set
  kEveryLayerIfUsed,     // ... and use_sliding_window
  kFromMaxWindowLayers,  // from layer max_window_layers on, where use_sliding_window
  kEvenLayers,           // 0, 2, ...
  kPattern,              // all but each sliding_window_pattern-th
  kThreeOfFour,          // all but each fourth
  kLayersWithoutRope,    // where use_sliding_window
};

enum class BiasRule {
  kNone,
  kQkvAlways,   // q, k and v have biases
  kAttention,   // attention_bias: q, k, v and o
  kLlama,       // ... and mlp_bias
  kNetworkToo,  // attention_bias, true when absent; the network always has biases
};

// Llama, and where others differ. Names are those of checkpoints; "" or null: the family has no such tensor.
struct FamilyTraits {
  Family family = Family::kLlama;
  const char* name = "llama";  // "model_type"
  const char* architecture = "LlamaForCausalLM";

  // Tensors outside the layers, and what the layers' names begin with.
  const char* embedding = "model.embed_tokens";
  const char* layers = "model.layers.";
  const char* final_norm = "model.norm";
  const char* head = "lm_head";
  // Norms of a layer: of what attention and network are given, and of what they give.
  const char* attention_in = "input_layernorm";
  const char* attention_out = "";
  const char* network_in = "post_attention_layernorm";
  const char* network_out = "";
  const char* attention = "self_attn.";
  const char* qkv = "";  // where they are one matrix
  const char* output = "o_proj";
  const char* network = "mlp.";
  const char* gate_up = "";        // where they are one matrix, gate first
  const char* gate = "gate_proj";  // "": the network is down(act(up(x)))
  const char* up = "up_proj";
  const char* down = "down_proj";
  const char* experts = "";  // the module of a layer's experts and their router, "gate"
  const char* expert_gate = "gate_proj";
  const char* expert_up = "up_proj";
  const char* expert_down = "down_proj";

  NormKind norm = NormKind::kRms;
  QueryKeyNorm query_key_norm = QueryKeyNorm::kNone;
  QkvLayout qkv_layout = QkvLayout::kSeparate;
  bool scales_embedding = false;    // by sqrt(hidden_size), rounded to the weights' type
  bool has_multipliers = false;     // "embedding_multiplier", ...
  bool has_softcaps = false;        // "final_logit_softcapping", and query_pre_attn_scalar
  bool caps_attention = false;      // "attn_logit_softcapping" has an effect
  bool has_partial_rotary = false;  // "partial_rotary_factor" has an effect
  bool has_nope_layers = false;     // "no_rope_layers"
  bool has_own_local_rope = false;  // layers that slide have rotary positions of their own
  BiasRule biases = BiasRule::kNone;
  WindowRule windows = WindowRule::kNone;
  bool reads_layer_types = false;
  bool has_sparse_step = false;  // "mlp_only_layers", "decoder_sparse_step", "moe_intermediate_size", "norm_topk_prob"

  // What config.json may leave unsaid.
  const char* eps_key = "rms_norm_eps";
  const char* activation_key = "hidden_act";
  Activation activation = Activation::kSilu;
  int64_t kv_heads = 0;  // 0: as many as heads
  int64_t head_dim = 0;  // 0: hidden_size / heads
  double eps = 1e-6;
  double theta = 1e4;
  double local_theta = 1e4;
  int64_t window = 0;  // 0: none
  int64_t experts_count = 0;
  int64_t experts_per_token = 0;
  bool tied = false;
  int32_t bos = 1, eos = 2, pad = -1;  // -1: none
};

// All of them.
absl::Span<const FamilyTraits> Families();

const FamilyTraits& TraitsOf(Family family);

// "model_type": "llama", "qwen3_moe", ...
const char* FamilyName(Family family);

}  // namespace lm

#endif  // LM_CONFIG_FAMILIES_H_
