#include "experiments/spec/checks/graph_checks.h"

#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/status.h"
#include "experiments/spec/checks/prompt_checks.h"
#include "experiments/spec/checks/references.h"
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
  for (const auto& [field, is_given] :
       {std::pair("save_dtype", arm.has_save_dtype()), std::pair("shard_gb", arm.has_shard_gb())}) {
    if (IsTrained(arm) || !is_given) continue;
    return locations.Error(base::Below(path, field), "is given, but the arm is not trained; leave it out");
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

// What a model behind a server cannot do.
absl::Status CheckServers(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  const auto is_server = [&](const std::string& arm_or_model) {
    const sami_harness::Model* root = FindNode(spec.models(), RootModel(spec, arm_or_model));
    return root != nullptr && !root->has_folder();
  };
  for (int i = 0; i < spec.models_size(); ++i) {
    if (spec.models(i).has_folder() && spec.models(i).folder().empty()) {
      return locations.Error(base::Below(PathOf("models", i), "folder"),
                             "is empty; it must be a text in quotes, not empty");
    }
    if (spec.models(i).source_case() != sami_harness::Model::SOURCE_NOT_SET) continue;
    return locations.Error(PathOf("models", i), absl::StrCat("(", spec.models(i).name(),
                                                             ") is nowhere; give it one of folder, endpoint, replay"));
  }
  for (int i = 0; i < spec.arms_size(); ++i) {
    const Arm* parent = FindNode(spec.arms(), spec.arms(i).parent());
    const bool is_told_of_parent = parent != nullptr && IsTrained(*parent);
    if (!IsTrained(spec.arms(i)) || is_told_of_parent || !is_server(spec.arms(i).parent())) continue;
    return locations.Error(base::Below(PathOf("arms", i), "parent"),
                           absl::StrCat("is ", spec.arms(i).parent(),
                                        ", a server's model, whose weights are not here; it must have a folder"));
  }
  for (int i = 0; i < spec.information_size(); ++i) {
    for (const std::string& arm : AskedArms(spec, spec.information(i))) {
      if (!is_server(arm)) continue;
      return locations.Error(
          PathOf("information", i),
          absl::StrCat("asks ", arm, ", a server's model, which tells no log-probabilities; name the ",
                       "others in arms"));
    }
  }
  return absl::OkStatus();
}

absl::Status CheckQueries(const Queries& queries, const std::string& path, const base::FieldLocations& locations) {
  if (queries.source_case() == Queries::SOURCE_NOT_SET) {
    return locations.Error(path, absl::StrCat("(", queries.name(),
                                              ") has no source; give it one of embedded, "
                                              "word_problems, gsm8k, mt_bench, hh_rlhf, tldr, ifeval, jsonl, mixed"));
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

// A written set's texts are not known yet: neither are their ids.
absl::Status CheckConstitutions(const sami_harness::Constitutions& set, const std::string& path,
                                const base::FieldLocations& locations) {
  if (!set.has_written_by()) return absl::OkStatus();
  for (const auto& [field, is_given] : {std::pair("file", set.has_file()), std::pair("only", set.only_size() > 0),
                                        std::pair("without", set.without_size() > 0)}) {
    if (!is_given) continue;
    return locations.Error(base::Below(path, field), absl::StrCat("is given, but a model writes the principles; ",
                                                                  "leave it out, or choose with skip and take"));
  }
  if (absl::StripAsciiWhitespace(set.written_by().task()).empty()) {
    return locations.Error(path + ".written_by.task", "is blank; say what the trained model will be asked");
  }
  const int64_t left = set.written_by().count() - set.skip();
  const int64_t needed = set.has_take() ? set.take() : set.principles_per_constitution();
  if (needed > left) {
    return locations.Error(
        path, absl::StrCat("(", set.name(), ") takes ", needed, " principles, and of the ", set.written_by().count(),
                           " that are written, skip leaves ", std::max<int64_t>(left, 0)));
  }
  return absl::OkStatus();
}

// What is written here says how; what is a file's does not.
absl::Status CheckData(const Data& data, const std::string& path, const base::FieldLocations& locations) {
  for (const auto& [field, value] :
       {std::pair("queries", data.queries()), std::pair("constitutions", data.constitutions()),
        std::pair("generator", data.generator()), std::pair("prompts", data.prompts()),
        std::pair("training_prompts", data.training_prompts())}) {
    if (IsGenerated(data) && value.empty() && !absl::EndsWith(field, "prompts")) {
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
  RETURN_IF_ERROR(CheckNames(spec.evaluations(), "evaluations", locations));
  RETURN_IF_ERROR(CheckNames(spec.information(), "information", locations));
  RETURN_IF_ERROR(CheckNames(spec.accuracy(), "accuracy", locations));
  for (int i = 0; i < spec.queries_size(); ++i) {
    RETURN_IF_ERROR(CheckQueries(spec.queries(i), PathOf("queries", i), locations));
  }
  for (int i = 0; i < spec.data_size(); ++i) {
    RETURN_IF_ERROR(CheckData(spec.data(i), PathOf("data", i), locations));
  }
  RETURN_IF_ERROR(CheckWordings(spec, locations));
  for (int i = 0; i < spec.constitutions_size(); ++i) {
    RETURN_IF_ERROR(CheckConstitutions(spec.constitutions(i), PathOf("constitutions", i), locations));
  }
  for (int i = 0; i < spec.arms_size(); ++i) RETURN_IF_ERROR(CheckArm(spec, i, locations));
  RETURN_IF_ERROR(CheckReferences(spec, locations));
  RETURN_IF_ERROR(CheckNoCycle(spec, locations));
  RETURN_IF_ERROR(CheckServers(spec, locations));
  return CheckResponseFrames(spec, locations);
}

}  // namespace experiments
