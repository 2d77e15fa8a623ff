// Sampling of the next token from logits: repetition penalty (Keskar et al., arXiv:1909.05858), temperature, top-k (Fan
// et al., arXiv:1805.04833), nucleus or top-p (Holtzman et al., arXiv:1904.09751) and min-p (Nguyen et al.,
// arXiv:2407.01082), in this order, which is that of transformers.
//
// In double precision and in a fixed order, so that a token depends on nothing but the logits and the random stream.
#ifndef LM_DECODING_SAMPLING_H_
#define LM_DECODING_SAMPLING_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/types/span.h"
#include "base/random.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct SamplingOptions {
  double temperature = 0;  // 0: greedy, ties to the lowest id; the cuts below then change nothing
  int64_t top_k = 0;       // keeps tokens at least as probable as the k-th most probable one; 0: all
  double top_p = 1;        // keeps the smallest set of most probable tokens whose probability is >= top_p, in (0, 1]
  double min_p = 0;        // keeps tokens at least min_p times as probable as the most probable one, in [0, 1]
  double repetition_penalty =
      1;  // > 0: logits of tokens in the text so far are divided by it, negative ones multiplied
};

// kInvalidArgument names the option that is out of range.
absl::Status CheckSamplingOptions(const SamplingOptions& options);

struct TokenProbability {
  int32_t id;
  double probability;
};

// The id of the largest logit, the lowest of several; -1 when a logit is NaN or the largest is not finite.
int32_t LargestLogit(absl::Span<const float> logits);

// Each id's penalty counts once, however often it occurs.
void PenalizeRepetition(double penalty, absl::Span<const int32_t> text, absl::Span<float> logits);

// softmax(logits / temperature) after the cuts, made to sum to 1. By descending probability (of equal ones the lowest
// ids first) if top_p < 1, else by id. Needs temperature > 0, other options in range, and logits that LargestLogit
// accepts. The repetition penalty is not its concern.
std::vector<TokenProbability> SamplingDistribution(absl::Span<const float> logits, const SamplingOptions& options);

// A token of SamplingDistribution, by one number of the stream; LargestLogit, and no number, at temperature 0.
// -1 where LargestLogit is.
int32_t SampleToken(absl::Span<const float> logits, const SamplingOptions& options, base::RandomStream& stream);

}  // namespace lm

#endif  // LM_DECODING_SAMPLING_H_
