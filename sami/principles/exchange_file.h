// The writer's questions and answers on disk: JSON Lines,
//   {"request": {"messages": [...], "temperature", "top_p", "max_tokens", "seed"}, "reply": {"text", "finish_reason",
//    "model"}, "added": 8, "problem": ""}
// and a model that answers from such a file: the same principles again, with no network.
#ifndef SAMI_PRINCIPLES_EXCHANGE_FILE_H_
#define SAMI_PRINCIPLES_EXCHANGE_FILE_H_

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "lm/chat/chat_model.h"
#include "sami/principles/writer.h"

namespace sami {

absl::Status WriteExchanges(const std::string& path, const std::vector<WriterExchange>& exchanges);

// Answers a request as the file's first line with an equal request was answered. Any other gets kNotFound, which says
// that the file was made with another task or other options. kInvalidArgument names file and line.
absl::StatusOr<std::unique_ptr<lm::ChatModel>> ReadRecordedModel(const std::string& path);

}  // namespace sami

#endif  // SAMI_PRINCIPLES_EXCHANGE_FILE_H_
