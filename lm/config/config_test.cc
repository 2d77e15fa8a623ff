#include "lm/config/config.h"

#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/jsonl.h"
#include "base/testing.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::Json;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

// The fields that have no default.
Json Minimal() {
  return {{"model_type", "llama"},         {"vocab_size", 300},      {"hidden_size", 48},
          {"intermediate_size", 96},       {"num_hidden_layers", 2}, {"num_attention_heads", 4},
          {"max_position_embeddings", 128}};
}

Json With(const char* key, Json value) {
  Json json = Minimal();
  json[key] = std::move(value);
  return json;
}

Json WithAll(const char* family, const Json& fields) {
  Json json = With("model_type", family);
  json["num_key_value_heads"] = 2;  // some families' default is more than Minimal's heads
  json.update(fields);
  return json;
}

Json Llama3(const char* key = "factor", Json value = 8) {
  Json scaling = {{"rope_type", "llama3"},
                  {"factor", 8},
                  {"low_freq_factor", 1},
                  {"high_freq_factor", 4.0},
                  {"original_max_position_embeddings", 64}};
  scaling[key] = std::move(value);
  return With("rope_scaling", scaling);
}

absl::StatusOr<ModelConfig> Parsed(const Json& json) { return ParseModelConfig(json.dump(), "m/config.json"); }

void ExpectRefused(const Json& json, StatusCode code, const std::string& field, const std::string& what = "") {
  SCOPED_TRACE(json.dump());
  EXPECT_THAT(Parsed(json),
              StatusIs(code, AllOf(HasSubstr("m/config.json"), HasSubstr("\"" + field + "\""), HasSubstr(what))));
}

TEST(ConfigTest, DefaultsAreThoseOfTransformers) {
  ASSERT_OK_AND_ASSIGN(const ModelConfig config, Parsed(Minimal()));
  EXPECT_EQ(config.num_kv_heads, 4);
  EXPECT_EQ(config.head_dim, 12);
  EXPECT_EQ(config.norm_eps, 1e-6);
  EXPECT_EQ(config.rope.theta, 10000);
  EXPECT_FALSE(config.rope.scaling.has_value());
  EXPECT_FALSE(config.tie_word_embeddings);
  EXPECT_EQ(config.bos_id, 1);
  EXPECT_EQ(config.pad_id, -1);
  EXPECT_THAT(config.eos_ids, ElementsAre(2));
  EXPECT_EQ(config.storage, StorageType::kFloat32);
}

TEST(ConfigTest, EveryFieldSurvivesARoundTrip) {
  ModelConfig config;
  config.vocab_size = 1000;
  config.hidden_size = 40;
  config.intermediate_size = 72;
  config.num_layers = 3;
  config.num_heads = 6;
  config.num_kv_heads = 2;
  config.head_dim = 10;
  config.max_positions = 77;
  config.norm_eps = 1.0 / 3e5;
  config.rope.theta = 500000;
  config.rope.scaling = RopeScaling{RopeScaling::kLlama3, 8, 1.5, 4, 32};
  config.initializer_range = 0.1;
  config.tie_word_embeddings = true;
  config.bos_id = 5;
  config.pad_id = 0;
  config.eos_ids = {7, 2};
  config.storage = StorageType::kBfloat16;
  ASSERT_OK_AND_ASSIGN(const ModelConfig read, ParseModelConfig(ModelConfigToJson(config), "x"));
  EXPECT_EQ(read.vocab_size, 1000);
  EXPECT_EQ(read.hidden_size, 40);
  EXPECT_EQ(read.intermediate_size, 72);
  EXPECT_EQ(read.num_layers, 3);
  EXPECT_EQ(read.num_heads, 6);
  EXPECT_EQ(read.num_kv_heads, 2);
  EXPECT_EQ(read.head_dim, 10);
  EXPECT_EQ(read.max_positions, 77);
  EXPECT_EQ(read.norm_eps, 1.0 / 3e5);
  EXPECT_EQ(read.rope.theta, 500000);
  ASSERT_TRUE(read.rope.scaling.has_value());
  EXPECT_EQ(read.rope.scaling->factor, 8);
  EXPECT_EQ(read.rope.scaling->low_freq_factor, 1.5);
  EXPECT_EQ(read.rope.scaling->high_freq_factor, 4);
  EXPECT_EQ(read.rope.scaling->original_max_positions, 32);
  EXPECT_EQ(read.initializer_range, 0.1);
  EXPECT_TRUE(read.tie_word_embeddings);
  EXPECT_EQ(read.bos_id, 5);
  EXPECT_EQ(read.pad_id, 0);
  EXPECT_THAT(read.eos_ids, ElementsAre(7, 2));
  EXPECT_EQ(read.storage, StorageType::kBfloat16);
  EXPECT_EQ(ModelConfigToJson(read), ModelConfigToJson(config));
}

