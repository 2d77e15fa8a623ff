// From logits to the next token: greedy, temperature, nucleus (Holtzman et al., arXiv:1904.09751).
//
// In double precision and in a fixed order, so that a token depends on nothing but the logits and the random stream.
#ifndef LM_SAMPLING_H_
#define LM_SAMPLING_H_

#include <cstdint>
#include <vector>

#include "absl/types/span.h"
#include "base/random.h"

namespace lm {

struct TokenProbability {
  int32_t id;
  double probability;
};

// The id of the largest logit, the lowest of several; -1 when a logit is NaN or the largest is not finite.
int32_t LargestLogit(absl::Span<const float> logits);

// softmax(logits / temperature), cut to the smallest set of most probable tokens (of equal ones the lowest ids first)
// whose probability is at least top_p, and made to sum to 1. By descending probability if top_p < 1, else by id. Needs
// temperature > 0, top_p in (0, 1] and logits that LargestLogit accepts.
std::vector<TokenProbability> SamplingDistribution(absl::Span<const float> logits, double temperature, double top_p);

// A token of SamplingDistribution, by one number of the stream; LargestLogit, and no number, at temperature 0.
// -1 where LargestLogit is.
int32_t SampleToken(absl::Span<const float> logits, double temperature, double top_p, base::RandomStream& stream);

}  // namespace lm

#endif  // LM_SAMPLING_H_
