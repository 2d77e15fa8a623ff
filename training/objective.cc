#include "training/objective.h"

#include "base/check.h"

namespace training {

torch::Tensor Objective::Statistics(const lm::Decoder&, absl::Span<const int64_t>) const {
  SAMI_CHECK(false) << "an objective without a first phase";
  return {};
}

Evaluation Objective::Evaluate(const lm::Decoder& model, absl::Span<const int64_t> batch) const {
  torch::Tensor statistics;
  if (has_statistics()) {
    const torch::NoGradGuard no_grad;
    statistics = Statistics(model, batch);
  }
  return EvaluateShare(model, {batch, 0, static_cast<int64_t>(batch.size()), statistics});
}

}  // namespace training