TEST(ConfigTest, AbsentTokensStayAbsent) {
  ModelConfig config = *Parsed(Minimal());
  config.bos_id = -1;
  config.eos_ids = {};
  ASSERT_OK_AND_ASSIGN(const ModelConfig read, ParseModelConfig(ModelConfigToJson(config), "x"));
  EXPECT_EQ(read.bos_id, -1);
  EXPECT_THAT(read.eos_ids, IsEmpty());
  EXPECT_EQ(Parsed(With("pad_token_id", -1))->pad_id, -1);
}

TEST(ConfigTest, FieldsThatTransformersHasWrittenInSeveralWays) {
  EXPECT_THAT(Parsed(With("eos_token_id", 9))->eos_ids, ElementsAre(9));
  EXPECT_THAT(Parsed(With("eos_token_id", {9, 1}))->eos_ids, ElementsAre(9, 1));
  EXPECT_EQ(Parsed(With("torch_dtype", "bfloat16"))->storage, StorageType::kBfloat16);
  EXPECT_EQ(Parsed(With("dtype", "float16"))->storage, StorageType::kFloat16);
  EXPECT_EQ(Parsed(With("head_dim", nullptr))->head_dim, 12);
  EXPECT_FALSE(Parsed(With("rope_scaling", {{"type", "default"}}))->rope.scaling.has_value());
  EXPECT_EQ(Parsed(With("rope_parameters", {{"rope_type", "default"}, {"rope_theta", 5e5}}))->rope.theta, 5e5);
  EXPECT_EQ(Parsed(Llama3())->rope.scaling->original_max_positions, 64);
}

TEST(ConfigTest, OtherFamiliesAreNamed) {
  for (const char* family : {"gemma", "gemma3", "gpt2"}) {
    ExpectRefused(With("model_type", family), StatusCode::kUnimplemented, "model_type", family);
  }
  ExpectRefused(With("model_type", nullptr), StatusCode::kInvalidArgument, "model_type", "missing");
  ExpectRefused(With("model_type", 3), StatusCode::kInvalidArgument, "model_type");
}

TEST(ConfigTest, WhatWouldChangeNumericsIsRefused) {
  const auto refused = [](const char* field, Json value) {
    ExpectRefused(With(field, std::move(value)), StatusCode::kUnimplemented, field);
  };
  refused("hidden_act", "relu");
  refused("partial_rotary_factor", 0.5);
  refused("sliding_window", 4096);
  refused("quantization_config", {{"bits", 4}});
  refused("torch_dtype", "float8_e4m3fn");
  refused("layer_types", {"full_attention", "sliding_attention"});
  ExpectRefused(With("rope_scaling", {{"type", "ntk"}, {"factor", 2}}), StatusCode::kUnimplemented, "rope_scaling.type",
                "ntk");
  ExpectRefused(With("rope_scaling", {{"type", "dynamic"}, {"factor", 2}, {"original_max_position_embeddings", 64}}),
                StatusCode::kUnimplemented, "rope_scaling.original_max_position_embeddings");
  ExpectRefused(WithAll("phi3", {{"rope_scaling", {{"rope_type", "yarn"}, {"factor", 2}}}}), StatusCode::kUnimplemented,
                "rope_scaling.rope_type");
  EXPECT_OK(Parsed(With("sliding_window", nullptr)));
  ExpectRefused(WithAll("mistral", {{"attention_bias", true}}), StatusCode::kUnimplemented, "attention_bias");
  ExpectRefused(WithAll("mixtral", {{"router_jitter_noise", 0.1}}), StatusCode::kUnimplemented, "router_jitter_noise");
}

