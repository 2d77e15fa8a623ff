#include "lm/checkpoint/weight_values.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "base/status.h"
#include "lm/checkpoint/tensor_io.h"

namespace lm {
namespace {

using Visit = absl::FunctionRef<absl::Status(int64_t begin, const TensorView& part)>;

absl::Status Bad(const StoredWeight& weight, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(weight.file->path(), ": tensor \"", weight.view->name, "\" ", what));
}

// Visits finite values, and gives back the memory that each part of the file took.
absl::Status ForEachFinitePart(const StoredWeight& weight, Visit visit) {
  return ForEachPart(*weight.view, [&](int64_t begin, const TensorView& part) -> absl::Status {
    if (!AllFinite(part)) return Bad(weight, "holds a value that is not finite");
    RETURN_IF_ERROR(visit(begin, part));
    weight.file->Release(part.bytes);
    return absl::OkStatus();
  });
}

// Straight to its place where that can be: a copy between the two would leave holes in the heap.
void CopyPart(const TensorView& part, torch::Tensor out) {
  if (out.device().is_cpu() && out.scalar_type() == ScalarTypeOf(part.dtype)) {
    std::memcpy(out.data_ptr(), part.bytes.data(), part.bytes.size());
  } else {
    out.copy_(ToTensor(part));
  }
}

}  // namespace

absl::Status ReadValues(const StoredWeight& weight, const torch::Tensor& out) {
  const torch::Tensor flat = out.view({-1});
  return ForEachFinitePart(weight, [&](int64_t begin, const TensorView& part) {
    CopyPart(part, flat.narrow(0, begin, part.shape[0]));
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
  return ForEachFinitePart(weight, [](int64_t, const TensorView&) { return absl::OkStatus(); });
}

absl::Status CheckTiedHead(const ModelConfig& config, const WeightFiles& files) {
  const FamilyTraits& traits = TraitsOf(config.family);
  const std::string name = absl::StrCat(traits.embedding, ".weight");
  const auto head = files.weights.find(absl::StrCat(traits.head, ".weight"));
  if (head == files.weights.end()) return absl::OkStatus();
  const StoredWeight& embedding = files.weights.at(name);
  const int64_t size = DTypeBytes(embedding.view->dtype);
  return ForEachFinitePart(head->second, [&](int64_t begin, const TensorView& part) {
    TensorView same = {name, embedding.view->dtype, part.shape, {}};
    same.bytes = embedding.view->bytes.substr(begin * size, part.shape[0] * size);
    const bool equal = torch::equal(ToTensor(part).to(torch::kFloat32), ToTensor(same).to(torch::kFloat32));
    embedding.file->Release(same.bytes);
    return equal ? absl::OkStatus()
                 : Bad(head->second,
                       absl::StrCat("differs from \"", name, "\", although config.json says tie_word_embeddings"));
  });
}

}  // namespace lm
