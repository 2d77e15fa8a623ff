#include "experiments/pipeline/pipeline.h"

#include "experiments/spec/spec_checks.h"
#include "lm/chat/language_model.h"

namespace experiments {

std::vector<std::string> ArmNames(const sami_harness::ExperimentSpec& spec) {
  std::vector<std::string> names = {kBaseArm};
  for (const int index : TrainingOrder(spec)) names.push_back(spec.arms(index).name());
  return names;
}

std::string ModelFolder(const Pipeline& pipeline, const std::string& arm) {
  return arm == kBaseArm ? pipeline.base_folder : pipeline.run->PathOf(ModelFolder(arm));
}

std::string ModelInput(const std::string& arm) { return arm == kBaseArm ? "base_model" : ModelFolder(arm); }

absl::StatusOr<lm::LanguageModel> LoadModel(const Pipeline& pipeline, const std::string& folder,
                                            bool keep_projections) {
  lm::LoadOptions options;
  options.device = pipeline.device;
  options.keep_projections = keep_projections;
  return lm::LoadLanguageModel(folder, options);
}

absl::StatusOr<lm::LanguageModel> LoadArm(const Pipeline& pipeline, const std::string& arm, bool keep_projections) {
  return LoadModel(pipeline, ModelFolder(pipeline, arm), keep_projections);
}

absl::Status RunPipelineStage(const Pipeline& pipeline, const std::string& name, const std::vector<std::string>& inputs,
                              const std::vector<std::string>& outputs,
                              absl::FunctionRef<absl::Status(const std::string& scratch)> work) {
  Stage stage{name, {}, outputs};
  for (const std::string& input : inputs) {
    const auto outside = pipeline.input_hashes.find(input);
    stage.inputs[input] = outside != pipeline.input_hashes.end() ? outside->second : pipeline.run->HashOf(input);
  }
  return pipeline.run->RunStage(stage, work);
}

}  // namespace experiments
