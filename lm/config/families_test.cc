// What a config.json of each family means: defaults, keys, kinds of layers, positions.
#include "lm/config/families.h"

#include <cmath>
#include <iterator>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/config/config.h"
#include "lm/config/config_testing.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::Json;
using ::testing::ElementsAre;

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

}  // namespace
}  // namespace lm
