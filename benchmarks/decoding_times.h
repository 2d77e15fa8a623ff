// How long decoding takes, measured for decoding_benchmark's model.
#ifndef BENCHMARKS_DECODING_TIMES_H_
#define BENCHMARKS_DECODING_TIMES_H_

#include <cstdint>
#include <vector>

#include "benchmarks/published/python_decoder.h"
#include "lm/decoding/generation.h"

namespace benchmarks {

inline constexpr int64_t kPromptTokens = 128, kNewTokens = 33;

int Threads();  // the machine's cores

// Prompts of `items` items, with `samples` samples each.
std::vector<lm::GenerationRequest> Requests(int64_t items, int64_t samples);
lm::GenerationOptions Options(int64_t batch_size);

// All requests are decoded together.
DecodingTimes TimeDecoding(const std::vector<lm::GenerationRequest>& requests, lm::GenerationOptions options);

}  // namespace benchmarks

#endif  // BENCHMARKS_DECODING_TIMES_H_
