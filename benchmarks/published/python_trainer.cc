#include "benchmarks/published/python_trainer.h"

#include <unistd.h>

#include <vector>

#include "absl/status/status.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/jsonl.h"
#include "base/program.h"
#include "base/status.h"
#include "lm/config/config.h"

namespace benchmarks {
namespace {

absl::StatusOr<std::string> Ask(Coprocess& python, const std::string& line) {
  ASSIGN_OR_RETURN(std::string answer, python.Ask(line));
  absl::StripTrailingAsciiWhitespace(&answer);
  return answer;
}

absl::Status Missing(const std::string& environment, const std::string& what) {
  return absl::InvalidArgumentError(absl::StrCat("--against_python=", environment, ": ", what, "; python3 -m venv ",
                                                 environment, " && ", environment,
                                                 "/bin/pip install torch transformers"));
}

const char* NameOf(Method method) {
  return method == Method::kSami ? "sami" : (method == Method::kDpo ? "dpo" : "sft");
}

}  // namespace

absl::StatusOr<std::unique_ptr<PythonTrainer>> PythonTrainer::Start(const std::string& environment, int threads) {
  const std::string python = environment + "/bin/python";
  if (access(python.c_str(), X_OK) != 0) return Missing(environment, "has no bin/python");
  ASSIGN_OR_RETURN(std::unique_ptr<Coprocess> process,
                   Coprocess::Start({python, base::Runfile("benchmarks/published/trainer_steps.py")},
                                    {absl::StrCat("OMP_NUM_THREADS=", threads)}));
  const absl::StatusOr<std::string> versions = Ask(*process, "versions");
  if (!versions.ok()) return Missing(environment, "its Python does not answer");
  if (absl::StartsWith(*versions, "missing ")) {
    return Missing(environment, absl::StrCat("its Python has no ", versions->substr(8)));
  }
  return std::unique_ptr<PythonTrainer>(new PythonTrainer(std::move(process), *versions));
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
  ASSIGN_OR_RETURN(const std::string answer, Ask(*python_, question.dump()));
  const std::vector<std::string> words = absl::StrSplit(answer, ' ');
  PythonStep step;
  if (words.size() != 2 || !absl::SimpleAtod(words[0], &step.seconds) ||
      !absl::SimpleAtoi(words[1], &step.peak_bytes)) {
    return absl::InternalError(absl::StrCat("trainer_steps.py answered ", answer));
  }
  return step;
}

}  // namespace benchmarks
