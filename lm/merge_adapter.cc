// Merges a PEFT adapter into its base model's weights: a folder for programs that know no adapters.
#include <cstdio>
#include <string>

#include "absl/flags/flag.h"
#include "base/file.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/peft.h"
#include "lm/model/adapter.h"

ABSL_FLAG(std::string, model_dir, "", "The base model's Hugging Face folder.");
ABSL_FLAG(std::string, adapter_dir, "", "The adapter's PEFT folder.");
ABSL_FLAG(std::string, out, "", "The folder to write, in the base model's type; it must be absent or empty.");

namespace {

absl::Status Merge(const std::string& model_dir, const std::string& adapter_dir, const std::string& out) {
  if (model_dir.empty() || adapter_dir.empty() || out.empty()) {
    return absl::InvalidArgumentError("--model_dir, --adapter_dir and --out are needed");
  }
  RETURN_IF_ERROR(base::Annotate(base::CheckOutputFolder(out, {model_dir, adapter_dir}), "--out"));
  lm::LoadOptions options;
  options.keep_projections = true;
  ASSIGN_OR_RETURN(lm::Decoder model, lm::LoadModel(model_dir, options));
  ASSIGN_OR_RETURN(const lm::AdapterConfig adapter, lm::LoadAdapter(adapter_dir, model));
  RETURN_IF_ERROR(lm::SaveModel(lm::Merged(model), model_dir, out));
  std::fprintf(stderr, "%s: rank %d merged into %d projections\n", out.c_str(), static_cast<int>(adapter.rank),
               static_cast<int>(model.adapter().size() / 2));
  return absl::OkStatus();
}

}  // namespace

int main(int argc, char** argv) {
  base::InitProgram(argc, argv,
                    "Merges a PEFT adapter into its base model's weights.\n\n"
                    "Usage: sami merge-adapter --model_dir=DIR --adapter_dir=DIR --out=DIR");
  return base::ReportAndExitCode(Merge(base::UserPath(absl::GetFlag(FLAGS_model_dir)),
                                       base::UserPath(absl::GetFlag(FLAGS_adapter_dir)),
                                       base::UserPath(absl::GetFlag(FLAGS_out))));
}
