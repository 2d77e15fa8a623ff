// Texts for a file of prompts from any chat model: what `generate --endpoint` does. No torch.
#ifndef LM_CHAT_CHAT_JOB_H_
#define LM_CHAT_CHAT_JOB_H_

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "base/jsonl.h"
#include "lm/chat/chat_model.h"

namespace lm {

struct ChatJob {
  std::string prompts;  // path, lm/chat/prompt_file.h; token ids are refused
  std::string out;      // path
  int64_t num_samples = 1;
  bool chat = false;  // a prompt's text is what a user says; else a text to continue. Messages are messages.
  double temperature = 1;
  double top_p = 1;
  int64_t max_tokens = 256;
  std::vector<std::string> stop;  // none empty; a text ends before the first of them
  // Each text is asked for with a seed of its own, of 31 bits, derived from this one, the prompt's id and the sample.
  uint64_t seed = 0;
  // What else changes results: an interrupted job goes on only with the same.
  base::OrderedJson settings = base::OrderedJson::object();
  // The end of the progress line; none: nothing.
  std::function<std::string()> detail;
};

// Writes one line a sample, in the prompts' order:
//   {"id": ..., "sample": 0, "text": "...", "finish_reason": "stop" | "length", "tokens": 17}
// `tokens` as the model counts them; null where it does not. Each text is kept as soon as it is there (text_journal.h).
// Texts that cannot be had are an error that says how many, names each reason with the first line that met it, and has
// the code of the first; then there is no output yet, and calling again asks for those alone.
absl::Status RunChatJob(ChatModel& model, const ChatJob& job);

}  // namespace lm

#endif  // LM_CHAT_CHAT_JOB_H_
