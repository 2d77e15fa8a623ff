#include "experiments/pipeline/trained_model.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "base/textproto/text_proto.h"
#include "experiments/inputs/model_folder.h"
#include "experiments/pipeline/pipeline.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"
#include "lm/checkpoint/checkpoint.h"
#include "lm/checkpoint/model_places.h"
#include "lm/checkpoint/peft/adapter_writer.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;

// As the spec names it, for PEFT's AutoPeftModel: a folder, from where the run was started, or a name of the hub's; of
// an arm its folder in the run. Where things lie changes nothing: the store's entries are not keyed by it.
std::string BaseName(const Pipeline& pipeline, const Arm& arm) {
  const sami_harness::Arm* parent = FindNode(pipeline.spec.arms(), arm.parent());
  if (parent != nullptr && IsTrained(*parent)) return ModelFolder(parent->name());
  return FindNode(pipeline.spec.models(), RootModel(pipeline.spec, arm.parent()))->folder();
}

// A model card, with the fields that the hub shows. What of a run it was is not in it: the same training of another run
// is this one (run/store.h).
std::string Card(const Pipeline& pipeline, const Arm& arm, const char* library, int64_t steps) {
  const std::string method = Arm::descriptor()->FindFieldByNumber(arm.method_case())->name();
  Arm settings = arm;
  settings.clear_name();
  settings.clear_parent();
  settings.clear_data();
  const std::string base = BaseName(pipeline, arm);
  return absl::StrCat(
      "---\nbase_model: ", base::Json(base).dump(), "\nlibrary_name: ", library,
      "\npipeline_tag: text-generation\ntags:\n- sami-harness\n- ", method,
      DescribeMethod(arm).training.has_lora() ? "\n- lora" : "", "\n---\n\n# ", base, ", trained by ",
      absl::AsciiStrToUpper(method), "\n\nTrained for ", steps,
      " optimizer steps by the SAMI harness. What it is good for, and what not, is not said here: the run's "
      "report.html has what was measured.\n\n```textproto\n",
      base::PrintTextProto(settings), "```\n");
}

// The model, of which an adapter is a part.
absl::Status SaveMerged(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained, int64_t steps,
                        const std::string& folder) {
  ASSIGN_OR_RETURN(const lm::ModelPlaces parent, lm::FindModelPlaces(ModelFolder(pipeline, arm.parent())));
  // A model that is there is whole: a kill came before its card.
  if (!base::FileExists(folder)) {
    const auto shard =
        arm.has_shard_gb() ? static_cast<int64_t>(std::max(1.0, arm.shard_gb() * 1e9)) : lm::kMaxShardBytes;
    RETURN_IF_ERROR(lm::SaveModel(trained, parent.texts, folder, shard, SavedAs(arm, trained.config().storage)));
  }
  return base::WriteFileAtomically(absl::StrCat(folder, "/README.md"), Card(pipeline, arm, "transformers", steps));
}

std::string CheckpointsScratch(const std::string& scratch) { return absl::StrCat(scratch, "/checkpoints"); }

}  // namespace

lm::AdapterConfig AdapterOf(const sami_harness::LoraConfig& lora) {
  lm::AdapterConfig config;
  config.rank = lora.rank();
  config.alpha = lora.alpha();
  config.rank_stabilized = lora.rank_stabilized();
  config.targets.assign(lora.target_modules().begin(), lora.target_modules().end());
  return config;
}

absl::Status SaveTrained(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained, int64_t steps) {
  const sami_harness::TrainingConfig config = DescribeMethod(arm).training;
  if (config.has_lora()) {
    const std::string folder = pipeline.run->PathOf(AdapterFolder(arm.name()));
    RETURN_IF_ERROR(lm::SaveAdapter(trained, AdapterOf(config.lora()), BaseName(pipeline, arm), folder,
                                    SavedAs(arm, trained.config().storage)));
    RETURN_IF_ERROR(base::WriteFileAtomically(absl::StrCat(folder, "/README.md"), Card(pipeline, arm, "peft", steps)));
  }
  return SaveMerged(pipeline, arm, trained, steps, pipeline.run->PathOf(ModelFolder(arm.name())));
}

// A stage that is started again finds its outputs removed and its scratch folder as it was, and continues behind the
// last of them.
absl::Status SaveCheckpoint(const Pipeline& pipeline, const Arm& arm, const lm::Decoder& trained,
                            const std::string& scratch, int64_t step) {
  const std::string folder = absl::StrCat(CheckpointsScratch(scratch), "/step-", step);
  return base::FileExists(folder + "/README.md") ? absl::OkStatus() : SaveMerged(pipeline, arm, trained, step, folder);
}

absl::Status PublishCheckpoints(const std::string& scratch, const std::string& folder) {
  namespace fs = std::filesystem;
  RETURN_IF_ERROR(base::MakeFolders(CheckpointsScratch(scratch)));
  return base::WriteFolderAtomically(folder, [&](const std::string& partial) -> absl::Status {
    std::error_code error;
    const fs::path from = CheckpointsScratch(scratch);
    const auto recursive = fs::copy_options::recursive;
    fs::copy(from, partial, recursive | fs::copy_options::create_hard_links, error);
    if (error) fs::copy(from, partial, recursive | fs::copy_options::overwrite_existing, error);
    if (!error) return absl::OkStatus();
    return absl::UnavailableError(absl::StrCat(folder, ": cannot copy the checkpoints: ", error.message()));
  });
}

}  // namespace experiments
