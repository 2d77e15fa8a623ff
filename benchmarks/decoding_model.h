// The model that decoding_benchmark decodes: a random one, or that of --model_dir.
#ifndef BENCHMARKS_DECODING_MODEL_H_
#define BENCHMARKS_DECODING_MODEL_H_

#include <cstdint>
#include <string>

#include "absl/flags/declare.h"
#include "absl/status/status.h"
#include "lm/model/decoder.h"

ABSL_DECLARE_FLAG(std::string, model_dir);

namespace benchmarks {

// By the flags --stored and --model_dir: makes or loads it, before anything is timed. kInvalidArgument for a type that
// is none and a model that takes texts of fewer than `tokens` tokens; else as lm::LoadModel.
absl::Status PrepareModel(int64_t tokens);

// After PrepareModel.
const lm::Decoder& Model();
double WeightBytes();
std::string Stored();  // "bfloat16, 269 MB"

}  // namespace benchmarks

#endif  // BENCHMARKS_DECODING_MODEL_H_
