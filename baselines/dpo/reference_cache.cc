#include "baselines/dpo/reference_cache.h"

#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/hash.h"
#include "base/status.h"
#include "baselines/dpo/objective.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/config/config.h"

namespace dpo {
namespace {

constexpr char kTensor[] = "log_probs";
constexpr char kKey[] = "key";

std::optional<std::vector<ReferenceLogProbs>> Read(const std::string& path, const std::string& key, size_t count) {
  const absl::StatusOr<lm::SafetensorsFile> file = lm::SafetensorsFile::Open(path);
  if (!file.ok()) return std::nullopt;
  const auto found = file->metadata().find(kKey);
  const lm::TensorView* view = file->Find(kTensor);
  const std::vector<int64_t> shape = {static_cast<int64_t>(count), 2};
  if (found == file->metadata().end() || found->second != key || view == nullptr || view->shape != shape ||
      view->dtype != lm::DType::kF64) {
    return std::nullopt;
  }
  const torch::Tensor values = lm::ToTensor(*view);
  std::vector<ReferenceLogProbs> references(count);
  const double* value = values.data_ptr<double>();
  for (size_t i = 0; i < count; ++i) references[i] = {value[2 * i], value[2 * i + 1]};
  return references;
}

absl::Status Write(const std::string& path, const std::string& key, const std::vector<ReferenceLogProbs>& references) {
  std::vector<double> values;
  for (const ReferenceLogProbs& reference : references) {
    values.push_back(reference.chosen);
    values.push_back(reference.rejected);
  }
  const torch::Tensor tensor = torch::tensor(values, torch::kFloat64).view({-1, 2});
  return lm::WriteSafetensors(path, {lm::ViewOf(kTensor, tensor)}, {{kKey, key}});
}

}  // namespace

std::string ReferenceKey(const lm::Decoder& reference, const std::vector<PreferenceExample>& examples) {
  std::string text = lm::ModelConfigToJson(reference.config());
  for (const lm::Parameter& parameter : reference.parameters()) {
    const torch::Tensor value = parameter.value.detach().cpu().contiguous();
    absl::StrAppend(&text, parameter.name, " ", torch::toString(value.scalar_type()), " ",
                    absl::StrJoin(value.sizes(), "x"), " ",
                    base::Sha256Hex({static_cast<const char*>(value.data_ptr()), value.nbytes()}), "\n");
  }
  for (const PreferenceExample& example : examples) {
    absl::StrAppend(&text, absl::StrJoin(example.prompt, " "), "|", absl::StrJoin(example.chosen, " "), "|",
                    absl::StrJoin(example.rejected, " "), "\n");
  }
  return base::Sha256Hex(text);
}

absl::StatusOr<std::vector<ReferenceLogProbs>> CachedReferenceLogProbs(const std::string& path,
                                                                       const lm::Decoder& reference,
                                                                       const std::vector<PreferenceExample>& examples,
                                                                       int threads, base::Progress* progress) {
  const std::string key = ReferenceKey(reference, examples);
  std::optional<std::vector<ReferenceLogProbs>> kept = Read(path, key, examples.size());
  if (kept.has_value()) return *std::move(kept);
  ASSIGN_OR_RETURN(std::vector<ReferenceLogProbs> references,
                   ComputeReferenceLogProbs(reference, examples, threads, progress));
  RETURN_IF_ERROR(Write(path, key, references));
  return references;
}

}  // namespace dpo
