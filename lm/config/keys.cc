// Every key of a config.json that no other part reads: what it must be, or why it is passed over.
#include <string>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config_reader.h"

namespace lm {
namespace {

using base::Json;

// Keys that change nothing in what a model computes here.
struct Ignored {
  const char* reason;
  std::vector<const char*> keys;
};

const std::vector<Ignored>& IgnoredKeys() {
  static const auto* const ignored = new std::vector<Ignored>{
      {"who wrote the file, and for which program",
       {"architectures",
        "transformers_version",
        "auto_map",
        "custom_pipelines",
        "model_name",
        "name_or_path",
        "base_model_name_or_path",
        "license",
        "tags",
        "finetuning_task",
        "task_specific_params",
        "problem_type",
        "transformers.js_config",
        "is_llama_config",
        "tokenizer_class",
        "model_max_length",
        "tokenizer_model_max_length",
        "tokenizer_padding_side",
        "processor_class",
        "prefix",
        "kernel_config",
        "initializer_cutoff_factor",
        "pretraining_sequence_length",
        "max_sequence_length",
        "seq_length",
        "bos_token",
        "eos_token",
        "pad_token",
        "unk_token"}},
      {"dropout is of training, and the harness trains without",
       {"attention_dropout", "attention_probs_dropout_prob", "hidden_dropout", "hidden_dropout_prob", "resid_pdrop",
        "embd_pdrop", "attn_pdrop", "classifier_dropout", "resid_dropout", "embedding_dropout", "dropout"}},
      {"how a forward pass is carried out or what else it hands out, not what it computes",
       {"use_cache",
        "cache_implementation",
        "attn_implementation",
        "pretraining_tp",
        "gradient_checkpointing",
        "use_return_dict",
        "return_dict",
        "return_dict_in_generate",
        "output_attentions",
        "output_hidden_states",
        "output_scores",
        "output_router_logits",
        "torchscript",
        "chunk_size_feed_forward",
        "use_flash_attention_2",
        "use_bfloat16",
        "tf_legacy_loss",
        "low_cpu_mem_usage",
        "is_decoder",
        "fused_kernels",
        "use_fused_rmsnorm",
        "use_fused_swiglu",
        "use_kernel",
        "flash_attn",
        "compilation_config"}},
      {"of classifiers", {"id2label", "label2id", "num_labels", "classifier_bias", "classifier_activation"}},
      {"of generation, which has settings of its own",
       {"max_length",
        "min_length",
        "do_sample",
        "early_stopping",
        "num_beams",
        "num_beam_groups",
        "temperature",
        "top_k",
        "top_p",
        "typical_p",
        "min_p",
        "repetition_penalty",
        "length_penalty",
        "diversity_penalty",
        "bad_words_ids",
        "no_repeat_ngram_size",
        "num_return_sequences",
        "remove_invalid_values",
        "suppress_tokens",
        "begin_suppress_tokens",
        "forced_bos_token_id",
        "forced_eos_token_id",
        "encoder_no_repeat_ngram_size",
        "exponential_decay_length_penalty"}},
      {"ids that a decoder alone has no use for",
       {"sep_token_id", "decoder_start_token_id", "unk_token_id", "cls_token_id", "mask_token_id"}},
      {"pattern keys that a sliding window's layers were read without",
       {"max_window_layers", "use_sliding_window", "sliding_window_pattern", "layer_types",
        "original_max_position_embeddings"}},
  };
  return *ignored;
}

// Keys that must have one value, where they are there; any value that is "off" is as good. Another computation else.
struct Required {
  const char* key;
  Json value;
};

const std::vector<Required>& RequiredValues() {
  static const auto* const required = new std::vector<Required>{
      {"quantization_config", nullptr},
      {"use_bidirectional_attention", false},
      {"is_encoder_decoder", false},
      {"add_cross_attention", false},
      {"attention_bias", false},
      {"mlp_bias", false},
      {"lm_head_bias", false},
      {"router_jitter_noise", 0},
      {"full_attn_mod", 1},
      {"interpolate_factor", 1},  // Phi-4-mini writes both
      {"rope_interleaved", false},
      {"use_mrope", false},
      {"tie_encoder_decoder", false},
      {"clip_qkv", nullptr},
      {"use_qk_norm", false},
      {"qk_layernorm", false},
      {"embedding_multiplier", 1},
      {"residual_multiplier", 1},
      {"logits_scaling", 1},
      {"logit_scale", 1},
      {"use_parallel_residual", false},
      {"attention_sinks", nullptr},
  };
  return *required;
}

bool IsIgnored(const std::string& key) {
  // transformers' own marks ("_attn_implementation") and those of trainers.
  if (absl::StartsWith(key, "_") || absl::StartsWith(key, "unsloth_")) return true;
  for (const Ignored& group : IgnoredKeys()) {
    for (const char* ignored : group.keys) {
      if (key == ignored) return true;
    }
  }
  return false;
}

// A file that calls itself one family's and names the class of another is of neither.
absl::Status CheckArchitectures(const Fields& fields, const FamilyTraits& traits) {
  const Json* names = fields.Find("architectures");
  if (names == nullptr || !names->is_array()) return absl::OkStatus();
  for (const Json& name : *names) {
    for (const FamilyTraits& other : Families()) {
      if (other.family == traits.family || name != other.architecture) continue;
      return fields.Invalid("architectures", absl::StrCat("names ", other.architecture, ", a ", other.name,
                                                          " model, and model_type says ", traits.name,
                                                          "; is it the config.json of these weights?"));
    }
  }
  return absl::OkStatus();
}

}  // namespace

bool IsOff(const Json& value) {
  if (value.is_number()) return value.get<double>() == 0;
  if (value.is_boolean()) return !value.get<bool>();
  return value.is_null() || (value.is_string() ? value.get_ref<const std::string&>().empty() : value.empty());
}

absl::Status CheckOtherKeys(const Fields& fields, const FamilyTraits& traits) {
  RETURN_IF_ERROR(CheckArchitectures(fields, traits));
  for (const std::string& key : fields.Unasked()) {
    const Json* value = fields.Find(key.c_str());
    if (value == nullptr || IsOff(*value) || IsIgnored(key)) continue;
    bool is_good = false;
    for (const Required& required : RequiredValues()) {
      if (key != required.key) continue;
      if (*value != required.value) return fields.Unsupported(key.c_str(), required.value.dump());
      is_good = true;
    }
    if (is_good) continue;
    return fields.Unsupported(key.c_str(),
                              absl::StrCat("no such key of a ", traits.name,
                                           " model, which could change what it computes; if it does not, take it out"));
  }
  return absl::OkStatus();
}

}  // namespace lm
