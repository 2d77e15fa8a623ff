#include "training/method/training_checks.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "training/method/method.h"

namespace training {
namespace {

using ::sami_harness::HeldOutConfig;
using ::sami_harness::OptimizerConfig;
using ::sami_harness::ScheduleConfig;
using ::sami_harness::TrainingConfig;

absl::Status CheckOptimizer(const OptimizerConfig& config, bool has_lora, const std::string& path,
                            const base::FieldLocations& locations) {
  const auto unused = [&](const char* field, absl::string_view with) {
    return RefuseUnused(config, field, with, path, locations);
  };
  if (config.algorithm() == OptimizerConfig::RMSPROP) {
    RETURN_IF_ERROR(unused("beta1", "algorithm RMSPROP"));
    RETURN_IF_ERROR(unused("beta2", "algorithm RMSPROP"));
  } else {
    RETURN_IF_ERROR(unused("alpha", "algorithm ADAMW"));
  }
  if (config.weight_decay() == 0) return unused("decay_norms", "weight_decay 0");
  return has_lora ? unused("decay_norms", "lora, which trains no norm") : absl::OkStatus();
}

absl::Status CheckHeldOut(const TrainingConfig& config, const std::string& path,
                          const base::FieldLocations& locations) {
  if (config.has_held_out()) {
    if (config.held_out().size_case() != HeldOutConfig::SIZE_NOT_SET) return absl::OkStatus();
    return locations.Error(base::Below(path, "held_out"), "has no size; give it one of rows, share");
  }
  constexpr char kNone[] =
      ", which has no effect without held_out, by whose loss it decides; give that, or leave it out";
  if (config.has_early_stop()) {
    return locations.Error(base::Below(path, "early_stop"), absl::StrCat("is given", kNone));
  }
  if (config.keep() == TrainingConfig::LAST) return absl::OkStatus();
  return locations.Error(base::Below(path, "keep"), absl::StrCat("is BEST", kNone));
}

absl::Status CheckLora(const sami_harness::LoraConfig& config, const std::string& path,
                       const base::FieldLocations& locations) {
  std::set<std::string> seen;
  for (int i = 0; i < config.target_modules_size(); ++i) {
    if (seen.insert(config.target_modules(i)).second) continue;
    return locations.Error(base::Below(path, "target_modules", i),
                           absl::StrCat("is \"", config.target_modules(i), "\" again; each may be given once"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckTraining(const TrainingConfig& config, const std::string& path,
                           const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckOptimizer(config.optimizer(), config.has_lora(), base::Below(path, "optimizer"), locations));
  if (config.schedule().shape() == ScheduleConfig::CONSTANT) {
    RETURN_IF_ERROR(
        RefuseUnused(config.schedule(), "final_fraction", "shape CONSTANT", base::Below(path, "schedule"), locations));
  }
  if (config.batch_size() == 1) {
    RETURN_IF_ERROR(RefuseUnused(config, "divide_by_full_batch", "batch_size 1", path, locations));
  }
  // All in one item are added in the order in which they are without items.
  const int64_t microbatches = (config.batch_size() + config.microbatch_size() - 1) / config.microbatch_size();
  if (config.accumulated_microbatches() >= std::max<int64_t>(2, microbatches)) {
    return locations.Error(
        base::Below(path, "accumulated_microbatches"),
        absl::StrCat("is ", config.accumulated_microbatches(), ", which has no effect with a batch of ", microbatches,
                     " microbatches; make it smaller, or leave it out"));
  }
  RETURN_IF_ERROR(CheckHeldOut(config, path, locations));
  return CheckLora(config.lora(), base::Below(path, "lora"), locations);
}

}  // namespace training
