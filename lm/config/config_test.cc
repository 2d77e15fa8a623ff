// What any family's config.json is read as, and refused for.
#include "lm/config/config.h"

#include <utility>

#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/config/config_testing.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::Json;
using ::base::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

Json Llama3(const char* key = "factor", Json value = 8) {
  Json scaling = {{"rope_type", "llama3"},
                  {"factor", 8},
                  {"low_freq_factor", 1},
                  {"high_freq_factor", 4.0},
                  {"original_max_position_embeddings", 64}};
  scaling[key] = std::move(value);
  return With("rope_scaling", scaling);
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
