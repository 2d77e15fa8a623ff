#include "baselines/dpo/method.h"

#include <algorithm>
#include <set>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"

namespace dpo {
namespace {

using ::sami_harness::DpoConfig;
using Types = std::set<DpoConfig::LossType>;

std::string Names(const DpoConfig& config) {
  return absl::StrJoin(LossesOf(config), "+", [](std::string* text, const WeightedLoss& loss) {
    absl::StrAppend(text, DpoConfig::LossType_Name(loss.type));
  });
}

// Whether some loss is one of these.
bool HasOneOf(const DpoConfig& config, const Types& types) {
  const std::vector<WeightedLoss> losses = LossesOf(config);
  return std::any_of(losses.begin(), losses.end(),
                     [&](const WeightedLoss& loss) { return types.count(loss.type) > 0; });
}

bool HasOtherThan(const DpoConfig& config, const Types& types) {
  const std::vector<WeightedLoss> losses = LossesOf(config);
  return std::any_of(losses.begin(), losses.end(),
                     [&](const WeightedLoss& loss) { return types.count(loss.type) == 0; });
}

absl::Status CheckLosses(const DpoConfig& config, const std::string& path, const base::FieldLocations& locations) {
  Types seen;
  for (int i = 0; i < config.loss_type_size(); ++i) {
    if (seen.insert(config.loss_type(i)).second) continue;
    return locations.Error(
        base::Below(path, "loss_type", i),
        absl::StrCat("is ", DpoConfig::LossType_Name(config.loss_type(i)), " again; each loss may be given once"));
  }
  if (config.loss_weights_size() == 0 || config.loss_weights_size() == config.loss_type_size()) return absl::OkStatus();
  return locations.Error(base::Below(path, "loss_weights"),
                         absl::StrCat("has ", config.loss_weights_size(), " weights for ", config.loss_type_size(),
                                      " losses; it must have as many as loss_type, or none"));
}

}  // namespace

std::vector<WeightedLoss> LossesOf(const DpoConfig& config) {
  if (config.loss_type().empty()) return {{DpoConfig::SIGMOID, 1}};
  std::vector<WeightedLoss> losses;
  for (int i = 0; i < config.loss_type_size(); ++i) {
    losses.push_back({config.loss_type(i), i < config.loss_weights_size() ? config.loss_weights(i) : 1});
  }
  return losses;
}

training::MethodDescription Describe(const DpoConfig& config) {
  training::MethodDescription description;
  const std::string names = Names(config);
  description.title = names == "SIGMOID" ? "DPO" : absl::StrCat("DPO (", names, ")");
  description.examples = training::ExampleKind::kPreference;
  description.training = config.training();
  return description;
}

training::MethodCost CostOf(const DpoConfig& config, int64_t) {
  training::MethodCost cost;
  cost.trained = 2;
  if (HasOneOf(config, {DpoConfig::AOT, DpoConfig::AOT_UNPAIRED})) cost.forward = 2;
  cost.reference = config.reference_free() ? 0 : 2;
  return cost;
}

absl::Status CheckConfig(const DpoConfig& config, const std::string& path, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckLosses(config, path, locations));
  const std::string with = absl::StrCat("loss_type ", Names(config));
  const auto unused = [&](const char* field) { return training::RefuseUnused(config, field, with, path, locations); };
  if (!HasOneOf(config, {DpoConfig::SIGMOID, DpoConfig::SIGMOID_NORM, DpoConfig::ROBUST, DpoConfig::EXO_PAIR,
                         DpoConfig::AOT, DpoConfig::AOT_UNPAIRED})) {
    RETURN_IF_ERROR(unused("label_smoothing"));
  }
  if (HasOneOf(config, {DpoConfig::ROBUST}) && config.label_smoothing() >= 0.5) {
    return locations.Error(base::Below(path, "label_smoothing"), "is 0.5; it must be less than 0.5 with ROBUST");
  }
  if (HasOneOf(config, {DpoConfig::EXO_PAIR}) && config.label_smoothing() == 0) {
    return locations.Error(base::Below(path, "label_smoothing"), "is 0; it must be greater than 0 with EXO_PAIR");
  }
  if (!HasOneOf(config, {DpoConfig::DISCOPOP})) RETURN_IF_ERROR(unused("discopop_tau"));
  if (!HasOtherThan(config, {DpoConfig::AOT, DpoConfig::AOT_UNPAIRED, DpoConfig::APO_ZERO, DpoConfig::SFT})) {
    RETURN_IF_ERROR(unused("f_divergence_type"));
  }
  if (HasOtherThan(config, {DpoConfig::SFT})) return absl::OkStatus();
  for (const char* field : {"beta", "reference_free", "ld_alpha"}) RETURN_IF_ERROR(unused(field));
  return absl::OkStatus();
}

}  // namespace dpo
