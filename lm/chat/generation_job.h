// Generation job: a file of prompts to a file of texts, by any chat model. What the command `generate` does. No torch.
#ifndef LM_CHAT_GENERATION_JOB_H_
#define LM_CHAT_GENERATION_JOB_H_

#include <cstdint>
#include <functional>
#include <string>

#include "absl/status/status.h"
#include "lm/chat/chat_model.h"

namespace lm {

struct GenerationJob {
  std::string prompts;     // path, lm/chat/prompt_file.h
  std::string out;         // path
  bool overwrite = false;  // whether an output that is there already is replaced
  int64_t num_samples = 1;
  bool chat = false;    // a prompt's text is what a user says; else a text to continue. Messages are messages.
  ChatRequest request;  // of every text, but for its prompt, seed and stream: sampling, max_tokens, stop
  // Names each text's stream, (seed, "lm/generate", prompt's item, sample), and a seed of 31 bits for servers.
  uint64_t seed = 0;
  std::string extra;   // Inquiry::extra
  std::string system;  // a first message of every conversation that has none of its own; empty: none
  // The end of the progress line, what it has cost so far; none: the tokens.
  std::function<std::string()> cost;
};

// Writes one line a sample, in the prompts' order:
//   {"id": ..., "sample": 0, "text": "...", "finish_reason": "stop" | "length", "tokens": 17}
// `text` is without the end-of-sequence token and from a stop string on; `tokens` as the model counts them, null where
// it does not. Replies are recorded in "<out>.partial" as they come (recording.h), which goes when all are there: an
// interrupted job goes on when it is called again.
//
// Errors: kFailedPrecondition when the output is there already and not to be overwritten, or the recording is of other
// requests; kInvalidArgument, naming file and line, before anything is asked, for what ChatModel::Check refuses. Texts
// that cannot be had are an error that says how many, names each reason with the first line that met it, and has the
// code of the first; then there is no output yet, and calling again asks for those alone.
absl::Status RunGenerationJob(ChatModel& model, const GenerationJob& job);

}  // namespace lm

#endif  // LM_CHAT_GENERATION_JOB_H_
