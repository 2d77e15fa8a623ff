// How texts are put to the models of a spec: wordings, and chat formats.
#ifndef EXPERIMENTS_INPUTS_ASKING_H_
#define EXPERIMENTS_INPUTS_ASKING_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "experiments/inputs/context.h"
#include "lm/chat/chat_format.h"

namespace experiments {

// Of the spec's prompts of this name; the standard ones where it is empty.
const sami_harness::Prompts& PromptsOf(const Pipeline& pipeline, const std::string& prompts);
// A text that a model wrote to these prompts, as the response that it is: behind response_after, empty where that is
// missing, and with response_start. Without white space at its ends where one of them is given.
std::string ResponseOf(const sami_harness::Prompts& prompts, const std::string& text);
// A prompt as the model gets it, with response_start behind it.
std::string WithResponseStart(const sami_harness::Prompts& prompts, std::string prompt);
// How these are put to a model.
lm::Asking AskingOf(const Pipeline& pipeline, const std::string& prompts);
// The chat format of the model that an arm comes from; null where that is asked in plain text.
const lm::ChatFormat* ChatOf(const Pipeline& pipeline, const std::string& arm_or_model);

// How a folder's model is asked: null in plain text. Errors: lm::FindChatFormat's, and kNotFound for a file that is not
// there.
absl::StatusOr<std::shared_ptr<const lm::ChatFormat>> FindChat(const sami_harness::Model& model,
                                                               const std::string& folder);

}  // namespace experiments

#endif  // EXPERIMENTS_INPUTS_ASKING_H_
