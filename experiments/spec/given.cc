#include "experiments/spec/given.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "experiments/spec/methods.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::ExperimentSpec;
using Which = ::sami::SeenPairs::Which;

std::string Seen(const ExperimentSpec& spec, const Arm& arm) {
  const Data* const found = FindNode(spec.data(), arm.data());
  if (found == nullptr) return absl::StrCat("data ", arm.data());  // of a run folder whose spec is not whole
  const Data& data = *found;
  if (!IsContrastive(data)) return absl::StrCat("all rows of ", data.name());
  const sami::SeenPairs seen = SeenPairsOf(spec, arm);
  const int64_t n = data.constitutions_per_query();
  const int64_t count = sami::SeenConstitutions(seen, 0, n).size();
  // A preference is over another text of the query: that one is seen, too.
  const bool prefers = DescribeMethod(arm).examples == training::ExampleKind::kPreference ||
                       DescribeMethod(arm).examples == training::ExampleKind::kLabeled;
  std::string what = absl::StrCat("all ", n, " constitutions");
  if (seen.which == Which::kPositive)
    what = prefers ? "the first constitution, with two responses," : "the first constitution";
  if (count < n && seen.which == Which::kFirst) what = absl::StrCat("the first ", count, " constitutions");
  if (count < n && seen.which == Which::kRandom) {
    what = absl::StrCat(count, " random constitutions (seed ", seen.seed, ")");
  }
  return absl::StrCat(what, " of ", data.name());
}

}  // namespace

int64_t SettingsTried(const ExperimentSpec& spec, const std::string& arm) {
  for (const Arm* one : TrainedChain(spec, arm)) {
    if (one->has_settings_tried()) return one->settings_tried();
  }
  return 0;
}

std::vector<const Arm*> TrainedChain(const ExperimentSpec& spec, const std::string& arm) {
  std::vector<const Arm*> chain;
  for (const Arm* one = FindNode(spec.arms(), arm); one != nullptr && IsTrained(*one);
       one = FindNode(spec.arms(), one->parent())) {
    chain.push_back(one);
  }
  return chain;
}

std::set<std::string> TextsSeen(const ExperimentSpec& spec, const std::string& arm) {
  std::set<std::string> texts;
  for (const Arm* one : TrainedChain(spec, arm)) texts.insert(Seen(spec, *one));
  return texts;
}

std::string WhatDiffers(const ExperimentSpec& spec, const std::string& arm, const std::string& against) {
  const std::set<std::string> first = TextsSeen(spec, arm), second = TextsSeen(spec, against);
  if (first.empty() || second.empty()) return "";
  std::vector<std::string> differences;
  if (first != second) {
    std::vector<std::string> only_first, only_second;
    std::set_difference(first.begin(), first.end(), second.begin(), second.end(), std::back_inserter(only_first));
    std::set_difference(second.begin(), second.end(), first.begin(), first.end(), std::back_inserter(only_second));
    const auto words = [](const std::vector<std::string>& texts) {
      return texts.empty() ? std::string("nothing more") : absl::StrJoin(texts, " and ");
    };
    differences.push_back(absl::StrCat(arm, " saw ", words(only_first), ", ", against, " ", words(only_second)));
  }
  const int64_t tried = SettingsTried(spec, arm), other = SettingsTried(spec, against);
  if (tried != other) differences.push_back(absl::StrCat("settings tried: ", tried, " and ", other));
  return absl::StrJoin(differences, "; ");
}

absl::Status CheckMatched(const ExperimentSpec& spec) {
  std::map<std::string, std::string> found;  // by comparison, each once
  const auto add = [&](const auto& asker) {
    for (const sami_harness::Comparison& comparison : asker.comparisons()) {
      const std::string differs = WhatDiffers(spec, comparison.arm(), comparison.baseline());
      if (!differs.empty()) found.emplace(absl::StrCat(comparison.arm(), " vs ", comparison.baseline()), differs);
    }
  };
  for (const auto& evaluation : spec.evaluations()) add(evaluation);
  for (const auto& information : spec.information()) add(information);
  if (found.empty()) return absl::OkStatus();
  std::string text = "arms that are compared were given different things, and --strict is given:";
  for (const auto& [comparison, differs] : found) absl::StrAppend(&text, "\n  ", comparison, ": ", differs);
  return absl::InvalidArgumentError(text +
                                    "\nGive them the same data and pairs, and settings_tried, or leave --strict out");
}

}  // namespace experiments
