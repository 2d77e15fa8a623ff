// A cache of reference log-probabilities on disk, so that training that was killed does not compute them again.
#ifndef BASELINES_DPO_REFERENCE_CACHE_H_
#define BASELINES_DPO_REFERENCE_CACHE_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "base/progress.h"
#include "baselines/dpo/example.h"
#include "lm/model/decoder.h"

namespace dpo {

// What the log-probabilities depend on: SHA-256 over the model's sizes and weights and over the examples' token ids.
std::string ReferenceKey(const lm::Decoder& reference, const std::vector<PreferenceExample>& examples);

// ComputeReferenceLogProbs (baselines/dpo/objective.h), or what it gave before: read from `path` when that file was
// written under the same key, else computed and written there, atomically. The file is safetensors: log_probs, float64
// [examples, 2] (chosen, rejected); metadata "key". A file of another key, or a damaged one, is replaced.
absl::StatusOr<std::vector<ReferenceLogProbs>> CachedReferenceLogProbs(const std::string& path,
                                                                       const lm::Decoder& reference,
                                                                       const std::vector<PreferenceExample>& examples,
                                                                       int threads, base::Progress* progress);

}  // namespace dpo

#endif  // BASELINES_DPO_REFERENCE_CACHE_H_