TEST(ConfigTest, FamiliesDifferInTheirDefaults) {
  ASSERT_OK_AND_ASSIGN(const ModelConfig llama, Parsed(WithAll("llama", {{"attention_bias", true}})));
  EXPECT_TRUE(llama.qkv_bias && llama.output_bias && !llama.mlp_bias);
  ASSERT_OK_AND_ASSIGN(const ModelConfig mistral, Parsed(WithAll("mistral", {{"head_dim", 12}})));
  EXPECT_EQ(mistral.sliding_window, 4096);
  EXPECT_EQ(Parsed(WithAll("mistral", {{"sliding_window", nullptr}}))->sliding_window, 0);
  EXPECT_EQ(Parsed(WithAll("mistral", {{"num_key_value_heads", nullptr}}))->num_kv_heads, 4);
  Json absent = WithAll("mistral", Json::object());
  absent.erase("num_key_value_heads");
  ExpectRefused(absent, StatusCode::kInvalidArgument, "num_key_value_heads", "8");
  ASSERT_OK_AND_ASSIGN(const ModelConfig qwen, Parsed(WithAll("qwen2", {{"head_dim", 12}})));
  EXPECT_TRUE(qwen.qkv_bias && !qwen.output_bias && !qwen.mlp_bias);
  EXPECT_THAT(qwen.eos_ids, IsEmpty());
  ASSERT_OK_AND_ASSIGN(const ModelConfig mixtral, Parsed(WithAll("mixtral", {{"head_dim", 12}})));
  EXPECT_EQ(mixtral.num_experts, 8);
  EXPECT_EQ(mixtral.experts_per_token, 2);
  EXPECT_EQ(mixtral.router_aux_loss_coef, 0.001);
  EXPECT_EQ(mixtral.rope.theta, 1e6);
  EXPECT_EQ(mixtral.sliding_window, 0);
  ExpectRefused(WithAll("mixtral", {{"num_local_experts", 2}, {"num_experts_per_tok", 3}}),
                StatusCode::kInvalidArgument, "num_experts_per_tok");
}

TEST(ConfigTest, FamilyFieldsSurviveARoundTrip) {
  for (const Json& json :
       {WithAll("llama", {{"mlp_bias", true}}), WithAll("llama", {{"attention_bias", true}}),
        WithAll("mistral", {{"sliding_window", 9}}), WithAll("mistral", {{"sliding_window", nullptr}}),
        WithAll("qwen2", {{"rope_scaling", {{"type", "linear"}, {"factor", 3}}}}),
        WithAll("mixtral", {{"num_local_experts", 5},
                            {"num_experts_per_tok", 3},
                            {"router_aux_loss_coef", 0.5},
                            {"rope_scaling", {{"rope_type", "dynamic"}, {"factor", 2.5}}}})}) {
    SCOPED_TRACE(json.dump());
    ASSERT_OK_AND_ASSIGN(const ModelConfig config, Parsed(json));
    const std::string text = ModelConfigToJson(config);
    EXPECT_EQ(ModelConfigToJson(*ParseModelConfig(text, "x")), text);
    const Json written = Json::parse(text);
    for (const auto& item : json.items()) {
      if (item.key() != "rope_scaling") EXPECT_EQ(written[item.key()], item.value()) << item.key();
    }
  }
}

// Recorded from the classes of transformers 5.24: what each family's config.json may leave unsaid.
struct ClassDefaults {
  const char* name;
  double eps, theta;
  int64_t kv_heads, head_dim, window;  // of 64 heads, width 512, with use_sliding_window
  bool tied;
  int32_t bos, eos, pad;
};

