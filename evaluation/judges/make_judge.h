// Judge factory: makes a judge from its spec.
#ifndef EVALUATION_JUDGES_MAKE_JUDGE_H_
#define EVALUATION_JUDGES_MAKE_JUDGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/embedded/questions.h"
#include "evaluation/judges/judge.h"
#include "evaluation/judges/judge.pb.h"
#include "evaluation/judges/language_model_judge.h"
#include "lm/chat/chat_model.h"
#include "lm/chat/recording.h"
#include "lm/endpoint/batch.h"
#include "lm/endpoint/endpoint.h"

namespace evaluation {

// Where a judge finds what its spec names, and what changes none of its verdicts.
struct JudgeSurroundings {
  std::string exchanges;                                    // where exchanges are recorded; made where there is none
  lm::Recording::Busy busy = lm::Recording::Busy::kRefuse;  // while another process records there
  // The path of a file or folder that the spec names; null: as it stands.
  std::function<absl::StatusOr<std::string>(const std::string& field, const std::string& path)> find;
  const sami_harness::EndpointAccess* access = nullptr;  // of an endpoint
  int threads = 1;
  std::string device = "cpu";
  std::map<int64_t, embedded::AnswerKey> answer_keys;  // of the rule CONTENT
  // Files with a batch's answers, perhaps none, which answer in the place of an endpoint; without, it is asked itself.
  std::optional<std::vector<std::string>> batch_answers;
};

struct MadeJudge {
  std::unique_ptr<lm::ChatModel> model;          // null: a rule or a recording
  lm::BatchModel* batch = nullptr;               // the model, where batch_answers stand for the endpoint
  std::unique_ptr<Judge> judge;                  // uses the model
  LanguageModelJudge* language_model = nullptr;  // the judge, unless it is a rule
  std::function<std::string()> cost;             // "12345 tokens, cost 0.01"; null where nobody counts
  // A file's content, given what the recording holds (lm::CostsJson); null where nothing is paid.
  std::function<std::string(const lm::Recording::Totals&)> costs;
};

// The server of a model. kInvalidArgument for options out of range, extra fields that are no JSON object, or a key that
// is not set.
absl::StatusOr<std::unique_ptr<lm::Endpoint>> MakeEndpoint(const sami_harness::EndpointModel& model,
                                                           const sami_harness::EndpointAccess& access);

// kInvalidArgument, naming the field, for a spec that contradicts itself; also the errors of reading prompts, models,
// recordings and keys.
absl::StatusOr<MadeJudge> MakeJudge(const sami_harness::JudgeSpec& spec, const JudgeSurroundings& surroundings);

// SHA-256 over the files that a judge reads: prompts, recording, model folder. Errors as MakeJudge's, but for a local
// model's, which is not loaded; an endpoint's options are looked at where its access is known.
absl::StatusOr<std::string> JudgeInputsHash(const sami_harness::JudgeSpec& spec, const JudgeSurroundings& surroundings);

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_MAKE_JUDGE_H_
