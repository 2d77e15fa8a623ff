// Models from outside as those who ask them see them: texts of an arm or a model, by its weights here or by the server
// that it is behind.
#ifndef EXPERIMENTS_PIPELINE_TEXT_WRITER_H_
#define EXPERIMENTS_PIPELINE_TEXT_WRITER_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "experiments/inputs/context.h"
#include "lm/chat/recording.h"
#include "lm/chat/text_generation.h"

namespace experiments {

// A model that is asked in conversation, and the file of what it said.
struct AskedModel {
  std::unique_ptr<lm::ChatModel> model;  // null where the recording is replayed
  std::unique_ptr<lm::Recording> recording;
  std::string extra;                  // what else a server is told
  std::function<std::string()> cost;  // what asking a server has cost; may be none
};

// subject: names the file in which replies are kept as they come, exchanges/<subject>.jsonl of the run's own folder:
// what is there is not asked for again.
// Errors of loading the model, or of the recording; kInvalidArgument when it is not known where the server is.
absl::StatusOr<AskedModel> AskModel(const Pipeline& pipeline, const sami_harness::Model& model,
                                    const std::string& subject);

class TextWriter {
 public:
  // subject: as AskModel's, of a server. Errors: as AskModel's. The pipeline must outlive it.
  static absl::StatusOr<TextWriter> Make(const Pipeline& pipeline, const std::string& arm_or_model,
                                         const std::string& subject);

  // With `as_published`, as the model's makers sample: options' temperature and top_p are not read. kInvalidArgument of
  // a server, whose makers' settings are not here. One text a request, in their order. A server is told each prompt as
  // a user's message, and a seed of 31 bits drawn from the request's stream; of its reply `finished` is what it says,
  // and num_tokens what it counts. kUnavailable says how many replies could not be had; the others are kept.
  absl::StatusOr<std::vector<lm::GeneratedText>> Write(const std::vector<lm::TextRequest>& requests,
                                                       lm::TextOptions options, bool as_published = false) const;

  // Null of a server.
  const lm::LanguageModel* language_model() const { return local_.get(); }

 private:
  TextWriter() = default;

  const Pipeline* pipeline_ = nullptr;
  std::string name_;
  std::unique_ptr<lm::LanguageModel> local_;
  AskedModel server_;
};

}  // namespace experiments

#endif  // EXPERIMENTS_PIPELINE_TEXT_WRITER_H_