TEST(ConfigTest, FamiliesDefaultsAreThoseOfTheirClasses) {
  constexpr ClassDefaults kRecorded[] = {
      {"llama", 1e-6, 1e4, 64, 8, 0, false, 1, 2, -1},
      {"mistral", 1e-6, 1e4, 8, 8, 4096, false, 1, 2, -1},
      {"qwen2", 1e-6, 1e4, 32, 8, 4096, false, -1, -1, -1},
      {"mixtral", 1e-5, 1e6, 8, 8, 0, false, 1, 2, -1},
      {"qwen3", 1e-6, 1e4, 32, 128, 4096, false, -1, -1, -1},
      {"qwen3_moe", 1e-6, 1e4, 4, 8, 4096, false, -1, -1, -1},
      {"gemma2", 1e-6, 1e4, 4, 256, 4096, true, 2, 1, 0},
      {"gemma3_text", 1e-6, 1e6, 4, 256, 4096, true, 2, 1, 0},
      {"olmo2", 1e-5, 1e4, 64, 8, 0, false, -1, 50279, 1},
      {"olmo3", 1e-5, 5e5, 64, 8, 4096, false, -1, 50279, 1},
      {"smollm3", 1e-6, 2e6, 4, 8, 0, true, 128000, 128001, 128004},
      {"phi3", 1e-5, 1e4, 64, 8, 0, false, 1, 32000, 32000},
      {"gpt_neox", 1e-5, 1e4, 64, 8, 0, false, 0, 2, -1},
      {"granite", 1e-6, 1e4, 64, 8, 0, false, 1, 2, -1},
      {"ministral", 1e-6, 1e4, 8, 8, 4096, false, 1, 2, -1},
  };
  EXPECT_EQ(std::size(kRecorded), Families().size());
  for (const ClassDefaults& recorded : kRecorded) {
    SCOPED_TRACE(recorded.name);
    Json json = Minimal();
    json.update({{"model_type", recorded.name},
                 {"num_attention_heads", 64},
                 {"hidden_size", 512},
                 {"vocab_size", 200000},
                 {"num_hidden_layers", 40}});
    if (recorded.window > 0 && absl::StartsWith(recorded.name, "qwen")) json["use_sliding_window"] = true;
    ASSERT_OK_AND_ASSIGN(const ModelConfig config, Parsed(json));
    EXPECT_EQ(config.norm_eps, recorded.eps);
    EXPECT_EQ(config.rope.theta, recorded.theta);
    EXPECT_EQ(config.num_kv_heads, recorded.kv_heads);
    EXPECT_EQ(config.head_dim, recorded.head_dim);
    EXPECT_EQ(config.sliding_window, recorded.window);
    EXPECT_EQ(config.tie_word_embeddings, recorded.tied);
    EXPECT_EQ(config.bos_id, recorded.bos);
    EXPECT_EQ(config.eos_ids, recorded.eos < 0 ? std::vector<int32_t>() : std::vector<int32_t>{recorded.eos});
    EXPECT_EQ(config.pad_id, recorded.pad);
  }
  EXPECT_EQ(Parsed(WithAll("gemma3_text", Json::object()))->sliding_rope->theta, 1e4);
  EXPECT_EQ(Parsed(WithAll("gemma2", Json::object()))->attention_softcap, 50);
  EXPECT_EQ(Parsed(WithAll("gemma2", Json::object()))->final_softcap, 30);
  EXPECT_EQ(Parsed(WithAll("gemma2", {{"final_logit_softcapping", nullptr}}))->final_softcap, 0);
  // Read by Gemma 3's class, and not used.
  EXPECT_EQ(Parsed(WithAll("gemma3_text", {{"attn_logit_softcapping", 9.0}}))->attention_softcap, 0);
  EXPECT_TRUE(Parsed(WithAll("gpt_neox", {{"num_key_value_heads", nullptr}, {"rotary_pct", 1.0}}))->parallel_residual);
}

TEST(ConfigTest, EveryKeyIsKnown) {
  // Of no effect here, for a reason that keys.cc gives.
  EXPECT_OK(Parsed(With("attention_dropout", 0.1)));
  EXPECT_OK(Parsed(With("transformers_version", "9.9")));
  EXPECT_OK(Parsed(With("_attn_implementation", "sdpa")));
  EXPECT_OK(Parsed(With("pretraining_tp", 2)));
  EXPECT_OK(Parsed(With("id2label", {{"0", "A"}})));
  // Off, whatever it is.
  for (const Json& off : {Json(nullptr), Json(false), Json(0), Json(0.0), Json(""), Json::array(), Json::object()}) {
    EXPECT_OK(Parsed(With("a_key_of_the_future", off))) << off;
  }
  for (const Json& on : {Json(true), Json(2), Json("x"), Json({1})}) {
    ExpectRefused(With("a_key_of_the_future", on), StatusCode::kUnimplemented, "a_key_of_the_future", "no such key");
  }
  // Another family's.
  ExpectRefused(With("no_rope_layers", {1, 0}), StatusCode::kUnimplemented, "no_rope_layers");
  ExpectRefused(With("final_logit_softcapping", 30.0), StatusCode::kUnimplemented, "final_logit_softcapping");
  ExpectRefused(With("num_local_experts", 8), StatusCode::kUnimplemented, "num_local_experts");
  // One value is as good as absent, another is not.
  EXPECT_OK(Parsed(With("embedding_multiplier", 1.0)));
  ExpectRefused(With("embedding_multiplier", 12.0), StatusCode::kUnimplemented, "embedding_multiplier",
                "supported is 1");
  EXPECT_OK(Parsed(WithAll("granite", {{"embedding_multiplier", 12.0}})));
  EXPECT_OK(Parsed(WithAll("phi3", {{"full_attn_mod", 1}, {"interpolate_factor", 1}, {"lm_head_bias", false}})));
  ExpectRefused(With("use_bidirectional_attention", true), StatusCode::kUnimplemented, "use_bidirectional_attention");
  ExpectRefused(With("rope_scaling", {{"type", "linear"}, {"factor", 2}, {"beta_fast", 3}}), StatusCode::kUnimplemented,
                "rope_scaling.beta_fast");
}

