#include "lm/checkpoint/weight_values.h"

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "lm/checkpoint/tensor_io.h"

namespace lm {
namespace {

using Visit = absl::FunctionRef<absl::Status(int64_t begin, const torch::Tensor& part)>;

absl::Status Bad(const StoredWeight& weight, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(weight.file->path(), ": tensor \"", weight.view->name, "\" ", what));
}

absl::Status ForEachPartOnce(const StoredWeight& weight, Visit visit) {
  const int64_t size = DTypeBytes(weight.view->dtype);
  return ForEachPart(*weight.view, [&](int64_t begin, const torch::Tensor& part) {
    weight.file->Release(weight.view->bytes.substr(begin * size, part.numel() * size));
    return visit(begin, part);
  });
}

}  // namespace

absl::Status ReadValues(const StoredWeight& weight, const torch::Tensor& out) {
  const torch::Tensor flat = out.view({-1});
  return ForEachPartOnce(weight, [&](int64_t begin, const torch::Tensor& part) {
    if (!AllFinite(part)) return Bad(weight, "holds a value that is not finite");
    flat.narrow(0, begin, part.numel()).copy_(part);
    return absl::OkStatus();
  });
}

absl::Status ReadValues(const StoredWeight& weight, int64_t begin, const torch::Tensor& out) {
  const int64_t size = DTypeBytes(weight.view->dtype);
  const TensorView part = {weight.view->name,
                           weight.view->dtype,
                           {out.numel()},
                           weight.view->bytes.substr(begin * size, out.numel() * size)};
  return ReadValues({weight.file, &part}, out);
}

absl::Status CheckValues(const StoredWeight& weight) {
  return ForEachPartOnce(weight, [&](int64_t, const torch::Tensor& part) {
    return AllFinite(part) ? absl::OkStatus() : Bad(weight, "holds a value that is not finite");
  });
}

absl::Status CheckTiedHead(const ModelConfig& config, const WeightFiles& files) {
  const FamilyTraits& traits = TraitsOf(config.family);
  const std::string name = absl::StrCat(traits.embedding, ".weight");
  const auto head = files.weights.find(absl::StrCat(traits.head, ".weight"));
  if (head == files.weights.end()) return absl::OkStatus();
  const StoredWeight& embedding = files.weights.at(name);
  const int64_t size = DTypeBytes(embedding.view->dtype);
  return ForEachPartOnce(head->second, [&](int64_t begin, const torch::Tensor& part) {
    TensorView same = {name, embedding.view->dtype, {part.numel()}, {}};
    same.bytes = embedding.view->bytes.substr(begin * size, part.numel() * size);
    const bool equal = torch::equal(part.to(torch::kFloat32), ToTensor(same).to(torch::kFloat32));
    embedding.file->Release(same.bytes);
    return equal ? absl::OkStatus()
                 : Bad(head->second,
                       absl::StrCat("differs from \"", name, "\", although config.json says tie_word_embeddings"));
  });
}

}  // namespace lm
