#include "experiments/spec/checks/references.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/functional/function_ref.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::EvaluationSpec;
using ::sami_harness::ExperimentSpec;

template <typename Nodes>
std::vector<std::string> NamesOf(const Nodes& nodes) {
  std::vector<std::string> names;
  for (const auto& node : nodes) names.push_back(node.name());
  return names;
}

std::vector<std::string> Strings(const google::protobuf::RepeatedPtrField<std::string>& texts) {
  return {texts.begin(), texts.end()};
}

// What references may name, by kind.
struct Names {
  std::vector<std::string> queries, constitutions, prompts, data, models, arms;

  explicit Names(const ExperimentSpec& spec)
      : queries(NamesOf(spec.queries())),
        constitutions(NamesOf(spec.constitutions())),
        prompts(NamesOf(spec.prompts())),
        data(NamesOf(spec.data())),
        models(NamesOf(spec.models())),
        arms(NamesOf(spec.arms())) {
    models.insert(models.end(), arms.begin(), arms.end());
  }
};

absl::Status CheckReference(const std::string& path, const std::string& name, const char* kind,
                            const std::vector<std::string>& names, const base::FieldLocations& locations) {
  if (std::find(names.begin(), names.end(), name) != names.end()) return absl::OkStatus();
  const std::set<std::string> distinct(names.begin(), names.end());
  return locations.Error(
      path, absl::StrCat("is \"", name, "\", which is no ", kind, "; ",
                         names.empty() ? "the spec has none" : "it must be one of " + absl::StrJoin(distinct, ", ")));
}

// Calls visit(path, name, kind, names) for every reference of the spec; stops at the first error.
absl::Status ForEachReference(const ExperimentSpec& spec,
                              absl::FunctionRef<absl::Status(const std::string&, const std::string&, const char*,
                                                             const std::vector<std::string>&)>
                                  visit) {
  const Names names(spec);
  const auto asked = [&](const std::string& path, const auto& node) -> absl::Status {
    RETURN_IF_ERROR(visit(base::Below(path, "queries"), node.queries(), "queries", names.queries));
    RETURN_IF_ERROR(
        visit(base::Below(path, "constitutions"), node.constitutions(), "constitutions", names.constitutions));
    if (node.prompts().empty()) return absl::OkStatus();
    return visit(base::Below(path, "prompts"), node.prompts(), "prompts", names.prompts);
  };
  for (int i = 0; i < spec.constitutions_size(); ++i) {
    if (!spec.constitutions(i).has_written_by()) continue;
    RETURN_IF_ERROR(visit(base::Below("", "constitutions", i) + ".written_by.model",
                          spec.constitutions(i).written_by().model(), "model", NamesOf(spec.models())));
  }
  for (int i = 0; i < spec.data_size(); ++i) {
    if (!IsGenerated(spec.data(i))) continue;
    RETURN_IF_ERROR(asked(base::Below("", "data", i), spec.data(i)));
    if (spec.data(i).has_training_prompts()) {
      RETURN_IF_ERROR(visit(base::Below(base::Below("", "data", i), "training_prompts"),
                            spec.data(i).training_prompts(), "prompts", names.prompts));
    }
    RETURN_IF_ERROR(visit(base::Below(base::Below("", "data", i), "generator"), spec.data(i).generator(),
                          "model or arm", names.models));
  }
  for (int i = 0; i < spec.arms_size(); ++i) {
    const Arm& arm = spec.arms(i);
    const std::string path = base::Below("", "arms", i);
    if (!IsTrained(arm)) {
      RETURN_IF_ERROR(visit(base::Below(path, "model"), arm.model(), "model", NamesOf(spec.models())));
      continue;
    }
    RETURN_IF_ERROR(visit(base::Below(path, "parent"), arm.parent(), "model or arm", names.models));
    RETURN_IF_ERROR(visit(base::Below(path, "data"), arm.data(), "data", names.data));
  }
  const auto arms = [&](const std::string& path, const auto& node) -> absl::Status {
    for (int i = 0; i < node.arms_size(); ++i) {
      RETURN_IF_ERROR(visit(base::Below(path, "arms", i), node.arms(i), "arm", names.arms));
    }
    return absl::OkStatus();
  };
  // Comparisons are of arms that are asked.
  const auto compares = [&](const std::string& path, const auto& asker) -> absl::Status {
    RETURN_IF_ERROR(asked(path, asker));
    RETURN_IF_ERROR(arms(path, asker));
    const std::vector<std::string> compared = asker.arms().empty() ? names.arms : Strings(asker.arms());
    for (int c = 0; c < asker.comparisons_size(); ++c) {
      const std::string below = base::Below(path, "comparisons", c);
      RETURN_IF_ERROR(visit(base::Below(below, "arm"), asker.comparisons(c).arm(), "arm", compared));
      RETURN_IF_ERROR(visit(base::Below(below, "baseline"), asker.comparisons(c).baseline(), "arm", compared));
    }
    return absl::OkStatus();
  };
  for (int i = 0; i < spec.evaluations_size(); ++i) {
    RETURN_IF_ERROR(compares(base::Below("", "evaluations", i), spec.evaluations(i)));
  }
  for (int i = 0; i < spec.information_size(); ++i) {
    RETURN_IF_ERROR(compares(base::Below("", "information", i), spec.information(i)));
  }
  for (int i = 0; i < spec.accuracy_size(); ++i) {
    const sami_harness::AccuracySpec& accuracy = spec.accuracy(i);
    const std::string path = base::Below("", "accuracy", i);
    RETURN_IF_ERROR(visit(base::Below(path, "queries"), accuracy.queries(), "queries", names.queries));
    RETURN_IF_ERROR(arms(path, accuracy));
    RETURN_IF_ERROR(visit(base::Below(path, "baseline"), accuracy.baseline(), "arm",
                          accuracy.arms().empty() ? names.arms : Strings(accuracy.arms())));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckReferences(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  return ForEachReference(
      spec, [&](const std::string& path, const std::string& name, const char* kind,
                const std::vector<std::string>& names) { return CheckReference(path, name, kind, names, locations); });
}

std::vector<std::string> UnusedNodes(const ExperimentSpec& spec) {
  std::map<std::string, std::set<std::string>> used;  // kind -> names
  (void)ForEachReference(
      spec, [&](const std::string&, const std::string& name, const char* kind, const std::vector<std::string>&) {
        used[kind == std::string("model or arm") ? "model" : kind].insert(name);
        return absl::OkStatus();
      });
  std::vector<std::string> unused;
  const auto add = [&](const char* kind, const std::vector<std::string>& names) {
    for (const std::string& name : names) {
      if (used[kind].count(name) == 0) unused.push_back(absl::StrCat(kind, " \"", name, "\" is used by nothing"));
    }
  };
  add("model", NamesOf(spec.models()));
  add("queries", NamesOf(spec.queries()));
  add("constitutions", NamesOf(spec.constitutions()));
  add("prompts", NamesOf(spec.prompts()));
  add("data", NamesOf(spec.data()));
  return unused;
}

}  // namespace experiments
