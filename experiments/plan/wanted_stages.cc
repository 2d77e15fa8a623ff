#include "experiments/plan/wanted_stages.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "base/text.h"

namespace experiments {
namespace {

// The name that a user gives a stage or, "sami1" for train_sami1, an arm's training.
absl::string_view ShortName(const PlannedStage& stage) { return absl::StripPrefix(stage.name, "train_"); }

absl::Status NoSuchNode(const std::string& node, const std::vector<PlannedStage>& plan) {
  std::vector<std::pair<int64_t, absl::string_view>> names;  // from the nearest on
  for (const PlannedStage& stage : plan) {
    names.emplace_back(base::EditDistance(node, stage.name), stage.name);
    if (ShortName(stage) != stage.name)
      names.emplace_back(base::EditDistance(node, ShortName(stage)), ShortName(stage));
  }
  std::stable_sort(names.begin(), names.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  if (names.size() > 5) names.resize(5);
  const auto format = [](std::string* text, const auto& name) { absl::StrAppend(text, name.second); };
  return absl::NotFoundError(absl::StrCat("--node: there is no stage or arm \"", node, "\"; the nearest are ",
                                          absl::StrJoin(names, ", ", format), "; --print_graph=text lists all ",
                                          plan.size()));
}

}  // namespace

absl::StatusOr<std::set<std::string>> WantedStages(const std::vector<std::string>& nodes,
                                                   const std::vector<PlannedStage>& plan) {
  std::set<std::string> wanted;
  for (const std::string& node : nodes) {
    const auto found = std::find_if(plan.begin(), plan.end(), [&](const PlannedStage& stage) {
      return stage.name == node || ShortName(stage) == node;
    });
    if (found == plan.end()) return NoSuchNode(node, plan);
    wanted.insert(found->name);
  }
  // Needs come before what needs them.
  for (auto stage = plan.rbegin(); stage != plan.rend(); ++stage) {
    if (wanted.count(stage->name) > 0) wanted.insert(stage->needs.begin(), stage->needs.end());
  }
  return wanted;
}

}  // namespace experiments
