#include "conformance/pack.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "base/file.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"

namespace sami {
namespace {

constexpr char kAnswers[] = "answers.safetensors";
constexpr char kErrors[] = "errors.json";

std::string InFolder(const std::string& folder, const char* file) { return absl::StrCat(folder, "/", file); }

base::OrderedJson Names(const NamedTensors& tensors) {
  base::OrderedJson names = base::OrderedJson::array();
  for (const auto& [name, tensor] : tensors) names.push_back(name);
  return names;
}

absl::Status WriteTensors(const std::vector<ConformanceCase>& cases, const NamedTensors ConformanceCase::*which,
                          const std::string& path) {
  std::vector<lm::TensorView> views;
  for (const ConformanceCase& c : cases) {
    for (const auto& [name, tensor] : c.*which) views.push_back(lm::ViewOf(absl::StrCat(c.id, "/", name), tensor));
  }
  return lm::WriteSafetensors(path, std::move(views));
}

// What is wrong with an answer, or nothing.
std::string Fault(const lm::TensorView* view, const torch::Tensor& expected) {
  if (view == nullptr) return "missing";
  if (view->dtype != lm::DType::kF64 && view->dtype != lm::DType::kF32) return "neither float64 nor float32";
  if (view->shape != expected.sizes().vec()) {
    return absl::StrCat("of shape ", lm::ShapeText(view->shape), ", not ", lm::ShapeText(expected.sizes().vec()));
  }
  const torch::Tensor actual = lm::ToTensor(*view).to(torch::kFloat64);
  if (!actual.isfinite().all().item<bool>()) return "not finite";
  const double limit =
      (view->dtype == lm::DType::kF64 ? 1e-10 : 1e-5) * std::max(1.0, expected.abs().max().item<double>());
  const double difference = (actual - expected).abs().max().item<double>();
  return difference <= limit ? "" : absl::StrCat("off by ", difference, ", more than ", limit);
}

std::string CheckCase(const ConformanceCase& c, const lm::SafetensorsFile& answers, const base::Json& errors) {
  const bool refused = errors.contains(c.id);
  if (!c.error.empty()) return refused ? "" : absl::StrCat("should have been refused: ", c.error);
  if (refused) return "was refused";
  std::string faults;
  for (const auto& [name, expected] : c.answers) {
    const std::string fault = Fault(answers.Find(absl::StrCat(c.id, "/", name)), expected);
    if (!fault.empty()) absl::StrAppend(&faults, faults.empty() ? "" : "; ", name, " is ", fault);
  }
  return faults;
}

}  // namespace

absl::Status WriteConformancePack(const std::vector<ConformanceCase>& cases, const std::string& folder) {
  base::OrderedJson list = base::OrderedJson::array(), errors = base::OrderedJson::object();
  for (const ConformanceCase& c : cases) {
    base::OrderedJson json;
    json["id"] = c.id;
    json["kind"] = c.kind;
    json["options"] = c.options;
    json["inputs"] = Names(c.inputs);
    json["answers"] = Names(c.answers);
    json["error"] = c.error;
    list.push_back(std::move(json));
    if (!c.error.empty()) errors[c.id] = c.error;
  }
  return base::WriteFolderAtomically(folder, [&](const std::string& partial) -> absl::Status {
    RETURN_IF_ERROR(base::WriteFileAtomically(InFolder(partial, "README.md"), kConformanceReadme));
    RETURN_IF_ERROR(base::WriteFileAtomically(InFolder(partial, "cases.json"), list.dump(1) + "\n"));
    RETURN_IF_ERROR(base::WriteFileAtomically(InFolder(partial, kErrors), errors.dump(1) + "\n"));
    RETURN_IF_ERROR(WriteTensors(cases, &ConformanceCase::inputs, InFolder(partial, "inputs.safetensors")));
    return WriteTensors(cases, &ConformanceCase::answers, InFolder(partial, kAnswers));
  });
}

absl::StatusOr<std::vector<std::string>> CheckConformance(const std::vector<ConformanceCase>& cases,
                                                          const std::string& folder) {
  ASSIGN_OR_RETURN(const lm::SafetensorsFile answers, lm::SafetensorsFile::Open(InFolder(folder, kAnswers)));
  ASSIGN_OR_RETURN(const std::string text, base::ReadFile(InFolder(folder, kErrors)));
  ASSIGN_OR_RETURN(const base::Json errors, base::ParseJson(text, InFolder(folder, kErrors)));
  if (!errors.is_object()) return absl::InvalidArgumentError(InFolder(folder, kErrors) + ": must be a JSON object");
  std::vector<std::string> failures;
  for (const ConformanceCase& c : cases) {
    const std::string fault = CheckCase(c, answers, errors);
    if (!fault.empty()) failures.push_back(absl::StrCat(c.id, ": ", fault));
  }
  return failures;
}

}  // namespace sami
