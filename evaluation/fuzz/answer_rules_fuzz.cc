// Any bytes as a response: every rule gives an answer or none, and the default's reads back as itself.
#include <cstdint>
#include <string>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "base/check.h"
#include "evaluation/extraction/rules.h"

namespace evaluation {
namespace {

void TestRules(absl::string_view text) {
  for (const AnswerRule rule : kAnswerRules) {
    const absl::optional<std::string> answer = ExtractAnswer(rule, text);
    IsRightAnswer(rule, text, text);
    if (rule != AnswerRule::kDefault || !answer.has_value()) continue;
    double value, again;
    SAMI_CHECK(absl::SimpleAtod(*answer, &value)) << *answer;
    // What is printed is read back, but for infinity.
    const absl::optional<std::string> read = ExtractAnswer(rule, absl::StrCat("#### ", *answer));
    if (value - value != 0) continue;
    SAMI_CHECK(read.has_value() && absl::SimpleAtod(*read, &again) && again == value) << *answer;
    SAMI_CHECK(IsRightAnswer(rule, text, absl::StrCat("#### ", *answer))) << *answer;
  }
}

}  // namespace
}  // namespace evaluation

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  evaluation::TestRules(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
