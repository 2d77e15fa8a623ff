// Any bytes as a response, and as a keyword: every kind of instruction takes them.
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "base/check.h"
#include "evaluation/ifeval/instructions.h"
#include "evaluation/ifeval/score.h"
#include "evaluation/python/punkt.h"

namespace ifeval {
namespace {

std::vector<datasets::Instruction> EachKind() {
  const base::Json arguments = {{"keywords", {"ab"}},
                                {"keyword", "a"},
                                {"forbidden_words", {"a b"}},
                                {"frequency", 1},
                                {"relation", "at least"},
                                {"letter", "a"},
                                {"let_frequency", 1},
                                {"language", "en"},
                                {"let_relation", "less than"},
                                {"num_sentences", 2},
                                {"num_paragraphs", 2},
                                {"num_words", 2},
                                {"nth_paragraph", 1},
                                {"first_word", "a"},
                                {"num_placeholders", 1},
                                {"postscript_marker", "PS"},
                                {"num_bullets", 1},
                                {"num_highlights", 1},
                                {"section_spliter", "A"},
                                {"num_sections", 1},
                                {"end_phrase", "a"},
                                {"capital_frequency", 1},
                                {"prompt_to_repeat", "a"},
                                {"capital_relation", "at least"}};
  std::vector<datasets::Instruction> instructions;
  for (const std::string& kind : Kinds()) instructions.push_back({kind, arguments});
  return instructions;
}

void Test(absl::string_view bytes) {
  static const std::vector<datasets::Instruction>& instructions = *new std::vector<datasets::Instruction>(EachKind());
  const auto scored = Score(instructions, std::string(bytes), CarriedPunktParameters());
  SAMI_CHECK(scored.ok()) << scored.status().ToString();
  for (const Followed& followed : *scored) SAMI_CHECK(followed.loose || !followed.strict);
}

}  // namespace
}  // namespace ifeval

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  ifeval::Test(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}
