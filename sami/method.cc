#include "sami/method.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"
#include "base/random.h"
#include "base/status.h"
#include "sami/semantics.h"

namespace sami {

using ::sami_harness::SamiConfig;

training::MethodDescription Describe(const SamiConfig& config) {
  training::MethodDescription description;
  description.title = "SAMI";
  description.examples = training::ExampleKind::kContrastive;
  description.training = EffectiveTraining(config);
  return description;
}

training::MethodCost CostOf(const SamiConfig& config, int64_t constitutions) {
  const double n = ConstitutionsOf(config, /*seed=*/0, /*query=*/0, constitutions).size();
  training::MethodCost cost;
  cost.trained = n * n;
  cost.keeps_parent = config.kl_weight() > 0;
  cost.forward = cost.keeps_parent ? n * n : 0;
  return cost;
}

namespace {

// What the published trainers' semantics decide themselves (EffectiveTraining).
absl::Status CheckDecided(const SamiConfig& config, const std::string& path, const base::FieldLocations& locations) {
  if (config.semantics() == SamiConfig::DEFAULT) return absl::OkStatus();
  const std::string with = absl::StrCat("semantics ", SamiConfig::Semantics_Name(config.semantics()));
  const std::string here = base::Below(path, "training"), optimizer = base::Below(here, "optimizer");
  RETURN_IF_ERROR(training::RefuseUnused(config.training(), "divide_by_full_batch", with, here, locations));
  RETURN_IF_ERROR(training::RefuseUnused(config.training().optimizer(), "decay_norms", with, optimizer, locations));
  if (config.semantics() != SamiConfig::SAMI_REF) return absl::OkStatus();
  return training::RefuseUnused(config.training().optimizer(), "max_grad_norm", with, optimizer, locations);
}

}  // namespace

absl::Status CheckConfig(const SamiConfig& config, const std::string& path, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckDecided(config, path, locations));
  if (config.kl_weight() > 0 && config.semantics() != SamiConfig::DEFAULT) {
    return locations.Error(base::Below(path, "kl_weight"),
                           absl::StrCat("must be 0 with semantics ", SamiConfig::Semantics_Name(config.semantics())));
  }
  for (const auto& [field, value] : {std::make_pair("first_constitutions", config.first_constitutions()),
                                     std::make_pair("sampled_constitutions", config.sampled_constitutions())}) {
    if (value != 1) continue;
    return locations.Error(base::Below(path, field), "is 1; the contrast needs at least 2 constitutions (0 takes all)");
  }
  if (config.sampled_constitutions() == 0 || config.first_constitutions() == 0) return absl::OkStatus();
  return locations.Error(base::Below(path, "sampled_constitutions"),
                         "is given, and first_constitutions too; the constitutions are the first or drawn, not both");
}

std::vector<int64_t> ConstitutionsOf(const SamiConfig& config, uint64_t seed, int64_t query, int64_t n) {
  std::vector<int64_t> chosen(n);
  std::iota(chosen.begin(), chosen.end(), 0);
  if (config.sampled_constitutions() > 0 && config.sampled_constitutions() < n) {
    base::RandomStream(seed, "sami/sampled_constitutions", query).Shuffle(chosen);
    chosen.resize(config.sampled_constitutions());
    std::sort(chosen.begin(), chosen.end());
  } else if (config.first_constitutions() > 0 && config.first_constitutions() < n) {
    chosen.resize(config.first_constitutions());
  }
  return chosen;
}

}  // namespace sami
