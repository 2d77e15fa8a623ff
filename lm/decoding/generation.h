// Text generation: batched decoding with a key/value cache.
//
// float32 models on the CPU without adapters are decoded row by row (row_generation.h): a text depends on (seed,
// stream, item, sample) alone, bit for bit. All others in fixed batches through the linear algebra library, any device
// and type: the last bits of logits may depend on what else is in the batch, and so, rarely, may a token.
#ifndef LM_DECODING_GENERATION_H_
#define LM_DECODING_GENERATION_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/decoding/generation_options.h"
#include "lm/model/decoder.h"

namespace lm {

// One result a request, in their order. Requests with the same prompt are the samples of one item, or of several: row
// by row, the prompt is read once for all of them. kInvalidArgument when a prompt is empty, holds an id outside the
// vocabulary or exceeds the context together with max_new_tokens (names the request's index), or when an option is out
// of range; kResourceExhausted, before anything is allocated, when the cache may need more than max_cache_bytes;
// kInternal when the model's logits are not finite; kCancelled.
absl::StatusOr<std::vector<Generation>> Generate(const Decoder& model, const std::vector<GenerationRequest>& requests,
                                                 const GenerationOptions& options);

// The most memory that keys and values take at a time.
int64_t CacheBytes(const Decoder& model, const std::vector<GenerationRequest>& requests,
                   const GenerationOptions& options);

}  // namespace lm

#endif  // LM_DECODING_GENERATION_H_
