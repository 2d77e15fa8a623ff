#include "experiments/spec/graph_checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/functional/function_ref.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::Arm;
using ::sami_harness::Data;
using ::sami_harness::ExperimentSpec;
using ::sami_harness::Queries;

constexpr size_t kLongestName = 64;

std::string PathOf(const char* kind, int index) { return base::Below("", kind, index); }

template <typename Nodes>
std::vector<std::string> NamesOf(const Nodes& nodes) {
  std::vector<std::string> names;
  for (const auto& node : nodes) names.push_back(node.name());
  return names;
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
  for (int i = 0; i < spec.data_size(); ++i) {
    if (!IsGenerated(spec.data(i))) continue;
    RETURN_IF_ERROR(asked(PathOf("data", i), spec.data(i)));
    RETURN_IF_ERROR(
        visit(base::Below(PathOf("data", i), "generator"), spec.data(i).generator(), "model or arm", names.models));
  }
  for (int i = 0; i < spec.arms_size(); ++i) {
    const Arm& arm = spec.arms(i);
    const std::string path = PathOf("arms", i);
    if (!IsTrained(arm)) {
      RETURN_IF_ERROR(visit(base::Below(path, "model"), arm.model(), "model", NamesOf(spec.models())));
      continue;
    }
    RETURN_IF_ERROR(visit(base::Below(path, "parent"), arm.parent(), "model or arm", names.models));
    RETURN_IF_ERROR(visit(base::Below(path, "data"), arm.data(), "data", names.data));
  }
  if (spec.has_evaluation()) {
    RETURN_IF_ERROR(asked("evaluation", spec.evaluation()));
    for (int i = 0; i < spec.evaluation().comparisons_size(); ++i) {
      const auto& comparison = spec.evaluation().comparisons(i);
      const std::string path = base::Below("evaluation", "comparisons", i);
      RETURN_IF_ERROR(visit(base::Below(path, "arm"), comparison.arm(), "arm", names.arms));
      RETURN_IF_ERROR(visit(base::Below(path, "baseline"), comparison.baseline(), "arm", names.arms));
    }
  }
  if (spec.has_information()) RETURN_IF_ERROR(asked("information", spec.information()));
  if (spec.has_accuracy()) {
    RETURN_IF_ERROR(visit("accuracy.queries", spec.accuracy().queries(), "queries", names.queries));
    RETURN_IF_ERROR(visit("accuracy.baseline", spec.accuracy().baseline(), "arm", names.arms));
  }
  return absl::OkStatus();
}

template <typename Nodes>
absl::Status CheckNames(const Nodes& nodes, const char* kind, const base::FieldLocations& locations) {
  std::map<std::string, int> first;
  for (int i = 0; i < nodes.size(); ++i) {
    const std::string path = base::Below(PathOf(kind, i), "name");
    RETURN_IF_ERROR(CheckName(nodes.Get(i).name(), path, locations));
    const auto [other, is_new] = first.emplace(nodes.Get(i).name(), i);
    if (is_new) continue;
    const std::string other_path = base::Below(PathOf(kind, other->second), "name");
    const std::string where = locations.Where(other_path);
    return locations.Error(path, absl::StrCat("is \"", nodes.Get(i).name(), "\", as ", other_path,
                                              where.empty() ? "" : " at ", where, " is; names must differ"));
  }
  return absl::OkStatus();
}

