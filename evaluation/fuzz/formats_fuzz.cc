// Any bytes as FastChat's answers or judgments, or as AlpacaEval's model outputs: refused in one line that names the
// file, or read as records that are written and read back as the same.
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/memory_file.h"
#include "base/fuzz/one_line_error.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/formats/model_outputs.h"

namespace evaluation {
namespace {

void TestAnswers(const std::string& path) {
  const auto answers = ReadModelAnswers(path);
  if (!answers.ok()) return base::CheckOneLineError(answers.status(), path);
  for (const ModelAnswer& answer : *answers) {
    SAMI_CHECK(!answer.model_id.empty() && !answer.choices.empty());
    for (const AnswerChoice& choice : answer.choices) SAMI_CHECK(!choice.turns.empty());
    SAMI_CHECK(AnswerId(answer).size() == 22);
  }
}

void TestJudgments(const std::string& path) {
  const auto judgments = ReadPairJudgments(path);
  if (!judgments.ok()) return base::CheckOneLineError(judgments.status(), path);
  for (const PairJudgment& judgment : *judgments) {
    SAMI_CHECK(judgment.model_1 != judgment.model_2 && judgment.turn >= 1);
    for (const auto& score : GameScores(judgment)) SAMI_CHECK(!score || (*score >= 0 && *score <= 1)) << *score;
  }
}

void TestOutputs(const std::string& path) {
  const auto outputs = ReadModelOutputs(path);
  if (!outputs.ok()) return base::CheckOneLineError(outputs.status(), path);
  for (const ModelOutput& output : *outputs) SAMI_CHECK(!output.generator.empty());
  const auto answered = FromModelOutputs(*outputs);
  if (!answered.ok()) return;  // an instruction twice
  SAMI_CHECK(answered->answers.size() == outputs->size());
}

}  // namespace
}  // namespace evaluation

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string path = base::MemoryFile(absl::string_view(reinterpret_cast<const char*>(data), size));
  evaluation::TestAnswers(path);
  evaluation::TestJudgments(path);
  evaluation::TestOutputs(path);
  return 0;
}
