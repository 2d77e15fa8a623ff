#include "baselines/responses/reference.h"

#include <algorithm>
#include <cmath>
#include <exception>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "base/check.h"
#include "base/hash.h"
#include "base/parallel.h"
#include "base/status.h"
#include "lm/checkpoint/safetensors.h"
#include "lm/checkpoint/tensor_io.h"
#include "lm/config/config.h"
#include "lm/runtime/exception_status.h"
#include "lm/runtime/runtime.h"

namespace responses {
namespace {

// Items that the reference scores at once.
constexpr int64_t kReferenceBatch = 8;
// What two summations of the same float32 log-probabilities may differ by, relative to their size: 100 units in the
// last place. Ratios that matter are far larger.
constexpr double kStartTolerance = 1e-5;
constexpr char kTensor[] = "log_probs";
constexpr char kKey[] = "key";

std::vector<int64_t> Range(int64_t begin, int64_t end) {
  std::vector<int64_t> indices(end - begin);
  std::iota(indices.begin(), indices.end(), begin);
  return indices;
}

std::optional<torch::Tensor> Read(const std::string& path, const std::string& key, const std::vector<int64_t>& shape) {
  const absl::StatusOr<lm::SafetensorsFile> file = lm::SafetensorsFile::Open(path);
  if (!file.ok()) return std::nullopt;
  const auto found = file->metadata().find(kKey);
  const lm::TensorView* view = file->Find(kTensor);
  if (found == file->metadata().end() || found->second != key || view == nullptr || view->shape != shape ||
      view->dtype != lm::DType::kF64) {
    return std::nullopt;
  }
  return lm::ToTensor(*view);
}

int64_t ResponsesOf(const std::vector<Item>& items) { return items.empty() ? 1 : items[0].responses.size(); }

}  // namespace

absl::StatusOr<torch::Tensor> ReferenceSums(const lm::Decoder& reference, const std::vector<Item>& items,
                                            std::optional<double> ld_alpha, absl::string_view what, int threads,
                                            base::Progress* progress, training::Group& group) {
  const int64_t n = items.size(), batches = (n + kReferenceBatch - 1) / kReferenceBatch;
  const int64_t ranks = group.size(), own_batches = (batches + ranks - 1 - group.rank()) / ranks;
  torch::Tensor sums_NR = torch::zeros({n, ResponsesOf(items)}, torch::kFloat64);
  const auto rows = [&](int64_t b) {
    return sums_NR.narrow(0, b * kReferenceBatch, std::min(kReferenceBatch, n - b * kReferenceBatch));
  };
  std::vector<absl::Status> statuses(own_batches);
  const int at_once = reference.layer_source() == nullptr ? threads : 1;
  base::ParallelFor(own_batches, at_once, [&](int64_t own) {
    lm::ObeyThreadLimit();
    const torch::NoGradGuard no_grad;  // belongs to the thread
    const int64_t b = own * ranks + group.rank(), begin = b * kReferenceBatch, end = begin + rows(b).size(0);
    try {
      rows(b).copy_(Score(reference, items, Range(begin, end), {ld_alpha}).weighted_NR);
    } catch (const std::exception& e) {
      statuses[own] = lm::StatusFromException(e, absl::StrCat(what, "s from ", begin));
    }
    if (progress != nullptr) progress->Add(end - begin);
  });
  absl::Status first = reference.MeetOthers();
  for (const absl::Status& status : statuses) first.Update(status);
  RETURN_IF_ERROR(training::Agreed(group, first));
  for (int64_t b = 0; b < batches; ++b) RETURN_IF_ERROR(training::ShareFrom(group, b % ranks, rows(b)));
  RETURN_IF_ERROR(group.Flush());
  const torch::Tensor finite_N = sums_NR.isfinite().all(1);
  for (int64_t i = 0; i < n; ++i) {
    if (finite_N[i].item<bool>()) continue;
    return absl::InternalError(absl::StrCat(what, " ", i, ": the reference model's log-probability is not finite"));
  }
  return sums_NR;
}

std::string ReferenceKey(const lm::Decoder& reference, const std::vector<Item>& items, std::optional<double> ld_alpha) {
  std::string text = lm::ModelConfigToJson(reference.config());
  lm::WeightsInTurn weights(reference);
  for (size_t i = 0; i < reference.parameters().size(); ++i) {
    const torch::Tensor value = weights.Get(i).detach().cpu().contiguous();
    absl::StrAppend(&text, reference.parameters()[i].name, " ", torch::toString(value.scalar_type()), " ",
                    absl::StrJoin(value.sizes(), "x"), " ",
                    base::Sha256Hex({static_cast<const char*>(value.data_ptr()), value.nbytes()}), "\n");
  }
  for (const Item& item : items) {
    absl::StrAppend(&text, absl::StrJoin(item.prompt, " "));
    for (const lm::TokenIds& response : item.responses) absl::StrAppend(&text, "|", absl::StrJoin(response, " "));
    absl::StrAppend(&text, "\n");
  }
  if (ld_alpha.has_value()) absl::StrAppend(&text, "ld_alpha ", absl::StrFormat("%.17g", *ld_alpha), "\n");
  return base::Sha256Hex(text);
}

absl::StatusOr<torch::Tensor> CachedReferenceSums(const std::string& path, const lm::Decoder& reference,
                                                  const std::vector<Item>& items, std::optional<double> ld_alpha,
                                                  absl::string_view what, int threads, base::Progress* progress,
                                                  training::Group& group) {
  const std::vector<int64_t> shape = {static_cast<int64_t>(items.size()), ResponsesOf(items)};
  const std::string key = group.leads() ? ReferenceKey(reference, items, ld_alpha) : "";
  RETURN_IF_ERROR(reference.MeetOthers());
  std::optional<torch::Tensor> kept = group.leads() ? Read(path, key, shape) : std::nullopt;
  ASSIGN_OR_RETURN(const std::string known, training::LeadersText(group, kept.has_value() ? "kept" : ""));
  if (!known.empty()) {
    const torch::Tensor sums_NR = kept.has_value() ? kept->contiguous() : torch::zeros(shape, torch::kFloat64);
    RETURN_IF_ERROR(training::ShareFrom(group, 0, sums_NR));
    RETURN_IF_ERROR(group.Flush());
    return sums_NR;
  }
  ASSIGN_OR_RETURN(torch::Tensor sums_NR, ReferenceSums(reference, items, ld_alpha, what, threads, progress, group));
  if (group.leads()) RETURN_IF_ERROR(lm::WriteSafetensors(path, {lm::ViewOf(kTensor, sums_NR)}, {{kKey, key}}));
  return sums_NR;
}

absl::Status CheckStartsAtReference(const lm::Decoder& policy, const std::vector<Item>& items,
                                    const torch::Tensor& reference_NR, std::optional<double> ld_alpha,
                                    absl::string_view what) {
  SAMI_CHECK_EQ(reference_NR.size(0), static_cast<int64_t>(items.size()));
  const torch::NoGradGuard no_grad;
  const int64_t count = std::min<int64_t>(items.size(), kReferenceBatch);
  if (count == 0) return absl::OkStatus();
  torch::Tensor now_NR;
  absl::Status status;
  try {
    now_NR = Score(policy, items, Range(0, count), {ld_alpha}).weighted_NR.to(torch::kCPU, torch::kFloat64);
  } catch (const std::exception& e) {
    status = lm::StatusFromException(e, absl::StrCat(what, "s from 0"));
  }
  RETURN_IF_ERROR(policy.MeetOthers());
  RETURN_IF_ERROR(status);
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t r = 0; r < now_NR.size(1); ++r) {
      const double now = now_NR[i][r].item<double>(), ratio = now - reference_NR[i][r].item<double>();
      if (std::abs(ratio) <= kStartTolerance * (1 + std::abs(now))) continue;
      return absl::FailedPreconditionError(absl::StrCat(
          what, " ", i, ": before the first step a response's log-probability differs by ", ratio,
          " from the reference's, and so the loss does not begin where it must (DPO's at log 2): the reference ",
          "log-probabilities are not the model's own. Remove them, to have them computed again"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<torch::Tensor> ParentSums(const training::ObjectiveInputs& inputs, const std::vector<Item>& items,
                                         std::optional<double> ld_alpha, absl::string_view what) {
  base::Progress progress(absl::StrCat("reference of ", inputs.arm), items.size(), absl::StrCat(what, "s"));
  ASSIGN_OR_RETURN(torch::Tensor sums_NR,
                   CachedReferenceSums(absl::StrCat(inputs.scratch, "/reference.safetensors"), inputs.parent, items,
                                       ld_alpha, what, inputs.threads, &progress, training::OrAlone(inputs.group)));
  RETURN_IF_ERROR(CheckStartsAtReference(inputs.parent, items, sums_NR, ld_alpha, what));
  return sums_NR;
}

torch::Tensor Rows(const torch::Tensor& sums_NR, absl::Span<const int64_t> indices, torch::TensorOptions like) {
  const torch::Tensor index = torch::tensor(std::vector<int64_t>(indices.begin(), indices.end()), torch::kInt64);
  return sums_NR.index_select(0, index).to(like.requires_grad(false));
}

}  // namespace responses
