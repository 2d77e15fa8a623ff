// Merges a PEFT adapter into its base model's weights: a folder for programs that know no adapters.
#include "lm/checkpoint/peft/merge_adapter.h"

#include <cstdio>
#include <string>

#include "absl/flags/flag.h"
#include "base/file.h"
#include "base/main/main.h"
#include "base/outputs/outputs.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/tokenizer/tokenizer.h"

ABSL_FLAG(std::string, model_dir, "", "The base model's Hugging Face folder.");
ABSL_FLAG(std::string, adapter_dir, "", "The adapter's PEFT folder.");
ABSL_FLAG(std::string, out, "", "The folder to write, in the base model's type; it must be absent or empty.");

namespace {

absl::Status Merge() {
  const std::string model_dir = base::UserPath(absl::GetFlag(FLAGS_model_dir));
  const std::string adapter_dir = base::UserPath(absl::GetFlag(FLAGS_adapter_dir));
  const std::string out = base::UserPath(absl::GetFlag(FLAGS_out));
  if (model_dir.empty() || adapter_dir.empty() || out.empty()) {
    return absl::InvalidArgumentError("--model_dir, --adapter_dir and --out are needed");
  }
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFolder(out, {model_dir, adapter_dir}), "--out"));
  ASSIGN_OR_RETURN(const lm::Decoder model, lm::LoadModel(model_dir));
  ASSIGN_OR_RETURN(const lm::MergedAdapter merged, lm::MergePeftAdapter(adapter_dir, model));
  // An adapter that brought more tokens brought its tokenizer.
  const bool has_tokenizer = base::FileExists(lm::TokenizerPath(adapter_dir));
  RETURN_IF_ERROR(lm::SaveModel(merged.model, has_tokenizer ? adapter_dir : model_dir, out));
  std::fprintf(stderr, "%s: %d modules changed, %d tensors replaced\n", out.c_str(), static_cast<int>(merged.modules),
               static_cast<int>(merged.replaced));
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  return base::RunMain(argc, argv,
                       "Merges a PEFT adapter into its base model's weights.\n\n"
                       "Usage: sami merge-adapter --model_dir=DIR --adapter_dir=DIR --out=DIR",
                       Merge);
}
