// Batched decoding with a key/value cache.
#ifndef LM_GENERATION_H_
#define LM_GENERATION_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/decoder.h"
#include "lm/tokens.h"

namespace lm {

struct GenerationRequest {
  TokenIds prompt;
  // Names the random stream together with GenerationOptions::seed and stream: which item, which of its samples.
  uint64_t item = 0;
  uint32_t sample = 0;
};

struct GenerationOptions {
  double temperature = 0;  // 0: greedy, ties to the lowest id
  double top_p = 1;        // keeps the smallest set of most probable tokens whose probability is >= top_p
  int64_t max_new_tokens = 128;
  TokenIds stop_ids;  // any of these ends a sequence; it is part of the result's ids
  uint64_t seed = 0;
  std::string stream;                                  // name of the random stream ("sami/generate")
  int64_t batch_size = 64;                             // sequences decoded together; may change rounding
  int threads = 1;                                     // batches decoded at once; changes nothing but speed
  std::function<void(int64_t sequences)> on_progress;  // called as sequences finish, from any thread
};

enum class FinishReason { kStop, kLength };

struct Generation {
  TokenIds ids;  // what was generated, with the stop id if there is one
  FinishReason finish_reason;
};

// One result a request, in their order. Requests are sorted by length into batches in a way that depends on nothing
// but the requests. kInvalidArgument when a prompt is empty, holds an id outside the vocabulary or exceeds the context
// together with max_new_tokens (names the request's index), or when an option is out of range; kInternal when the
// model's logits are not finite.
absl::StatusOr<std::vector<Generation>> Generate(const Decoder& model, const std::vector<GenerationRequest>& requests,
                                                 const GenerationOptions& options);

}  // namespace lm

#endif  // LM_GENERATION_H_
