// Prefill and decoding of a model by transformers and by llama.cpp: benchmarks/published/decoder_times.py, in the
// Python of a virtual environment that the user made.
#ifndef BENCHMARKS_PUBLISHED_PYTHON_DECODER_H_
#define BENCHMARKS_PUBLISHED_PYTHON_DECODER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "benchmarks/published/python_program.h"

namespace benchmarks {

struct DecodingTimes {
  double prefill_seconds;  // until every sequence has its first token
  double decode_seconds;   // from there to the last token
};

class PythonDecoder {
 public:
  // As PythonProgram::Start, with torch and transformers and, if with_llama_cpp, llama-cpp-python.
  static absl::StatusOr<PythonDecoder> Start(const std::string& environment, bool with_llama_cpp, int threads);

  const std::string& versions() const { return python_.versions(); }

  // In the place of the model before: a Hugging Face folder, computing in `type`, "float32" or "bfloat16"; a GGUF file.
  // kInternal with Python's words where it cannot be loaded.
  absl::Status LoadFolder(const std::string& folder, const std::string& type);
  absl::Status LoadGguf(const std::string& file);

  // So many sequences together, of random prompts, each token the likeliest. kUnavailable when Python has ended.
  absl::StatusOr<DecodingTimes> Time(int64_t sequences, int64_t prompt_tokens, int64_t new_tokens);

 private:
  explicit PythonDecoder(PythonProgram python) : python_(std::move(python)) {}
  absl::Status Load(const std::string& question);

  PythonProgram python_;
};

}  // namespace benchmarks

#endif  // BENCHMARKS_PUBLISHED_PYTHON_DECODER_H_
