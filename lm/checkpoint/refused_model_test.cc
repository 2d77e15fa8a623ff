// Folders that LoadModel refuses, and what InspectModel says of them.
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/inspection.h"
#include "lm/testing/checkpoint_testing.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr double kInfinity = std::numeric_limits<double>::infinity();

// One line that names the file and the tensor.
void ExpectRefused(const std::string& folder, const std::string& file, const std::string& tensor,
                   const std::string& what) {
  EXPECT_THAT(LoadModel(folder),
              StatusIs(StatusCode::kInvalidArgument, AllOf(HasSubstr(absl::StrCat(folder, "/", file)),
                                                           HasSubstr(tensor), HasSubstr(what), Not(HasSubstr("\n")))));
}

TEST(InspectModelTest, ListsEveryProblem) {
  auto weights = WeightsOf(Small());
  weights[kQuery] = torch::zeros({8, 12});
  weights[kNorm][3] = kNan;
  weights["stranger"] = torch::zeros(1);
  weights.erase("lm_head.weight");
  const std::string folder = WriteModel(Small(), weights);
  base::WriteTestFile("model/tokenizer.json", "{}");
  EXPECT_THAT(InspectModel(folder).problems,
              ::testing::UnorderedElementsAre(
                  AllOf(HasSubstr(kQuery), HasSubstr("shape [8, 12]")), AllOf(HasSubstr(kNorm), HasSubstr("finite")),
                  AllOf(HasSubstr("stranger"), HasSubstr("unexpected")),
                  AllOf(HasSubstr("lm_head.weight"), HasSubstr("missing")), HasSubstr("tokenizer.json")));
  EXPECT_THAT(InspectModel(Folder("none")).problems, ::testing::SizeIs(2));
  EXPECT_EQ(InspectModel(folder).no_weights, "");
}

TEST(LoadModelTest, MissingFilesAreNamed) {
  EXPECT_THAT(LoadModel(Folder("none")), StatusIs(StatusCode::kNotFound, HasSubstr("none/config.json")));
  base::WriteTestFile("model/config.json", ModelConfigToJson(Small()));
  EXPECT_THAT(LoadModel(Folder("model")), StatusIs(StatusCode::kNotFound, HasSubstr("neither model.safetensors nor")));
}

TEST(LoadModelTest, OtherFamilyIsUnimplemented) {
  base::WriteTestFile("model/config.json", R"({"model_type": "gpt2"})");
  EXPECT_THAT(LoadModel(Folder("model")), StatusIs(StatusCode::kUnimplemented, HasSubstr("gpt2")));
}

TEST(LoadModelTest, WeightsInOtherFormatsAreNamedWithWhatConvertsThem) {
  base::WriteTestFile("model/config.json", ModelConfigToJson(Small()));
  const auto refused = [](const char* file, const char* what) {
    base::WriteTestFile(absl::StrCat("model/", file), "x");
    EXPECT_THAT(LoadModel(Folder("model")),
                StatusIs(StatusCode::kNotFound, AllOf(HasSubstr(file), HasSubstr(what), Not(HasSubstr("\n")))));
  };
  refused("model.safetensors.incomplete", "the download has not ended");
  refused("consolidated.00.pth", "Hugging Face folder");
  refused("a.gguf", "gguf_file=\"a.gguf\"");
  refused("pytorch_model.bin", "save_pretrained");
}

TEST(LoadModelTest, AGitLfsPointerIsCalledOne) {
  const std::string folder = WriteModel(Small(), WeightsOf(Small()));
  base::WriteTestFile("model/model.safetensors",
                      "version https://git-lfs.github.com/spec/v1\noid sha256:0123\nsize 1234\n");
  ExpectRefused(folder, "model.safetensors", "", "git-lfs pointer");
}

