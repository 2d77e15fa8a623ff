// Writes a model's folder anew: with a PEFT adapter merged into its weights, for programs that know no adapters, in
// another type, in shards of another size.
#include "lm/checkpoint/peft/merge_adapter.h"

#include <cstdint>
#include <cstdio>
#include <optional>
#include <string>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/model_places.h"
#include "lm/tokenizer/tokenizer.h"

ABSL_FLAG(std::string, model_dir, "", "The model's Hugging Face folder.");
ABSL_FLAG(std::string, adapter_dir, "",
          "The PEFT folder of an adapter over it. Without one the model is written as it is: in another --dtype, or in "
          "other shards.");
ABSL_FLAG(std::string, out, "", "The folder to write; it must be absent or empty.");
ABSL_FLAG(std::string, dtype, "",
          "The type of the written weights: float32, bfloat16 or float16; by default the model's.");
ABSL_FLAG(
    double, shard_gb, lm::kMaxShardBytes / 1e9,
    "Largest file of weights, in GB (10^9 bytes). More go into several, with an index; a weight that is larger has "
    "one of its own.");

namespace {

absl::StatusOr<std::optional<lm::StorageType>> DtypeFromFlag() {
  const std::string name = absl::GetFlag(FLAGS_dtype);
  if (name.empty()) return std::optional<lm::StorageType>();
  if (name == "float32") return lm::StorageType::kFloat32;
  if (name == "bfloat16") return lm::StorageType::kBfloat16;
  if (name == "float16") return lm::StorageType::kFloat16;
  return absl::InvalidArgumentError(absl::StrCat("--dtype: \"", name, "\" is none of float32, bfloat16 and float16"));
}

absl::StatusOr<int64_t> ShardBytesFromFlag() {
  const double bytes = absl::GetFlag(FLAGS_shard_gb) * 1e9;
  if (bytes >= 1 && bytes <= 1e15) return static_cast<int64_t>(bytes);
  return absl::InvalidArgumentError("--shard_gb: must be above 0, and at most a million");
}

absl::Status Merge() {
  const std::string model_dir = base::UserPath(absl::GetFlag(FLAGS_model_dir));
  const std::string adapter_dir = base::UserPath(absl::GetFlag(FLAGS_adapter_dir));
  const std::string out = base::UserPath(absl::GetFlag(FLAGS_out));
  if (model_dir.empty() || out.empty()) return absl::InvalidArgumentError("--model_dir and --out are needed");
  ASSIGN_OR_RETURN(const std::optional<lm::StorageType> dtype, DtypeFromFlag());
  ASSIGN_OR_RETURN(const int64_t shard_bytes, ShardBytesFromFlag());
  std::vector<std::string> read = {model_dir};
  if (!adapter_dir.empty()) read.push_back(adapter_dir);
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFolder(out, read), "--out"));
  lm::LoadOptions options;
  options.keep_stored = adapter_dir.empty();
  ASSIGN_OR_RETURN(const lm::Decoder model, lm::LoadModel(model_dir, options));
  if (adapter_dir.empty()) {
    ASSIGN_OR_RETURN(const lm::ModelPlaces places, lm::FindModelPlaces(model_dir));
    return lm::SaveModel(model, places.texts, out, shard_bytes, dtype);
  }
  ASSIGN_OR_RETURN(const lm::MergedAdapter merged, lm::MergePeftAdapter(adapter_dir, model));
  // An adapter that brought more tokens brought its tokenizer.
  const bool has_tokenizer = base::FileExists(lm::TokenizerPath(adapter_dir));
  RETURN_IF_ERROR(lm::SaveModel(merged.model, has_tokenizer ? adapter_dir : model_dir, out, shard_bytes, dtype));
  std::fprintf(stderr, "%s: %d modules changed, %d tensors replaced\n", out.c_str(), static_cast<int>(merged.modules),
               static_cast<int>(merged.replaced));
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Merges a PEFT adapter into a model's weights; or writes them in another type.\n\n"
                       "Usage: sami merge-adapter --model_dir=DIR --adapter_dir=DIR --out=DIR\n"
                       "       sami merge-adapter --model_dir=DIR --out=DIR --dtype=bfloat16 --shard_gb=5",
                       Merge);
}