// Which layers slide, as "s" and "f".
std::string Kinds(const Json& json) {
  const absl::StatusOr<ModelConfig> config = Parsed(json);
  EXPECT_OK(config);
  std::string kinds;
  for (int64_t i = 0; config.ok() && i < config->num_layers; ++i) kinds += KindOf(*config, i).slides ? 's' : 'f';
  return kinds;
}

TEST(ConfigTest, LayersSlideByTheirFamilysRule) {
  const auto kinds = [](const char* family, Json fields) {
    fields.update({{"num_hidden_layers", 8}, {"sliding_window", 5}});
    return Kinds(WithAll(family, fields));
  };
  EXPECT_EQ(kinds("mistral", Json::object()), "ssssssss");
  EXPECT_EQ(kinds("ministral", Json::object()), "ssssssss");
  EXPECT_EQ(kinds("phi3", Json::object()), "ssssssss");
  EXPECT_EQ(kinds("qwen2", {{"max_window_layers", 3}}), "ffffffff");
  EXPECT_EQ(kinds("qwen2", {{"max_window_layers", 3}, {"use_sliding_window", true}}), "fffsssss");
  EXPECT_EQ(kinds("qwen3", {{"use_sliding_window", true}}), "ffffffff");  // from layer 28 on
  EXPECT_EQ(kinds("qwen3_moe", {{"use_sliding_window", true}}), "ssssssss");
  EXPECT_EQ(kinds("gemma2", Json::object()), "sfsfsfsf");
  EXPECT_EQ(kinds("gemma3_text", Json::object()), "sssssfss");
  EXPECT_EQ(kinds("gemma3_text", {{"sliding_window_pattern", 3}}), "ssfssfss");
  EXPECT_EQ(kinds("olmo3", Json::object()), "sssfsssf");
  EXPECT_EQ(kinds("smollm3", {{"use_sliding_window", true}}), "fffsfffs");
  const Json types = {"full_attention", "sliding_attention", "full_attention", "full_attention",
                      "full_attention", "full_attention",    "full_attention", "sliding_attention"};
  EXPECT_EQ(kinds("gemma3_text", {{"layer_types", types}, {"_sliding_window_pattern", 2}}), "fsfffffs");
  ExpectRefused(WithAll("mistral", {{"num_hidden_layers", 8}, {"layer_types", types}}), StatusCode::kUnimplemented,
                "layer_types", "does not read it");
  ExpectRefused(WithAll("gemma2", {{"layer_types", {"full_attention"}}}), StatusCode::kInvalidArgument, "layer_types");
  ExpectRefused(WithAll("gemma2", {{"layer_types", {"full_attention", "chunked_attention"}}}),
                StatusCode::kUnimplemented, "layer_types");
}

