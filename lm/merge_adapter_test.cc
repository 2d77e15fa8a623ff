// The command `merge-adapter` without an adapter, as a user runs it: a model in another type, and in shards.
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/testing.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/weight_files.h"

namespace lm {
namespace {

using ::testing::HasSubstr;

std::string Folder(const std::string& name) { return absl::StrCat(base::TestFolder(), "/", name); }

struct Outcome {
  int exit_code;
  std::string errors;
};

Outcome Merge(const std::string& flags) {
  const std::string command = absl::StrCat(base::Runfile("lm/merge_adapter"), " ", flags, " 2>", Folder("errors"));
  const int status = std::system(command.c_str());
  const auto errors = base::ReadFile(Folder("errors"));
  return {WEXITSTATUS(status), errors.ok() ? *errors : ""};
}

// The recorded model of 13 tensors, float32.
std::string Model() {
  return std::filesystem::path(base::Runfile("lm/testdata/models/llama_base/config.json")).parent_path();
}

TEST(MergeAdapterTest, WritesAnotherTypeInShards) {
  const Outcome done =
      Merge(absl::StrCat("--model_dir=", Model(), " --out=", Folder("half"), " --dtype=bfloat16 --shard_gb=0.00002"));
  ASSERT_EQ(done.exit_code, 0) << done.errors;
  EXPECT_FALSE(base::FileExists(Folder("half/model.safetensors")));
  ASSERT_OK_AND_ASSIGN(const WeightFiles files, OpenWeightFiles(Folder("half")));
  EXPECT_GT(files.files.size(), 1u);
  for (const SafetensorsFile& file : files.files) {
    int64_t bytes = 0;
    for (const TensorView& tensor : file.tensors()) bytes += static_cast<int64_t>(tensor.bytes.size());
    EXPECT_TRUE(bytes <= 20000 || file.tensors().size() == 1) << file.path();
  }
  ASSERT_OK_AND_ASSIGN(const Decoder half, LoadModel(Folder("half")));
  ASSERT_OK_AND_ASSIGN(const Decoder whole, LoadModel(Model()));
  EXPECT_EQ(half.config().storage, StorageType::kBfloat16);
  for (size_t i = 0; i < whole.parameters().size(); ++i) {
    const torch::Tensor rounded = whole.parameters()[i].value.to(torch::kBFloat16).to(torch::kFloat32);
    EXPECT_TRUE(torch::equal(half.parameters()[i].value, rounded)) << whole.parameters()[i].name;
  }
  // Back again, in one file: the rounded weights.
  ASSERT_EQ(
      Merge(absl::StrCat("--model_dir=", Folder("half"), " --out=", Folder("back"), " --dtype=float32")).exit_code, 0);
  EXPECT_TRUE(base::FileExists(Folder("back/model.safetensors")));
  ASSERT_OK_AND_ASSIGN(const Decoder back, LoadModel(Folder("back")));
  for (size_t i = 0; i < back.parameters().size(); ++i) {
    EXPECT_TRUE(torch::equal(back.parameters()[i].value, half.parameters()[i].value));
  }
}

TEST(MergeAdapterTest, RefusesWhatItCannotWrite) {
  const std::string flags = absl::StrCat("--model_dir=", Model(), " --out=", Folder("none"));
  for (const char* wrong : {" --dtype=int8", " --shard_gb=0", " --shard_gb=-1", " --shard_gb=nan"}) {
    EXPECT_EQ(Merge(flags + wrong).exit_code, 2) << wrong;
    EXPECT_FALSE(base::FileExists(Folder("none"))) << wrong;
  }
  EXPECT_THAT(Merge(flags + " --dtype=int8").errors, HasSubstr("bfloat16"));
  EXPECT_EQ(Merge(absl::StrCat("--model_dir=", Model(), " --out=", Model())).exit_code, 2);
}

}  // namespace
}  // namespace lm
