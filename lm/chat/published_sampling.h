// How a model's makers sample from it: generation_config.json. No torch.
#ifndef LM_CHAT_PUBLISHED_SAMPLING_H_
#define LM_CHAT_PUBLISHED_SAMPLING_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"

namespace lm {

// As in SamplingOptions (lm/decoding/sampling.h).
struct PublishedSampling {
  double temperature = 0;
  int64_t top_k = 0;
  double top_p = 1;
  double min_p = 0;
  double repetition_penalty = 1;
};

// What transformers' generate() does without arguments: greedy unless do_sample is true, then at temperature 1 and
// top_k 50 where the file says nothing else; as without such a file. `folder` is ModelPlaces::texts. kInvalidArgument,
// with file and key, for a value that is no number or out of range; kUnimplemented for beams and other searches.
absl::StatusOr<PublishedSampling> ReadPublishedSampling(const std::string& folder);

}  // namespace lm

#endif  // LM_CHAT_PUBLISHED_SAMPLING_H_
