#include "lm/decoding/next_token.h"

#include <algorithm>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"

namespace lm {

absl::Status CheckNotCancelled(const GenerationOptions& options) {
  return options.is_cancelled && options.is_cancelled() ? absl::CancelledError("generation was cancelled")
                                                        : absl::OkStatus();
}

OpenSequence::OpenSequence(const GenerationOptions& options, const std::vector<GenerationRequest>& requests,
                           int64_t request, Generation& result)
    : options_(&options),
      prompt_(&requests[request].prompt),
      request_(request),
      result_(&result),
      stream_(options.seed, options.stream, requests[request].item, requests[request].sample) {}

int32_t OpenSequence::Choose(absl::Span<const float> logits) {
  const SamplingOptions& sampling = options_->sampling;
  if (sampling.repetition_penalty == 1) return SampleToken(logits, sampling, stream_);
  std::vector<float> penalized(logits.begin(), logits.end());
  TokenIds text = *prompt_;
  text.insert(text.end(), ids().begin(), ids().end());
  PenalizeRepetition(sampling.repetition_penalty, text, absl::MakeSpan(penalized));
  return SampleToken(penalized, sampling, stream_);
}

absl::StatusOr<bool> OpenSequence::TakeToken(absl::Span<const float> logits) { return TakeId(Choose(logits)); }

absl::StatusOr<bool> OpenSequence::TakeId(int32_t id) {
  if (id < 0) {
    return absl::InternalError(
        absl::StrCat("generation request ", request_, ": the model's logits are not finite; are its weights?"));
  }
  TokenIds& ids = result_->ids;
  ids.push_back(id);
  const bool stop = std::count(options_->stop_ids.begin(), options_->stop_ids.end(), id) > 0 ||
                    (options_->ends && options_->ends(request_, ids));
  result_->finish_reason = stop ? FinishReason::kStop : FinishReason::kLength;
  return stop || static_cast<int64_t>(ids.size()) == options_->max_new_tokens;
}

}  // namespace lm
