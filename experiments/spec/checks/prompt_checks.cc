#include "experiments/spec/checks/prompt_checks.h"

#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "experiments/spec/nodes.h"

namespace experiments {
namespace {

using ::sami_harness::ExperimentSpec;
using ::sami_harness::Prompts;

absl::Status CheckPlaces(const std::string& text, const std::string& path, std::initializer_list<const char*> places,
                         const base::FieldLocations& locations) {
  for (const char* place : places) {
    if (absl::StrContains(text, place)) continue;
    return locations.Error(path, absl::StrCat("has no \"", place, "\"; put it where it belongs"));
  }
  return absl::OkStatus();
}

// That these prompts may be put to each of `asked`, arms or models.
absl::Status CheckFrame(const ExperimentSpec& spec, const std::string& path, const std::string& prompts,
                        const std::vector<std::string>& asked, const base::FieldLocations& locations) {
  const Prompts* node = FindNode(spec.prompts(), prompts);
  if (node == nullptr || node->response_start().empty()) return absl::OkStatus();
  for (const std::string& arm_or_model : asked) {
    const sami_harness::Model* root = FindNode(spec.models(), RootModel(spec, arm_or_model));
    if (root == nullptr || (root->has_folder() && !root->has_chat())) continue;
    return locations.Error(
        base::Below(path, "prompts"),
        absl::StrCat("is \"", prompts, "\", which has response_start, and ", arm_or_model,
                     " is asked in conversation, where a reply begins anew; use prompts without response_start"));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status CheckWordings(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  for (int i = 0; i < spec.prompts_size(); ++i) {
    const std::string path = base::Below("", "prompts", i);
    RETURN_IF_ERROR(CheckPlaces(spec.prompts(i).with_constitution(), base::Below(path, "with_constitution"),
                                {"{constitution}", "{query}"}, locations));
    const std::string without = base::Below(path, "without_constitution");
    RETURN_IF_ERROR(CheckPlaces(spec.prompts(i).without_constitution(), without, {"{query}"}, locations));
    if (absl::StrContains(spec.prompts(i).without_constitution(), "{constitution}")) {
      return locations.Error(without, "has \"{constitution}\", and there is none; take it out");
    }
  }
  return absl::OkStatus();
}

absl::Status CheckResponseFrames(const ExperimentSpec& spec, const base::FieldLocations& locations) {
  for (int i = 0; i < spec.data_size(); ++i) {
    RETURN_IF_ERROR(
        CheckFrame(spec, base::Below("", "data", i), spec.data(i).prompts(), {spec.data(i).generator()}, locations));
  }
  for (int i = 0; i < spec.evaluations_size(); ++i) {
    RETURN_IF_ERROR(CheckFrame(spec, base::Below("", "evaluations", i), spec.evaluations(i).prompts(),
                               AskedArms(spec, spec.evaluations(i)), locations));
  }
  for (int i = 0; i < spec.information_size(); ++i) {
    const Prompts* node = FindNode(spec.prompts(), spec.information(i).prompts());
    if (node == nullptr || (node->response_start().empty() && node->response_after().empty())) continue;
    return locations.Error(base::Below(base::Below("", "information", i), "prompts"),
                           absl::StrCat("is \"", node->name(),
                                        "\", which has response_start or response_after; the information is of all "
                                        "that a model writes: use prompts without them"));
  }
  return absl::OkStatus();
}

}  // namespace experiments
