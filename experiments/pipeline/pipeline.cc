#include "experiments/pipeline/pipeline.h"

#include "absl/strings/str_cat.h"
#include "experiments/spec/spec_checks.h"

namespace experiments {

std::vector<std::string> ArmNames(const sami_harness::ExperimentSpec& spec) {
  std::vector<std::string> names = {kBaseArm};
  for (const int index : TrainingOrder(spec)) names.push_back(spec.arms(index).name());
  return names;
}

std::string ModelFolder(const Pipeline& pipeline, const std::string& arm) {
  return arm == kBaseArm ? pipeline.base_folder : pipeline.run->PathOf(absl::StrCat("models/", arm));
}

std::string ModelInput(const std::string& arm) { return arm == kBaseArm ? "base_model" : absl::StrCat("models/", arm); }

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