absl::Status CheckArm(const ExperimentSpec& spec, int i, const base::FieldLocations& locations) {
  const Arm& arm = spec.arms(i);
  const std::string path = PathOf("arms", i);
  if (arm.method_case() == Arm::METHOD_NOT_SET) {
    return locations.Error(path, absl::StrCat("(", arm.name(), ") has no method; give it one, as sft, dpo or sami, or ",
                                              "model: \"NAME\" for a model that is only asked"));
  }
  if (FindNode(spec.models(), arm.name()) != nullptr && arm.model() != arm.name()) {
    return locations.Error(
        base::Below(path, "name"),
        absl::StrCat("is \"", arm.name(), "\", as a model is, and the arm is not that model; ", "names must differ"));
  }
  for (const auto& [field, value] : {std::pair("parent", arm.parent()), std::pair("data", arm.data())}) {
    if (IsTrained(arm) && value.empty()) {
      return locations.Error(path, absl::StrCat("(", arm.name(), ") is trained and has no ", field, "; name one"));
    }
    if (!IsTrained(arm) && !value.empty()) {
      return locations.Error(base::Below(path, field),
                             "is given, but the arm is a model that is not trained; leave it out");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckQueries(const Queries& queries, const std::string& path, const base::FieldLocations& locations) {
  if (queries.source_case() == Queries::SOURCE_NOT_SET) {
    return locations.Error(path, absl::StrCat("(", queries.name(),
                                              ") has no source; give it one of embedded, "
                                              "word_problems, gsm8k, mt_bench, hh_rlhf, tldr, ifeval, jsonl"));
  }
  const bool drawn = queries.has_embedded() || queries.has_word_problems();
  if (drawn && !queries.has_take()) {
    return locations.Error(path, absl::StrCat("(", queries.name(), ") has no take; say how many queries to draw"));
  }
  if (queries.has_jsonl() && queries.jsonl().file().empty()) {
    return locations.Error(base::Below(path, "jsonl.file"), "is missing; name the file");
  }
  return absl::OkStatus();
}

// What is written here says how; what is a file's does not.
absl::Status CheckData(const Data& data, const std::string& path, const base::FieldLocations& locations) {
  for (const auto& [field, value] :
       {std::pair("queries", data.queries()), std::pair("constitutions", data.constitutions()),
        std::pair("generator", data.generator()), std::pair("prompts", data.prompts())}) {
    if (IsGenerated(data) && value.empty() && field != std::string("prompts")) {
      return locations.Error(path,
                             absl::StrCat("(", data.name(), ") has no ", field,
                                          "; give it queries, constitutions and "
                                          "a generator, or one of contrastive, preferences, demonstrations, labels"));
    }
    if (!IsGenerated(data) && !value.empty()) {
      return locations.Error(base::Below(path, field), "is given, but the examples are a file's; leave it out");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckPlaces(const std::string& text, const std::string& path, std::initializer_list<const char*> places,
                         const base::FieldLocations& locations) {
  for (const char* place : places) {
    if (absl::StrContains(text, place)) continue;
    return locations.Error(path, absl::StrCat("has no \"", place, "\"; put it where it belongs"));
  }
  return absl::OkStatus();
}

// "data it1 -> arm sami1 -> data it1".
absl::Status CheckNoCycle(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  std::set<std::string> done;
  const std::vector<Step> order = ComputingOrder(spec);
  for (const Step& step : order) done.insert(absl::StrCat(step.data != nullptr ? "data " : "arm ", step.name()));
  // From any node that cannot be computed, what it needs leads into a cycle.
  std::vector<std::string> way;
  for (const Data& data : spec.data()) way.push_back("data " + data.name());
  for (const Arm& arm : spec.arms()) way.push_back("arm " + arm.name());
  way.erase(std::remove_if(way.begin(), way.end(), [&](const std::string& node) { return done.count(node) > 0; }),
            way.end());
  if (way.empty()) return absl::OkStatus();
  way.resize(1);
  while (std::find(way.begin(), way.end() - 1, way.back()) == way.end() - 1) {
    std::vector<std::string> needs;
    if (absl::StartsWith(way.back(), "data ")) {
      needs = {"arm " + FindNode(spec.data(), way.back().substr(5))->generator()};
    } else {
      const Arm& arm = *FindNode(spec.arms(), way.back().substr(4));
      needs = {"arm " + arm.parent(), "data " + arm.data()};
    }
    const auto next = std::find_if(needs.begin(), needs.end(), [&](const std::string& need) {
      return done.count(need) == 0 && !(absl::StartsWith(need, "arm ") && FindNode(spec.models(), need.substr(4)));
    });
    way.push_back(*next);
  }
  way.erase(way.begin(), std::find(way.begin(), way.end(), way.back()));
  const bool is_data = absl::StartsWith(way[0], "data ");
  const std::string name = way[0].substr(way[0].find(' ') + 1);
  int index = 0;
  while ((is_data ? spec.data(index).name() : spec.arms(index).name()) != name) ++index;
  return locations.Error(
      PathOf(is_data ? "data" : "arms", index),
      absl::StrCat("is on a cycle, ", absl::StrJoin(way, " <- "), "; what is needed must end at models"));
}

}  // namespace

absl::Status CheckName(absl::string_view name, const std::string& path, const base::FieldLocations& locations) {
  bool good = name.size() <= kLongestName && !name.empty() && absl::ascii_isalnum(name[0]);
  for (char c : name) good = good && (absl::ascii_isalnum(c) || c == '-' || c == '_');
  if (good) return absl::OkStatus();
  return locations.Error(path, absl::StrCat("is \"", name, "\"; it must be at most ", kLongestName,
                                            " letters, digits, '-' and '_', and begin with a letter or digit"));
}

absl::Status CheckNodes(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  RETURN_IF_ERROR(CheckNames(spec.models(), "models", locations));
  RETURN_IF_ERROR(CheckNames(spec.queries(), "queries", locations));
  RETURN_IF_ERROR(CheckNames(spec.constitutions(), "constitutions", locations));
  RETURN_IF_ERROR(CheckNames(spec.prompts(), "prompts", locations));
  RETURN_IF_ERROR(CheckNames(spec.data(), "data", locations));
  RETURN_IF_ERROR(CheckNames(spec.arms(), "arms", locations));
  for (int i = 0; i < spec.queries_size(); ++i) {
    RETURN_IF_ERROR(CheckQueries(spec.queries(i), PathOf("queries", i), locations));
  }
  for (int i = 0; i < spec.data_size(); ++i) {
    RETURN_IF_ERROR(CheckData(spec.data(i), PathOf("data", i), locations));
  }
  for (int i = 0; i < spec.prompts_size(); ++i) {
    RETURN_IF_ERROR(CheckPlaces(spec.prompts(i).with_constitution(),
                                base::Below(PathOf("prompts", i), "with_constitution"), {"{constitution}", "{query}"},
                                locations));
  }
  for (int i = 0; i < spec.arms_size(); ++i) RETURN_IF_ERROR(CheckArm(spec, i, locations));
  RETURN_IF_ERROR(ForEachReference(
      spec, [&](const std::string& path, const std::string& name, const char* kind,
                const std::vector<std::string>& names) { return CheckReference(path, name, kind, names, locations); }));
  return CheckNoCycle(spec, locations);
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
