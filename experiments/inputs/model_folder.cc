#include "experiments/inputs/model_folder.h"

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/status.h"
#include "datasets/sources/find_input.h"
#include "lm/checkpoint/model_places.h"

namespace experiments {

absl::StatusOr<std::string> FindFolder(const sami_harness::Model& model) {
  return FindFolder(absl::StrCat("models \"", model.name(), "\": folder"), model.folder());
}

absl::StatusOr<std::string> FindFolder(const std::string& where, const std::string& folder) {
  absl::StatusOr<std::string> found = datasets::FindInput(where, folder);
  if (found.ok()) return found;
  const absl::StatusOr<std::string> of_hub = lm::FindModelFolder(folder);
  if (!of_hub.ok()) return base::Annotate(of_hub.status(), where);
  // Of what is no name of the hub's either FindInput says where it looked.
  return base::FileExists(*of_hub) ? of_hub : found;
}

lm::StorageType SavedAs(const sami_harness::Arm& arm, lm::StorageType of_parent) {
  switch (arm.save_dtype()) {
    case sami_harness::Arm::AS_PARENT:
      return of_parent;
    case sami_harness::Arm::BFLOAT16:
      return lm::StorageType::kBfloat16;
    case sami_harness::Arm::FLOAT16:
      return lm::StorageType::kFloat16;
    case sami_harness::Arm::FLOAT32:
      break;
  }
  return lm::StorageType::kFloat32;
}

}  // namespace experiments
