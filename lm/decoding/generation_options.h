// Generation requests, options and results. Plain data, no torch.
#ifndef LM_DECODING_GENERATION_OPTIONS_H_
#define LM_DECODING_GENERATION_OPTIONS_H_

#include <cstdint>
#include <functional>
#include <string>

#include "lm/decoding/sampling.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct GenerationRequest {
  TokenIds prompt;
  // Names the random stream together with GenerationOptions::seed and stream: which item, which of its samples.
  uint64_t item = 0;
  uint32_t sample = 0;
};

enum class FinishReason { kStop, kLength };

struct Generation {
  TokenIds ids;  // what was generated, with the stop id if there is one
  FinishReason finish_reason = FinishReason::kLength;
};

struct GenerationOptions {
  SamplingOptions sampling;
  int64_t max_new_tokens = 128;
  TokenIds stop_ids;  // any of these ends a sequence; it is part of the result's ids
  // Called after each token that is not a stop id; true ends the sequence as a stop id does. From any thread, for
  // several requests at once, with the request's index and what it has so far.
  std::function<bool(int64_t request, const TokenIds& ids)> ends;
  uint64_t seed = 0;
  std::string stream;           // name of the random stream ("sami/generate")
  int64_t batch_size = 64;      // most sequences decoded together
  int threads = 1;              // changes nothing but speed
  int64_t max_cache_bytes = 0;  // refuse when the cache may need more; 0: no limit
  // Asked before every forward pass, from any thread; true ends generation with kCancelled.
  std::function<bool()> is_cancelled;
  // Called once a sequence, as it finishes, from any thread.
  std::function<void(int64_t request, const Generation& generation)> on_finished;
};

}  // namespace lm

#endif  // LM_DECODING_GENERATION_OPTIONS_H_
