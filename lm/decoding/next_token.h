// The next token of a sequence that is being decoded: takes token after token until the sequence ends.
#ifndef LM_DECODING_NEXT_TOKEN_H_
#define LM_DECODING_NEXT_TOKEN_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/random.h"
#include "lm/decoding/generation_options.h"

namespace lm {

// kCancelled when options.is_cancelled says so.
absl::Status CheckNotCancelled(const GenerationOptions& options);

class OpenSequence {
 public:
  // All must outlive it. Writes to `result`.
  OpenSequence(const GenerationOptions& options, const std::vector<GenerationRequest>& requests, int64_t request,
               Generation& result);

  int64_t request() const { return request_; }
  const TokenIds& ids() const { return result_->ids; }

  // Chooses the next token by the logits that follow the text so far; whether it was the last. kInternal when they are
  // not finite.
  absl::StatusOr<bool> TakeToken(absl::Span<const float> logits);
  // The same, chosen elsewhere (device_sampling.h); < 0: the logits are not finite.
  absl::StatusOr<bool> TakeId(int32_t id);
  // The number that sampling takes for its next token.
  double NextUniform() { return stream_.Uniform(); }

 private:
  int32_t Choose(absl::Span<const float> logits);

  const GenerationOptions* options_;
  const TokenIds* prompt_;
  int64_t request_;
  Generation* result_;
  base::RandomStream stream_;
};

}  // namespace lm

#endif  // LM_DECODING_NEXT_TOKEN_H_
