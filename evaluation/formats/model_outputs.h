// AlpacaEval format: a model's outputs, as its evaluation reads them (model_outputs.json), to and from FastChat's
// answers.
//
//   [{"dataset", "instruction", "output", "generator"}]
//
// An instruction has no id there: its place in the list is one. It has one turn, and one output.
#ifndef EVALUATION_FORMATS_MODEL_OUTPUTS_H_
#define EVALUATION_FORMATS_MODEL_OUTPUTS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "datasets/mt_bench/questions.h"
#include "evaluation/formats/fastchat.h"

namespace evaluation {

struct ModelOutput {
  std::string dataset;  // may be empty
  std::string instruction;
  std::string output;     // may be empty
  std::string generator;  // the model; not empty
};

// In the order of the file or span. kInvalidArgument, naming the element from 1 on: no list of objects, none, a missing
// or mistyped key ("dataset" may be missing), an empty generator.
absl::StatusOr<std::vector<ModelOutput>> ReadModelOutputs(const std::string& path);
absl::Status WriteModelOutputs(const std::string& path, absl::Span<const ModelOutput> outputs);

// What the other format has no place for.
struct LeftOut {
  int64_t turns = 0;      // turns behind the first, of answers
  int64_t choices = 0;    // choices behind the first, of answers
  int64_t questions = 0;  // questions without an answer
};

// The first turn of the first choice of each answer, in the questions' order; the dataset is the question's category.
// kInvalidArgument, naming it: answers of several models or settings, an answer to none of the questions.
absl::StatusOr<std::vector<ModelOutput>> ToModelOutputs(absl::Span<const ModelAnswer> answers,
                                                        absl::Span<const datasets::MtBenchQuestion> questions,
                                                        LeftOut* left_out);

// Answers and the questions that they are to, with ids from 0 on; a question without a dataset is in "all".
struct AnsweredQuestions {
  std::vector<ModelAnswer> answers;
  std::vector<datasets::MtBenchQuestion> questions;
};
// kInvalidArgument, naming the element: outputs of several models, an empty instruction.
absl::StatusOr<AnsweredQuestions> FromModelOutputs(absl::Span<const ModelOutput> outputs);

// FastChat's question.jsonl.
absl::Status WriteQuestions(const std::string& path, absl::Span<const datasets::MtBenchQuestion> questions);

}  // namespace evaluation

#endif  // EVALUATION_FORMATS_MODEL_OUTPUTS_H_
