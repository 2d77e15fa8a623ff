#include "lm/checkpoint/peft/adapter_writer.h"

#include <torch/types.h>

#include <filesystem>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/testing.h"
#include "lm/checkpoint/peft/merge_adapter.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/testing/adapted_model.h"
#include "lm/testing/test_model.h"

namespace lm {
namespace {

using ::absl::StatusCode;
using ::base::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

std::string Folder(absl::string_view name) { return absl::StrCat(base::TestFolder(), "/", name); }

// Weights may differ in the last bit: here a sum's order is the adapter's, there the file's.
TEST(Peft, SavedThenMergedIsTheSame) {
  for (const bool rank_stabilized : {false, true}) {
    AdapterConfig config = Everywhere();
    config.rank_stabilized = rank_stabilized;
    const Decoder model = Adapted(TinyModel(torch::kFloat32), config);
    const std::string folder = Folder(absl::StrCat("a", rank_stabilized));
    ASSERT_OK(SaveAdapter(model, config, "org/base", folder));
    ASSERT_OK_AND_ASSIGN(const MergedAdapter merged, MergePeftAdapter(folder, TinyModel(torch::kFloat32)));
    EXPECT_EQ(2 * merged.modules, static_cast<int64_t>(model.adapter().size()));
    const Decoder expected = Merged(model);
    for (size_t i = 0; i < expected.parameters().size(); ++i) {
      EXPECT_TRUE(
          torch::allclose(merged.model.parameters()[i].value, expected.parameters()[i].value, /*rtol=*/0, 1e-6));
    }
  }
}

TEST(Peft, IsSavedInTheTypeThatIsAskedFor) {
  const AdapterConfig config = Everywhere();
  const Decoder model = Adapted(TinyModel(torch::kFloat32), config);
  for (const auto& [storage, dtype] :
       {std::pair(StorageType::kFloat32, DType::kF32), std::pair(StorageType::kBfloat16, DType::kBF16),
        std::pair(StorageType::kFloat16, DType::kF16)}) {
    const std::string folder = Folder(StorageTypeName(storage));
    ASSERT_OK(SaveAdapter(model, config, "", folder, storage));
    ASSERT_OK_AND_ASSIGN(const SafetensorsFile file, SafetensorsFile::Open(folder + "/adapter_model.safetensors"));
    for (const Parameter& parameter : model.adapter()) {
      const TensorView* saved = file.Find("base_model.model." + parameter.name);
      ASSERT_NE(saved, nullptr) << parameter.name;
      EXPECT_EQ(saved->dtype, dtype);
      EXPECT_TRUE(torch::equal(ToTensor(*saved), parameter.value.detach().to(ScalarTypeOf(dtype))));
    }
    EXPECT_OK(MergePeftAdapter(folder, TinyModel(torch::kFloat32)).status());
  }
}

// As PEFT 0.13 writes them.
TEST(Peft, FilesAreAsPeftNamesThem) {
  AdapterConfig config;
  config.targets = {"q_proj", "down_proj"};
  ASSERT_OK(SaveAdapter(Adapted(TinyModel(torch::kFloat32), config), config, "", Folder("a")));
  ASSERT_OK_AND_ASSIGN(const SafetensorsFile file, SafetensorsFile::Open(Folder("a/adapter_model.safetensors")));
  std::set<std::string> names;
  for (const TensorView& view : file.tensors()) names.insert(view.name);
  std::set<std::string> expected;
  for (const char* layer : {"0", "1"}) {
    for (const char* module : {"self_attn.q_proj", "mlp.down_proj"}) {
      for (const char* factor : {"lora_A", "lora_B"}) {
        expected.insert(absl::StrCat("base_model.model.model.layers.", layer, ".", module, ".", factor, ".weight"));
      }
    }
  }
  EXPECT_EQ(names, expected);
  const base::Json json = base::Json::parse(*base::ReadFile(Folder("a/adapter_config.json")));
  EXPECT_EQ(json["peft_type"], "LORA");
  EXPECT_EQ(json["task_type"], "CAUSAL_LM");
  EXPECT_EQ(json["r"], 8);
  EXPECT_EQ(json["lora_alpha"], 16);
  EXPECT_EQ(json["target_modules"], base::Json({"q_proj", "down_proj"}));
  config.targets = {kAllLinear};  // which PEFT spells out in files
  ASSERT_OK(SaveAdapter(Adapted(TinyModel(torch::kFloat32), config), config, "", Folder("all")));
  EXPECT_EQ(base::Json::parse(*base::ReadFile(Folder("all/adapter_config.json")))["target_modules"].size(), 7);
}

TEST(Peft, WhatIsWrongIsNamed) {
  ASSERT_OK(SaveAdapter(Adapted(TinyModel(torch::kFloat32)), Everywhere(), "", Folder("a")));
  const base::Json good = base::Json::parse(*base::ReadFile(Folder("a/adapter_config.json")));
  const auto with = [&](const std::string& changes) {
    base::Json json = good;
    json.update(base::Json::parse(changes));
    base::WriteTestFile("a/adapter_config.json", json.dump());
    return MergePeftAdapter(Folder("a"), TinyModel(torch::kFloat32)).status();
  };
  // Its tensors say which modules it changes, and fields that say nothing of the merged model may say anything.
  for (const char* changes :
       {R"({"r": 3})", R"({"bias": "all"})", R"({"layers_to_transform": [0]})", R"({"target_modules": ".*_proj"})",
        R"({"from_the_future": false})", R"({"from_the_future": {}})", R"({"eva_config": {"rho": 2}})"}) {
    EXPECT_OK(with(changes)) << changes;
  }
  for (const char* changes : {R"({"peft_type": "IA3"})", R"({"fan_in_fan_out": true})", R"({"from_the_future": 1})",
                              R"({"init_lora_weights": "loftq"})", R"({"init_lora_weights": "pissa_niter_4"})",
                              R"({"alora_invocation_tokens": [5]})", R"({"use_qalora": true})"}) {
    EXPECT_THAT(with(changes), StatusIs(StatusCode::kUnimplemented, HasSubstr("a/adapter_config.json"))) << changes;
  }
  const char* const weights = "adapter_model.safetensors";
  EXPECT_THAT(with(R"({"r": 4})"),
              StatusIs(StatusCode::kInvalidArgument, AllOf(HasSubstr(weights), HasSubstr("rank 4"))));
  EXPECT_THAT(with(R"({"rank_pattern": {"layers.0.self_attn.q_proj": 2}})"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("layers.0.self_attn.q_proj")));
  EXPECT_THAT(with(R"({"rank_pattern": {"(": 2}})"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("regular expression")));
  EXPECT_THAT(with(R"({"use_dora": true})"),
              StatusIs(StatusCode::kInvalidArgument, HasSubstr("lora_magnitude_vector")));
  EXPECT_THAT(with(R"({"layer_replication": [[0, 9]]})"), StatusIs(StatusCode::kInvalidArgument, HasSubstr("layer 9")));
  EXPECT_THAT(with(R"({"lora_alpha": null})"), StatusIs(StatusCode::kInvalidArgument, HasSubstr("lora_alpha")));
  EXPECT_THAT(MergePeftAdapter(Folder("none"), TinyModel(torch::kFloat32)),
              StatusIs(StatusCode::kNotFound, HasSubstr("adapter_config.json")));
  base::WriteTestFile("a/adapter_config.json", good.dump());
  std::filesystem::rename(Folder("a/adapter_model.safetensors"), Folder("a/adapter_model.bin"));
  EXPECT_THAT(MergePeftAdapter(Folder("a"), TinyModel(torch::kFloat32)),
              StatusIs(StatusCode::kNotFound, AllOf(HasSubstr("adapter_model.bin"), HasSubstr("save_pretrained"))));
}

}  // namespace
}  // namespace lm
