#include "experiments/spec/methods.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "experiments/spec/method_registry.h"
#include "training/method/training_checks.h"

namespace experiments {

using ::sami_harness::Arm;

// The methods' functions are one set of overloads, by the type of their settings.
#define METHOD(Case, room) \
  using room::CheckConfig; \
  using room::CostOf;      \
  using room::Describe;
SAMI_FOR_EACH_METHOD(METHOD)
#undef METHOD

training::MethodDescription DescribeMethod(const Arm& arm) {
  return WithSettings(arm, [](const auto& settings, const char*) { return Describe(settings); });
}

training::MethodCost MethodCostOf(const Arm& arm, int64_t constitutions) {
  return WithSettings(arm, [&](const auto& settings, const char*) { return CostOf(settings, constitutions); });
}

sami::SeenPairs SeenPairsOf(const sami_harness::ExperimentSpec& spec, const Arm& arm) {
  using Which = sami::SeenPairs::Which;
  sami::SeenPairs seen;
  seen.count = arm.has_seen_constitutions() ? arm.seen_constitutions() : 2;
  seen.seed = arm.has_seed() ? arm.seed() : spec.seed();
  if (!arm.has_pairs()) {
    seen.which = arm.has_sami() ? Which::kAll : Which::kPositive;
  } else {
    constexpr Which kWhich[] = {Which::kAll, Which::kPositive, Which::kOwnOverOpposite, Which::kFirst, Which::kRandom};
    seen.which = kWhich[arm.pairs()];
  }
  return seen;
}

int64_t ExamplesPerQuery(const sami_harness::ExperimentSpec& spec, const Arm& arm, int64_t constitutions) {
  const sami::SeenPairs seen = SeenPairsOf(spec, arm);
  const int64_t n = sami::SeenConstitutions(seen, 0, constitutions).size();
  int64_t preferences = n * (n - 1);
  if (seen.which == sami::SeenPairs::Which::kPositive) preferences = 1;
  if (seen.which == sami::SeenPairs::Which::kOwnOverOpposite) preferences = n;
  switch (DescribeMethod(arm).examples) {
    case training::ExampleKind::kText:
      return n;
    case training::ExampleKind::kPreference:
      return preferences;
    case training::ExampleKind::kLabeled:
      return 2 * preferences;
    case training::ExampleKind::kContrastive:
      return 1;
  }
  return 1;
}

namespace {

absl::Status CheckPairs(const Arm& arm, const std::string& path, const base::FieldLocations& locations) {
  const bool counts = arm.pairs() == Arm::FIRST || arm.pairs() == Arm::RANDOM;
  if (arm.has_seen_constitutions() && !counts) {
    return locations.Error(base::Below(path, "seen_constitutions"),
                           "is given, and has an effect with pairs: FIRST and RANDOM alone; leave it out");
  }
  const bool one = arm.has_pairs() && arm.pairs() == Arm::POSITIVE;
  const bool opposite = arm.pairs() == Arm::OWN_OVER_OPPOSITE;
  if (arm.has_sami() && (one || opposite)) {
    return locations.Error(
        base::Below(path, "pairs"),
        absl::StrCat("is ", Arm::Pairs_Name(arm.pairs()), "; SAMI contrasts constitutions: give ALL, FIRST or RANDOM"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckMethod(const Arm& arm, const std::string& path, const base::FieldLocations& locations) {
  if (arm.method_case() == Arm::METHOD_NOT_SET) {
    std::vector<std::string> names;
#define METHOD(Case, room) names.push_back(#room);
    SAMI_FOR_EACH_METHOD(METHOD)
#undef METHOD
    return locations.Error(
        path, absl::StrCat("(", arm.name(), ") has no method; give it one of ", absl::StrJoin(names, ", ")));
  }
  RETURN_IF_ERROR(CheckPairs(arm, path, locations));
  return WithSettings(arm, [&](const auto& settings, const char* field) {
    const std::string here = base::Below(path, field);
    RETURN_IF_ERROR(training::CheckTraining(settings.training(), base::Below(here, "training"), locations));
    return CheckConfig(settings, here, locations);
  });
}

}  // namespace experiments
