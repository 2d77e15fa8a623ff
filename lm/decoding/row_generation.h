// Continuous batching over a RowDecoder: Generate for models that it supports.
#ifndef LM_DECODING_ROW_GENERATION_H_
#define LM_DECODING_ROW_GENERATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "lm/decoding/generation_options.h"
#include "lm/model/decoder.h"

namespace lm {

// `results` has one place a request. Requests and options have been checked, and RowDecoder supports the model.
absl::Status GenerateRowwise(const Decoder& model, const std::vector<GenerationRequest>& requests,
                             const GenerationOptions& options, std::vector<Generation>& results);

// The most memory that its token blocks take at a time: batch_size sequences' own, and the prompts of as many.
int64_t RowwiseCacheBytes(const ModelConfig& config, const std::vector<GenerationRequest>& requests,
                          const GenerationOptions& options);

}  // namespace lm

#endif  // LM_DECODING_ROW_GENERATION_H_
