#include "experiments/pipeline/pipeline.h"

#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/textproto/canonical.h"
#include "base/textproto/text_proto.h"
#include "experiments/inputs/asking.h"
#include "experiments/inputs/constitutions.h"
#include "experiments/spec/nodes.h"
#include "lm/chat/language_model.h"

namespace experiments {

namespace {

// The arm of this name that is trained here, or null.
const sami_harness::Arm* TrainedArm(const Pipeline& pipeline, const std::string& name) {
  const sami_harness::Arm* arm = FindNode(pipeline.spec.arms(), name);
  return arm != nullptr && IsTrained(*arm) ? arm : nullptr;
}

// The model from outside that a name means: its own, or that of an arm that is the model.
const std::string& OutsideModel(const Pipeline& pipeline, const std::string& name) {
  const sami_harness::Arm* arm = FindNode(pipeline.spec.arms(), name);
  return arm != nullptr ? arm->model() : name;
}

}  // namespace

std::string ModelFolder(const Pipeline& pipeline, const std::string& arm_or_model) {
  if (TrainedArm(pipeline, arm_or_model) != nullptr) return pipeline.run->PathOf(ModelFolder(arm_or_model));
  return pipeline.model_folders.at(OutsideModel(pipeline, arm_or_model));
}

std::string ModelInput(const Pipeline& pipeline, const std::string& arm_or_model) {
  if (TrainedArm(pipeline, arm_or_model) != nullptr) return ModelFolder(arm_or_model);
  return absl::StrCat("model/", OutsideModel(pipeline, arm_or_model));
}

absl::StatusOr<lm::LanguageModel> LoadModel(const Pipeline& pipeline, const std::string& arm_or_model, bool keep_stored,
                                            bool without_layers) {
  lm::LoadOptions options;
  options.device = pipeline.device;
  options.keep_stored = keep_stored;
  options.without_layers = without_layers;
  const auto chat = pipeline.chats.find(RootModel(pipeline.spec, arm_or_model));
  return lm::LoadLanguageModel(ModelFolder(pipeline, arm_or_model), options,
                               chat == pipeline.chats.end() ? nullptr : chat->second);
}

std::string SettingsOf(const Pipeline& pipeline, const std::vector<const google::protobuf::Message*>& parts) {
  std::string settings = absl::StrCat("seed: ", pipeline.spec.seed(), "\n");
  for (const google::protobuf::Message* part : parts) {
    const std::unique_ptr<google::protobuf::Message> copy(part->New());
    copy->CopyFrom(*part);
    base::RemovePlaces(copy.get());
    absl::StrAppend(&settings, "# ", part->GetDescriptor()->name(), "\n", base::PrintTextProto(*copy));
  }
  return settings;
}

std::string SettingsOf(const Pipeline& pipeline, const google::protobuf::Message& part, const std::string& prompts) {
  const std::unique_ptr<google::protobuf::Message> own(part.New());
  own->CopyFrom(part);
  for (const char* reference :
       {"name", "queries", "constitutions", "prompts", "training_prompts", "generator", "parent", "data", "arms"}) {
    const auto* field = own->GetDescriptor()->FindFieldByName(reference);
    if (field != nullptr) own->GetReflection()->ClearField(own.get(), field);
  }
  const sami_harness::Prompts& node = PromptsOf(pipeline, prompts);
  std::string settings =
      absl::StrCat(SettingsOf(pipeline, {own.get()}), "wording: ", absl::CEscape(node.with_constitution()), "\n");
  if (!node.system().empty()) absl::StrAppend(&settings, "system: ", absl::CEscape(node.system()), "\n");
  if (node.allow_special_in_text()) absl::StrAppend(&settings, "special tokens in texts\n");
  if (!node.response_start().empty()) absl::StrAppend(&settings, "start: ", absl::CEscape(node.response_start()), "\n");
  if (!node.response_after().empty()) absl::StrAppend(&settings, "after: ", absl::CEscape(node.response_after()), "\n");
  return settings;
}

absl::Status RunPipelineStage(const Pipeline& pipeline, const StageName& name, const std::string& settings,
                              const std::vector<std::string>& inputs, const std::vector<StageOutput>& outputs,
                              absl::FunctionRef<absl::Status(const std::string& scratch)> work) {
  Stage stage;
  stage.name = absl::StrCat(name.kind, name.subject.empty() ? "" : "_", name.subject);
  stage.kind = name.kind;
  stage.settings = settings;
  stage.outputs = outputs;
  for (const std::string& input : inputs) {
    const auto outside = pipeline.input_hashes.find(input);
    const bool is_outside = outside != pipeline.input_hashes.end();
    stage.inputs.push_back(
        {input, is_outside ? input.substr(0, input.find('/')) : "", is_outside ? outside->second : ""});
  }
  return pipeline.run->RunStage(stage, work);
}

absl::StatusOr<std::string> OutputText(const Pipeline& pipeline, const std::string& stage, const std::string& file) {
  if (!pipeline.run->IsComplete(stage)) return std::string();
  return base::ReadFile(pipeline.run->PathOf(file));
}

}  // namespace experiments
