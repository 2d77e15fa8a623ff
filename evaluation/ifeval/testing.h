// For tests: an instruction of each kind.
#ifndef EVALUATION_IFEVAL_TESTING_H_
#define EVALUATION_IFEVAL_TESTING_H_

#include <string>
#include <vector>

#include "base/jsonl.h"
#include "datasets/queries/query.h"
#include "evaluation/ifeval/instructions.h"

namespace ifeval {

// With arguments that serve any text.
inline std::vector<datasets::Instruction> EachKind() {
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

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_TESTING_H_
