// Nodes of a valid spec (spec_checks.h), by their names, and the order in which they can be computed.
#ifndef EXPERIMENTS_SPEC_NODES_H_
#define EXPERIMENTS_SPEC_NODES_H_

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "experiments/spec/spec.pb.h"

namespace experiments {

// The node of this name among those of one kind, or null.
template <typename Nodes>
const typename Nodes::value_type* FindNode(const Nodes& nodes, absl::string_view name) {
  for (const auto& node : nodes) {
    if (node.name() == name) return &node;
  }
  return nullptr;
}

// The model from outside that an arm comes from, by its parents; a model's name is its own. Ends on any valid spec.
std::string RootModel(const sami_harness::ExperimentSpec& spec, std::string arm_or_model);

// The own seed of an arm's training, a data set, a measure or the statistics, or else the experiment's.
template <typename Node>
uint64_t SeedOf(const sami_harness::ExperimentSpec& spec, const Node& node) {
  return node.has_seed() ? node.seed() : spec.seed();
}

// Whether a data set's responses are written here.
inline bool IsGenerated(const sami_harness::Data& data) { return data.file_case() == sami_harness::Data::FILE_NOT_SET; }

// Whether it has responses under constitutions, written here or from a file.
inline bool IsContrastive(const sami_harness::Data& data) { return IsGenerated(data) || data.has_contrastive(); }

// A data set or an arm.
struct Step {
  const sami_harness::Data* data;  // null for an arm
  const sami_harness::Arm* arm;    // null for a data set
  const std::string& name() const { return data != nullptr ? data->name() : arm->name(); }
};

// All data sets and arms, each after those that it needs: a data set its generator, an arm its parent and data;
// otherwise data first, in the spec's order. A cycle's members are left out, and what needs them. O(nodes^2).
std::vector<Step> ComputingOrder(const sami_harness::ExperimentSpec& spec);

// The arms in that order: parents before their children.
std::vector<std::string> ArmNames(const sami_harness::ExperimentSpec& spec);

// Whether an evaluation, an estimate of the information or one of the accuracy asks an arm.
template <typename Asker>
bool IsAsked(const Asker& asker, const std::string& arm) {
  return asker.arms().empty() || std::find(asker.arms().begin(), asker.arms().end(), arm) != asker.arms().end();
}

// The arms that it asks, in the order of ArmNames.
template <typename Asker>
std::vector<std::string> AskedArms(const sami_harness::ExperimentSpec& spec, const Asker& asker) {
  std::vector<std::string> arms;
  for (const std::string& arm : ArmNames(spec)) {
    if (IsAsked(asker, arm)) arms.push_back(arm);
  }
  return arms;
}

// What tells nodes of one kind apart in captions: the name where there are several, else nothing.
template <typename Nodes, typename Node>
std::string TitleOf(const Nodes& nodes, const Node& node) {
  return nodes.size() > 1 ? node.name() : "";
}

// What a comparison is called in tables and files.
inline std::string ComparisonName(const sami_harness::Comparison& comparison) {
  return comparison.arm() + "_vs_" + comparison.baseline();
}

// Whether an arm is trained here.
inline bool IsTrained(const sami_harness::Arm& arm) {
  return arm.method_case() != sami_harness::Arm::kModel && arm.method_case() != sami_harness::Arm::METHOD_NOT_SET;
}

}  // namespace experiments

#endif  // EXPERIMENTS_SPEC_NODES_H_