TEST(LoadModelTest, WeightsOfAnotherFamilyAreToldInOneLine) {
  const ModelConfig neox = TinyConfigOf(TraitsOf(Family::kGptNeox));
  const std::string folder = WriteModel(neox, WeightsOf(Small()));
  ExpectRefused(folder, "model.safetensors", "gpt_neox.embed_in.weight", "not the weights of the gpt_neox model");
  EXPECT_THAT(InspectModel(folder).problems, ::testing::ElementsAre(HasSubstr("lm_head.weight")));
  base::WriteTestFile("model/config.json", R"({"model_type": "llama", "architectures": ["Qwen3ForCausalLM"],
      "vocab_size": 11, "hidden_size": 8, "intermediate_size": 12, "num_hidden_layers": 2, "num_attention_heads": 2,
      "num_key_value_heads": 1, "head_dim": 6, "max_position_embeddings": 16})");
  EXPECT_THAT(LoadModel(folder), StatusIs(StatusCode::kInvalidArgument, HasSubstr("Qwen3ForCausalLM, a qwen3 model")));
}

// A reward model's own head is no part of the language model, nor is a buffer that old files hold.
TEST(LoadModelTest, WhatIsNoPartOfTheLanguageModelIsPassedOver) {
  auto weights = WeightsOf(Small());
  weights["v_head.summary.weight"] = torch::zeros({1, 8});
  weights["v_head.summary.bias"] = torch::zeros({1});
  EXPECT_OK(LoadModel(WriteModel(Small(), weights)));
  const ModelConfig neox = TinyConfigOf(TraitsOf(Family::kGptNeox));
  weights = WeightsOf(neox);
  weights["gpt_neox.layers.0.attention.bias"] = torch::ones({1, 1, 16, 16}, torch::kBool);
  weights["gpt_neox.layers.0.attention.masked_bias"] = torch::tensor(-1e9);
  EXPECT_OK(LoadModel(WriteModel(neox, weights)));
}

TEST(LoadModelTest, TruncatedFileIsRefused) {
  const std::string folder = WriteModel(Small(), WeightsOf(Small()));
  ASSERT_OK(LoadModel(folder));
  ASSERT_OK_AND_ASSIGN(const std::string bytes, base::ReadFile(folder + "/model.safetensors"));
  base::WriteTestFile("model/model.safetensors", bytes.substr(0, bytes.size() - 1));
  ExpectRefused(folder, "model.safetensors", "", "truncated");
}

TEST(LoadModelTest, EachWrongTensorIsNamed) {
  const auto spoilt = [](absl::string_view name, const torch::Tensor& value) {
    auto weights = WeightsOf(Small());
    weights[std::string(name)] = value;
    return WriteModel(Small(), weights);
  };
  const torch::Tensor query = torch::zeros({12, 8});
  ASSERT_OK(LoadModel(spoilt(kQuery, query)));
  ExpectRefused(spoilt(kQuery, query.t().contiguous()), "model.safetensors", kQuery, "shape [8, 12]; config.json asks");
  ExpectRefused(spoilt(kQuery, query.flatten()), "model.safetensors", kQuery, "shape [96]");
  ExpectRefused(spoilt(kQuery, query.to(torch::kInt32)), "model.safetensors", kQuery, "type I32");
  ExpectRefused(spoilt(kQuery, query.to(torch::kFloat64)), "model.safetensors", kQuery, "type F64");
  for (const double value : {kNan, kInfinity, -kInfinity}) {
    torch::Tensor broken = torch::zeros({12, 8}, torch::kBFloat16);
    broken[11][7] = value;
    ExpectRefused(spoilt(kQuery, broken), "model.safetensors", kQuery, "not finite");
  }
  ExpectRefused(spoilt("model.layers.2.mlp.up_proj.weight", query), "model.safetensors",
                "model.layers.2.mlp.up_proj.weight", "unexpected");
  ExpectRefused(spoilt("q_proj.bias", query), "model.safetensors", "q_proj.bias", "unexpected");
  EXPECT_OK(LoadModel(spoilt("model.layers.0.self_attn.rotary_emb.inv_freq", torch::zeros(3))));

  auto weights = WeightsOf(Small());
  weights.erase(kQuery);
  ExpectRefused(WriteModel(Small(), weights), "model.safetensors", kQuery, "missing");
}

