#include "lm/config/families.h"

#include <vector>

#include "base/check.h"

namespace lm {
namespace {

// A row begins as another one, and says what is different.
FamilyTraits Like(const FamilyTraits& other, Family family, const char* name, const char* architecture) {
  FamilyTraits traits = other;
  traits.family = family;
  traits.name = name;
  traits.architecture = architecture;
  return traits;
}

FamilyTraits Llama() {
  FamilyTraits traits;
  traits.biases = BiasRule::kLlama;
  return traits;
}

FamilyTraits Mistral() {
  FamilyTraits traits = Like(Llama(), Family::kMistral, "mistral", "MistralForCausalLM");
  traits.biases = BiasRule::kNone;
  traits.windows = WindowRule::kEveryLayer;
  traits.window = 4096;
  traits.kv_heads = 8;
  return traits;
}

FamilyTraits Ministral() {
  FamilyTraits traits = Like(Mistral(), Family::kMinistral, "ministral", "MinistralForCausalLM");
  traits.reads_layer_types = true;
  return traits;
}

FamilyTraits Mixtral() {
  FamilyTraits traits = Like(Mistral(), Family::kMixtral, "mixtral", "MixtralForCausalLM");
  traits.window = 0;
  traits.eps = 1e-5;
  traits.theta = 1e6;
  traits.experts = "block_sparse_moe.";
  traits.expert_gate = "w1";
  traits.expert_up = "w3";
  traits.expert_down = "w2";
  traits.experts_count = 8;
  traits.experts_per_token = 2;
  return traits;
}

FamilyTraits Qwen2() {
  FamilyTraits traits = Like(Llama(), Family::kQwen2, "qwen2", "Qwen2ForCausalLM");
  traits.biases = BiasRule::kQkvAlways;
  traits.windows = WindowRule::kFromMaxWindowLayers;
  traits.reads_layer_types = true;
  traits.window = 4096;
  traits.kv_heads = 32;
  traits.bos = traits.eos = -1;
  return traits;
}

FamilyTraits Qwen3() {
  FamilyTraits traits = Like(Qwen2(), Family::kQwen3, "qwen3", "Qwen3ForCausalLM");
  traits.biases = BiasRule::kAttention;
  traits.query_key_norm = QueryKeyNorm::kPerHead;
  traits.head_dim = 128;
  return traits;
}

FamilyTraits Qwen3Moe() {
  FamilyTraits traits = Like(Qwen3(), Family::kQwen3Moe, "qwen3_moe", "Qwen3MoeForCausalLM");
  traits.windows = WindowRule::kEveryLayerIfUsed;
  traits.reads_layer_types = false;
  traits.head_dim = 0;
  traits.kv_heads = 4;
  traits.experts = "mlp.";
  traits.experts_count = 128;
  traits.experts_per_token = 8;
  traits.has_sparse_step = true;
  return traits;
}

FamilyTraits Gemma2() {
  FamilyTraits traits = Like(Llama(), Family::kGemma2, "gemma2", "Gemma2ForCausalLM");
  traits.attention_out = "post_attention_layernorm";
  traits.network_in = "pre_feedforward_layernorm";
  traits.network_out = "post_feedforward_layernorm";
  traits.norm = NormKind::kRmsPlusOne;
  traits.scales_embedding = true;
  traits.has_softcaps = true;
  traits.caps_attention = true;
  traits.biases = BiasRule::kAttention;
  traits.windows = WindowRule::kEvenLayers;
  traits.reads_layer_types = true;
  traits.activation_key = "hidden_activation";
  traits.activation = Activation::kGeluTanh;
  traits.kv_heads = 4;
  traits.head_dim = 256;
  traits.window = 4096;
  traits.tied = true;
  traits.bos = 2;
  traits.eos = 1;
  traits.pad = 0;
  return traits;
}

FamilyTraits Gemma3() {
  FamilyTraits traits = Like(Gemma2(), Family::kGemma3, "gemma3_text", "Gemma3ForCausalLM");
  traits.query_key_norm = QueryKeyNorm::kPerHead;
  traits.caps_attention = false;
  traits.has_own_local_rope = true;
  traits.windows = WindowRule::kPattern;
  traits.theta = 1e6;
  return traits;
}

FamilyTraits Olmo2() {
  FamilyTraits traits = Like(Llama(), Family::kOlmo2, "olmo2", "Olmo2ForCausalLM");
  traits.attention_in = "";
  traits.attention_out = "post_attention_layernorm";
  traits.network_in = "";
  traits.network_out = "post_feedforward_layernorm";
  traits.norm = NormKind::kRmsWide;
  traits.query_key_norm = QueryKeyNorm::kWhole;
  traits.biases = BiasRule::kAttention;
  traits.eps = 1e-5;
  traits.bos = -1;
  traits.eos = 50279;
  traits.pad = 1;
  return traits;
}

FamilyTraits Olmo3() {
  FamilyTraits traits = Like(Olmo2(), Family::kOlmo3, "olmo3", "Olmo3ForCausalLM");
  traits.has_own_local_rope = true;
  traits.windows = WindowRule::kThreeOfFour;
  traits.reads_layer_types = true;
  traits.window = 4096;
  traits.theta = traits.local_theta = 5e5;
  return traits;
}

FamilyTraits SmolLm3() {
  FamilyTraits traits = Like(Llama(), Family::kSmolLm3, "smollm3", "SmolLM3ForCausalLM");
  traits.has_nope_layers = true;
  traits.windows = WindowRule::kLayersWithoutRope;
  traits.reads_layer_types = true;
  traits.kv_heads = 4;
  traits.theta = 2e6;
  traits.tied = true;
  traits.bos = 128000;
  traits.eos = 128001;
  traits.pad = 128004;
  return traits;
}

FamilyTraits Phi3() {
  FamilyTraits traits = Like(Llama(), Family::kPhi3, "phi3", "Phi3ForCausalLM");
  traits.qkv_layout = QkvLayout::kBlocks;
  traits.qkv = "qkv_proj";
  traits.gate_up = "gate_up_proj";
  traits.biases = BiasRule::kNone;
  traits.windows = WindowRule::kEveryLayer;
  traits.has_partial_rotary = true;
  traits.eps = 1e-5;
  traits.eos = traits.pad = 32000;
  return traits;
}

FamilyTraits GptNeox() {
  FamilyTraits traits = Like(Llama(), Family::kGptNeox, "gpt_neox", "GPTNeoXForCausalLM");
  traits.embedding = "gpt_neox.embed_in";
  traits.layers = "gpt_neox.layers.";
  traits.final_norm = "gpt_neox.final_layer_norm";
  traits.head = "embed_out";
  traits.attention = "attention.";
  traits.qkv = "query_key_value";
  traits.output = "dense";
  traits.gate = "";
  traits.up = "dense_h_to_4h";
  traits.down = "dense_4h_to_h";
  traits.norm = NormKind::kLayer;
  traits.qkv_layout = QkvLayout::kPerHead;
  traits.has_partial_rotary = true;
  traits.biases = BiasRule::kNetworkToo;
  traits.eps_key = "layer_norm_eps";
  traits.eps = 1e-5;
  traits.activation = Activation::kGelu;
  traits.bos = 0;
  return traits;
}

FamilyTraits Granite() {
  FamilyTraits traits = Like(Llama(), Family::kGranite, "granite", "GraniteForCausalLM");
  traits.has_multipliers = true;
  return traits;
}

}  // namespace

absl::Span<const FamilyTraits> Families() {
  static const auto* const families = new std::vector<FamilyTraits>{
      Llama(), Mistral(), Qwen2(),   Mixtral(), Qwen3(),   Qwen3Moe(), Gemma2(),    Gemma3(),
      Olmo2(), Olmo3(),   SmolLm3(), Phi3(),    GptNeox(), Granite(),  Ministral(),
  };
  return *families;
}

const FamilyTraits& TraitsOf(Family family) {
  for (const FamilyTraits& traits : Families()) {
    if (traits.family == family) return traits;
  }
  SAMI_CHECK(false) << "a family that the table lacks";
  return Families()[0];
}

const char* FamilyName(Family family) { return TraitsOf(family).name; }

}  // namespace lm