TEST(ConfigTest, LayersWithoutPositionsAndWithoutExperts) {
  const auto rotates = [](Json fields) {
    fields["num_hidden_layers"] = 5;
    const auto config = Parsed(WithAll("smollm3", fields));
    EXPECT_OK(config);
    std::vector<int> layers;
    for (int64_t i = 0; i < 5; ++i) layers.push_back(KindOf(*config, i).rotates);
    return layers;
  };
  EXPECT_THAT(rotates(Json::object()), ElementsAre(1, 1, 1, 0, 1));
  EXPECT_THAT(rotates({{"no_rope_layers", nullptr}, {"no_rope_layer_interval", 2}}), ElementsAre(1, 0, 1, 0, 1));
  EXPECT_THAT(rotates({{"no_rope_layers", {0, 1, 1, 0, 1, 1, 1}}}), ElementsAre(0, 1, 1, 0, 1));  // more is no harm
  ASSERT_OK_AND_ASSIGN(
      const ModelConfig moe,
      Parsed(WithAll(
          "qwen3_moe",
          {{"num_hidden_layers", 6}, {"decoder_sparse_step", 2}, {"mlp_only_layers", {3}}, {"num_experts", 16}})));
  std::vector<int> experts;
  for (int64_t i = 0; i < 6; ++i) experts.push_back(KindOf(moe, i).has_experts);
  EXPECT_THAT(experts, ElementsAre(0, 1, 0, 0, 0, 1));
  EXPECT_EQ(moe.num_experts, 16);
  EXPECT_EQ(ExpertSize(moe), 768);
  EXPECT_EQ(moe.intermediate_size, 96);
  EXPECT_EQ(Parsed(WithAll("qwen3_moe", {{"num_local_experts", 12}}))->num_experts, 12);
}

TEST(ConfigTest, PositionsAreFoundWhereverTheyAreWritten) {
  // transformers 4 and 5.
  const Json four = WithAll("gemma3_text", {{"rope_theta", 2e4},
                                            {"rope_local_base_freq", 500.0},
                                            {"rope_scaling", {{"rope_type", "linear"}, {"factor", 4.0}}}});
  const Json five =
      WithAll("gemma3_text", {{"rope_parameters",
                               {{"full_attention", {{"rope_type", "linear"}, {"factor", 4.0}, {"rope_theta", 2e4}}},
                                {"sliding_attention", {{"rope_type", "default"}, {"rope_theta", 500.0}}}}}});
  for (const Json& json : {four, five}) {
    ASSERT_OK_AND_ASSIGN(const ModelConfig config, Parsed(json));
    EXPECT_EQ(config.rope.theta, 2e4);
    EXPECT_EQ(config.rope.scaling->factor, 4);
    EXPECT_EQ(config.sliding_rope->theta, 500);
    EXPECT_FALSE(config.sliding_rope->scaling.has_value());
  }
  // OLMo 3's layers that slide have the same base, not stretched.
  ASSERT_OK_AND_ASSIGN(
      const ModelConfig olmo,
      Parsed(WithAll("olmo3", {{"rope_theta", 7e4}, {"rope_scaling", {{"type", "yarn"}, {"factor", 4}}}})));
  EXPECT_EQ(olmo.sliding_rope->theta, 7e4);
  EXPECT_FALSE(olmo.sliding_rope->scaling.has_value());
  // By layer type in a family that has one.
  EXPECT_EQ(Parsed(With("rope_parameters", {{"full_attention", {{"rope_theta", 5e5}}}}))->rope.theta, 5e5);
  // GPT-NeoX's names; a quarter of 12 coordinates is 3, and pairs are turned.
  ExpectRefused(WithAll("gpt_neox", {{"num_key_value_heads", nullptr}, {"rotary_emb_base", 9e3}, {"rotary_pct", 0.25}}),
                StatusCode::kInvalidArgument, "rotary_pct", "even");
  ASSERT_OK_AND_ASSIGN(
      const ModelConfig neox,
      Parsed(WithAll("gpt_neox", {{"num_key_value_heads", nullptr}, {"rotary_emb_base", 9e3}, {"rotary_pct", 0.5}})));
  EXPECT_EQ(neox.rope.theta, 9e3);
  EXPECT_EQ(RotaryDim(neox), 6);
  EXPECT_EQ(Parsed(WithAll("phi3", {{"rope_parameters", {{"partial_rotary_factor", 0.7}}}}))->rotary_dim, 8);
}

