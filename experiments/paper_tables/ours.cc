#include "experiments/paper_tables/ours.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "analysis/measures/win_rate.h"
#include "base/status.h"
#include "experiments/spec/nodes.h"
#include "google/protobuf/util/json_util.h"

namespace experiments {
namespace {

using ::base::Json;

// What this version knows of the run's spec, fields by their names.
absl::StatusOr<Json> SpecAsJson(const RunFiles& run) {
  std::string json;
  google::protobuf::util::JsonPrintOptions options;
  options.preserve_proto_field_names = true;
  const auto status = google::protobuf::util::MessageToJsonString(run.spec(), &json, options);
  if (!status.ok()) return absl::InvalidArgumentError(absl::StrCat(run.path(), ": ", status.ToString()));
  return base::ParseJson(json, run.path());
}

// A member, or NaN. 64-bit integers are texts in Protobuf's JSON.
double Number(const Json& value) {
  if (value.is_number()) return value.get<double>();
  double number = analysis::kUndefined;
  if (value.is_string() && !absl::SimpleAtod(value.get<std::string>(), &number)) return analysis::kUndefined;
  return number;
}

// Whether a node has this name, or is one of its seeds, "NAME-sSEED".
bool IsNamed(const Json& node, const std::string& name) {
  const auto found = node.find("name");
  if (found == node.end() || !found->is_string()) return false;
  const std::string text = found->get<std::string>();
  absl::string_view seed = text;
  uint64_t number = 0;
  return text == name || (absl::ConsumePrefix(&seed, absl::StrCat(name, "-s")) && absl::SimpleAtoi(seed, &number));
}

bool Fits(const std::string& name, const std::vector<std::string>& beginnings) {
  return beginnings.empty() || std::any_of(beginnings.begin(), beginnings.end(), [&](const std::string& beginning) {
           return absl::StartsWith(name, beginning);
         });
}

}  // namespace

double NumberAt(const Json& value, absl::string_view path) {
  Json at = value;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    const std::vector<std::string> parts = absl::StrSplit(absl::StripSuffix(step, "]"), '[');
    if (!at.is_object() || !at.contains(parts[0])) return analysis::kUndefined;
    Json next = at[parts[0]];
    if (parts.size() == 2) {
      if (!next.is_array()) return analysis::kUndefined;
      Json named;
      for (const Json& entry : next) {
        if (IsNamed(entry, parts[1])) named = entry;
      }
      next = std::move(named);
    }
    at = std::move(next);
  }
  return Number(at);
}

absl::StatusOr<OurRun> OurRun::Open(const std::string& folder) {
  ASSIGN_OR_RETURN(RunFiles files, RunFiles::Open(folder));
  OurRun run(std::move(files));
  ASSIGN_OR_RETURN(run.spec_, SpecAsJson(run.files_));
  run.win_rates_ = ReadWinRates(run.files_);
  run.accuracies_ = ReadAccuracies(run.files_);
  return run;
}

std::string OurRun::ModelOf(const std::string& arm) const {
  std::string name = arm;
  // As often as there are arms: the spec may have been changed, and not be valid.
  for (int step = 0; step < files_.spec().arms_size(); ++step) {
    const sami_harness::Arm* node = FindArm(files_.spec(), name);
    if (node == nullptr) break;
    name = IsTrained(*node) ? node->parent() : node->model();
  }
  const sami_harness::Model* model = FindNode(files_.spec().models(), name);
  if (model == nullptr) return "";
  if (model->has_folder()) return model->folder();
  return model->has_endpoint() ? model->endpoint().model() : model->name();
}

std::vector<OurNumber> OurRun::FindWinRates(const OurSource& source, const ReportedRow& row,
                                            const std::string& category) const {
  const bool lowest = category == kLowest, of_range = lowest || category == kHighest;
  const auto renamed = source.categories.find(category);
  const std::string name = renamed != source.categories.end() ? renamed->second
                           : of_range                         ? analysis::kOverall
                                                              : category;
  std::vector<OurNumber> numbers;
  for (const std::string& comparison : row.ours) {
    for (const RunWinRate& rate : win_rates_) {
      if (rate.comparison != comparison || rate.category != name || rate.setting != source.setting) continue;
      if (!row.evaluation.empty() && rate.evaluation != row.evaluation) continue;
      if (!rate.judge.is_rule && rate.judge.principles != source.principles) continue;
      OurNumber number{files_.spec().name(), ModelOf(comparison.substr(0, comparison.find("_vs_"))),
                       comparison,           rate.evaluation,
                       rate.setting,         rate.judge,
                       rate.seeds,           rate.estimate};
      // Of a range, one a judge and evaluation.
      const auto same = std::find_if(numbers.begin(), numbers.end(), [&](const OurNumber& one) {
        return one.judge.name == number.judge.name && one.evaluation == number.evaluation;
      });
      if (!of_range || same == numbers.end()) {
        numbers.push_back(std::move(number));
      } else if ((number.estimate.value < same->estimate.value) == lowest) {
        *same = std::move(number);
      }
    }
  }
  return numbers;
}

std::vector<OurNumber> OurRun::Find(const ReportedTable& table, const ReportedRow& row,
                                    const std::string& category) const {
  if (row.ours.empty()) return {};
  if (!Fits(name(), row.runs) || !Fits(name(), table.ours->runs)) return {};
  const OurSource& source = *table.ours;
  if (source.kind == OurSource::kWinRates) return FindWinRates(source, row, category);
  OurNumber number;
  number.run = name();
  if (source.kind == OurSource::kSpec) {
    if (!spec_.contains(source.spec)) return {};
    for (const std::string& path : row.ours) {
      if (!std::isfinite(number.estimate.value)) number.estimate.value = NumberAt(spec_, path);
    }
  } else {
    const auto renamed = source.categories.find(category);
    const std::string& ours = renamed == source.categories.end() ? category : renamed->second;
    for (const AccuracyRow& accuracy : accuracies_) {
      if (accuracy.name == row.ours[0] && accuracy.category == ours) number.estimate = accuracy.estimate;
    }
  }
  if (!std::isfinite(number.estimate.value)) return {};
  return {number};
}

}  // namespace experiments
