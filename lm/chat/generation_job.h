// Texts for a file of prompts: what the command `generate` does.
#ifndef LM_CHAT_GENERATION_JOB_H_
#define LM_CHAT_GENERATION_JOB_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "lm/chat/language_model.h"
#include "lm/decoding/sampling.h"

namespace lm {

struct GenerationJob {
  std::string prompts;  // path, lm/chat/prompt_file.h
  std::string out;      // path
  int64_t num_samples = 1;
  SamplingOptions sampling;
  int64_t max_tokens = 256;
  std::vector<std::string> stop;  // none empty; a text ends before the first of them
  uint64_t seed = 0;
  // These change no result:
  int64_t batch_size = 32;
  int threads = 1;
  int64_t max_cache_bytes = 0;  // 0: no limit
};

// Writes one line a sample, in the prompts' order:
//   {"id": ..., "sample": 0, "text": "...", "finish_reason": "stop" | "length", "tokens": 17}
// `text` is what was generated, without the end-of-sequence token and what a stop string began; `tokens` counts all
// that were generated. An interrupted job goes on when it is called again (text_journal.h). A sample's line depends on
// seed, id, prompt and sample alone. Errors name file and line; kResourceExhausted when the cache does not fit.
absl::Status RunGenerationJob(const LanguageModel& model, const GenerationJob& job);

}  // namespace lm

#endif  // LM_CHAT_GENERATION_JOB_H_