TEST(ConfigTest, YarnAndLongropeScaleSinesAndCosines) {
  const auto factor = [](const char* family, Json fields) {
    const auto config = Parsed(WithAll(family, fields));
    EXPECT_OK(config);
    return config.ok() && config->rope.scaling ? RopeAttentionFactor(*config->rope.scaling) : 0;
  };
  const auto yarn = [&](Json more) {
    more.update({{"rope_type", "yarn"}, {"factor", 4}});
    return factor("llama", {{"rope_scaling", more}});
  };
  EXPECT_EQ(yarn(Json::object()), 0.1 * std::log(4.0) + 1);
  EXPECT_EQ(yarn({{"attention_factor", 1.25}}), 1.25);
  EXPECT_EQ(yarn({{"mscale", 1.0}, {"mscale_all_dim", 0.5}}),
            (0.1 * std::log(4.0) + 1) / (0.1 * 0.5 * std::log(4.0) + 1));
  const Json factors = {1.5, 2, 2, 2, 3, 3};
  const Json longrope = {{"type", "longrope"}, {"short_factor", factors}, {"long_factor", factors}};
  // 128 positions of which 16 were trained: sqrt(1 + log 8 / log 16) = sqrt(1.75). The top level wins.
  EXPECT_NEAR(factor("phi3", {{"rope_scaling", longrope}, {"original_max_position_embeddings", 16}}), std::sqrt(1.75),
              1e-15);
  Json inner = longrope;
  inner["original_max_position_embeddings"] = 64;
  EXPECT_NEAR(factor("phi3", {{"rope_scaling", inner}, {"original_max_position_embeddings", 16}}), std::sqrt(1.75),
              1e-15);
  EXPECT_NEAR(factor("llama", {{"rope_scaling", inner}}), std::sqrt(1 + std::log(2.0) / std::log(64.0)), 1e-15);
  Json older = longrope;
  older["type"] = "su";
  EXPECT_NEAR(factor("phi3", {{"rope_scaling", older}, {"original_max_position_embeddings", 16}}), std::sqrt(1.75),
              1e-15);
  Json few = longrope;
  few["long_factor"] = {1, 2};
  ExpectRefused(WithAll("phi3", {{"rope_scaling", few}}), StatusCode::kInvalidArgument, "rope_scaling.long_factor",
                "6 numbers");
}

TEST(ConfigTest, ImpossibleSizesAreRefused) {
  for (const char* field : {"vocab_size", "hidden_size", "intermediate_size", "num_hidden_layers",
                            "num_attention_heads", "max_position_embeddings"}) {
    Json json = Minimal();
    json.erase(field);
    ExpectRefused(json, StatusCode::kInvalidArgument, field, "missing");
    for (const Json& value : {Json(0), Json(-1), Json(4.0), Json("4"), Json(true), Json(uint64_t{1} << 40)}) {
      ExpectRefused(With(field, value), StatusCode::kInvalidArgument, field, "must be an integer");
    }
  }
  ExpectRefused(With("num_key_value_heads", 3), StatusCode::kInvalidArgument, "num_key_value_heads", "divide");
  ExpectRefused(With("num_key_value_heads", 8), StatusCode::kInvalidArgument, "num_key_value_heads", "divide");
  ExpectRefused(With("num_attention_heads", 5), StatusCode::kInvalidArgument, "hidden_size", "multiple");
  ExpectRefused(With("head_dim", 7), StatusCode::kInvalidArgument, "head_dim", "even");
}

TEST(ConfigTest, ImpossibleValuesAreRefused) {
  const auto refused = [](const char* field, Json value) {
    ExpectRefused(With(field, std::move(value)), StatusCode::kInvalidArgument, field);
  };
  refused("rms_norm_eps", -1e-5);
  refused("rms_norm_eps", "1e-5");
  refused("rope_theta", 0);
  refused("tie_word_embeddings", 1);
  refused("eos_token_id", 300);
  refused("eos_token_id", {2, -1});
  refused("eos_token_id", "</s>");
  refused("bos_token_id", -2);
  refused("pad_token_id", 1.5);
  refused("torch_dtype", 16);
  refused("rope_scaling", "llama3");
  ExpectRefused(Llama3("factor", 0.5), StatusCode::kInvalidArgument, "rope_scaling.factor");
  ExpectRefused(Llama3("factor", nullptr), StatusCode::kInvalidArgument, "rope_scaling.factor", "missing");
  ExpectRefused(Llama3("high_freq_factor", 1), StatusCode::kInvalidArgument, "rope_scaling.high_freq_factor");
  ExpectRefused(Llama3("original_max_position_embeddings", 0), StatusCode::kInvalidArgument,
                "rope_scaling.original_max_position_embeddings");
}

TEST(ConfigTest, WhatIsNoJsonObjectIsRefused) {
  for (const char* text : {"", "{", "[]", "null", "{\"model_type\": \"llama\", \"rope_theta\": 1e999}"}) {
    EXPECT_THAT(ParseModelConfig(text, "m/config.json"),
                StatusIs(StatusCode::kInvalidArgument, HasSubstr("m/config.json")))
        << text;
  }
}

}  // namespace
}  // namespace lm
