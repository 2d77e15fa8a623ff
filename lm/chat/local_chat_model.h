// Local chat model: a Hugging Face folder on this machine as a ChatModel.
#ifndef LM_CHAT_LOCAL_CHAT_MODEL_H_
#define LM_CHAT_LOCAL_CHAT_MODEL_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "lm/chat/chat_model.h"
#include "lm/chat/text_generation.h"

namespace lm {

struct LocalChatOptions {
  // If any: nothing is generated. The reply is the most probable of these texts (of equal ones the first), and on a
  // line of its own the log-probability of each, in nats. For judges: {"[[A]]", "[[B]]", "[[C]]"}.
  std::vector<std::string> labels;
  std::string device = "cpu";  // as CheckDevice (lm/runtime/device.h) takes it
  ChatFormatChoice chat;
  std::shared_ptr<const ChatFormat> format;  // goes before `chat`, where it is given
  bool compute_as_stored = false;            // as LoadOptions has it (lm/checkpoint/checkpoint.h)
  TextGenerationOptions generation = {/*threads=*/1, /*batch_size=*/16};
};

// The model is named by its folder's name and 12 digits of the SHA-256 of its content, "labels" behind it where there
// are some, and "as stored" where it computes so. A reply is a function of the request alone, as GenerateReplies
// (text_generation.h) makes it. Errors: as LoadLanguageModel (language_model.h) and FindChatFormat (chat_format.h).
absl::StatusOr<std::unique_ptr<ChatModel>> LoadLocalChatModel(const std::string& folder,
                                                              const LocalChatOptions& options = {});

// The same of a model that is loaded, with this name.
std::unique_ptr<ChatModel> MakeLocalChatModel(LanguageModel model, const std::string& name,
                                              const LocalChatOptions& options);

}  // namespace lm

#endif  // LM_CHAT_LOCAL_CHAT_MODEL_H_