TEST(LoadModelTest, ATiedHeadIsAbsentOrEqual) {
  ModelConfig config = Small();
  config.tie_word_embeddings = true;
  auto weights = WeightsOf(config);
  ASSERT_EQ(weights.count("lm_head.weight"), 0);
  EXPECT_OK(LoadModel(WriteModel(config, weights)));
  weights["lm_head.weight"] = weights["model.embed_tokens.weight"].clone();
  ASSERT_OK_AND_ASSIGN(const Decoder model, LoadModel(WriteModel(config, weights)));
  EXPECT_EQ(model.parameters().back().name, kNorm);
  weights["lm_head.weight"][3][3] += 1;
  ExpectRefused(WriteModel(config, weights), "model.safetensors", "lm_head.weight", "differs");
  weights["lm_head.weight"] = torch::zeros({3, 8});
  ExpectRefused(WriteModel(config, weights), "model.safetensors", "lm_head.weight", "shape [3, 8]");
}

TEST(LoadModelTest, IndexAndShardsMustAgree) {
  const std::string index = "model.safetensors.index.json";
  const std::string folder = WriteShards(WeightsOf(Small()));
  const std::string good = *base::ReadFile(folder + "/" + index);
  const auto with = [&](absl::string_view tensor, base::Json shard) {
    base::Json json = base::Json::parse(good);
    json["weight_map"][std::string(tensor)] = std::move(shard);
    base::WriteTestFile("model/" + index, json.dump());
    return folder;
  };
  EXPECT_THAT(
      LoadModel(with("extra", "c.safetensors")),
      StatusIs(StatusCode::kNotFound, AllOf(HasSubstr(index), HasSubstr("the shard c.safetensors is missing"))));
  EXPECT_OK(LoadModel(with("extra", "a.safetensors")));  // nobody asks for it
  ExpectRefused(with(kNorm, "a.safetensors"), index, kNorm, "is not in a.safetensors");
  ExpectRefused(with(kQuery, "b.safetensors"), index, kQuery,
                "is not in b.safetensors, where the index lists it, but in");
  ExpectRefused(with("extra", "../model/a.safetensors"), index, "extra", "not a file's name");
  ExpectRefused(with("extra", 3), index, "extra", "not a text");
  for (const char* text : {"", "[]", "{}", R"({"weight_map": []})"}) {
    base::WriteTestFile("model/" + index, text);
    ExpectRefused(folder, index, "", "");
  }
  base::WriteTestFile("model/" + index, good);
  ASSERT_OK(LoadModel(folder));
  auto bad = WeightsOf(Small());
  base::WriteTestFile("model/b.safetensors", BytesOf({{kNorm, torch::zeros(9)}}));
  ExpectRefused(folder, "b.safetensors", kNorm, "shape [9]");
  base::WriteTestFile("model/b.safetensors", BytesOf({{kNorm, bad[kNorm]}, {"stranger", bad[kNorm]}}));
  ExpectRefused(folder, "b.safetensors", "stranger", "unexpected");
  // What the index does not list is used where it is asked for, and passed over where it is a buffer.
  base::Json unlisted = base::Json::parse(good);
  unlisted["weight_map"].erase(kQuery);
  base::WriteTestFile("model/" + index, unlisted.dump());
  base::WriteTestFile("model/b.safetensors",
                      BytesOf({{kNorm, bad[kNorm]}, {"model.layers.0.self_attn.rotary_emb.inv_freq", bad[kNorm]}}));
  EXPECT_OK(LoadModel(folder));
  base::WriteTestFile("model/b.safetensors", BytesOf({{kNorm, bad[kNorm]}, {kQuery, bad[kQuery]}}));
  ExpectRefused(folder, index, kQuery, "is in two shards, a.safetensors and b.safetensors");
}

}  // namespace
}  // namespace lm
