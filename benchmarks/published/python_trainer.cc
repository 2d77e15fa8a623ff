#include "benchmarks/published/python_trainer.h"

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "lm/config/config.h"

namespace benchmarks {
namespace {

const char* NameOf(Method method) {
  return method == Method::kSami ? "sami" : (method == Method::kDpo ? "dpo" : "sft");
}

}  // namespace

absl::StatusOr<PythonTrainer> PythonTrainer::Start(const std::string& environment, int threads) {
  ASSIGN_OR_RETURN(PythonProgram python, PythonProgram::Start(environment, "benchmarks/published/trainer_steps.py",
                                                              {"torch", "transformers"}, threads));
  return PythonTrainer(std::move(python));
}

absl::StatusOr<PythonStep> PythonTrainer::Step(const Workload& workload, const std::string& type, int queries) {
  const lm::ModelConfig model = workload.Model();
  const base::OrderedJson question = {{"method", NameOf(workload.method)},
                                      {"n", workload.n},
                                      {"prompt_tokens", workload.prompt_tokens},
                                      {"response_tokens", workload.response_tokens},
                                      {"queries", queries},
                                      {"vocab_size", model.vocab_size},
                                      {"hidden_size", model.hidden_size},
                                      {"intermediate_size", model.intermediate_size},
                                      {"layers", model.num_layers},
                                      {"heads", model.num_heads},
                                      {"type", type}};
  ASSIGN_OR_RETURN(const std::string answer, python_.Ask(question.dump()));
  const std::vector<std::string> words = absl::StrSplit(answer, ' ');
  PythonStep step;
  if (words.size() != 2 || !absl::SimpleAtod(words[0], &step.seconds) ||
      !absl::SimpleAtoi(words[1], &step.peak_bytes)) {
    return absl::InternalError(absl::StrCat("trainer_steps.py answered ", answer));
  }
  return step;
}

}  // namespace benchmarks
