// Any bytes as a file of responses to GSM-8K's problems or IFEval's prompts, as other tools write them: refused in one
// line that names the file, or read as one list of responses a problem.
#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "base/fuzz/memory_file.h"
#include "base/fuzz/one_line_error.h"
#include "evaluation/extraction/responses_file.h"
#include "evaluation/ifeval/responses.h"

namespace evaluation {
namespace {

const std::vector<datasets::Gsm8kProblem>& Problems() {
  static const auto* const problems =
      new std::vector<datasets::Gsm8kProblem>{{"q0", "#### 1", "1"}, {"q1", "#### 2", "2"}};
  return *problems;
}

const std::vector<datasets::Query>& Prompts() {
  static const auto* const prompts = [] {
    auto* all = new std::vector<datasets::Query>(2);
    for (int i = 0; i < 2; ++i) {
      (*all)[i].id = i == 0 ? "0" : "1";
      (*all)[i].messages = {{"user", i == 0 ? "q0" : "q1"}};
    }
    return all;
  }();
  return *prompts;
}

void TestResponses(const std::string& path) {
  for (const char* model : {"", "m"}) {
    const auto responses = ReadResponses(path, Problems(), model);
    if (!responses.ok()) {
      base::CheckOneLineError(responses.status(), path);
      continue;
    }
    SAMI_CHECK(responses->size() == Problems().size());
  }
  const auto followed = ifeval::ReadResponses(path, Prompts());
  if (!followed.ok()) return base::CheckOneLineError(followed.status(), path);
  SAMI_CHECK(followed->size() == Prompts().size());
}

}  // namespace
}  // namespace evaluation

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  evaluation::TestResponses(base::MemoryFile(absl::string_view(reinterpret_cast<const char*>(data), size)));
  return 0;
}
