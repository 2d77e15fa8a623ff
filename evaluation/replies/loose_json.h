// JSON in running text, as models write it: in a Markdown fence or a sentence, and in Python's dialect too.
#ifndef EVALUATION_REPLIES_LOOSE_JSON_H_
#define EVALUATION_REPLIES_LOOSE_JSON_H_

#include <cstddef>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace evaluation {

struct FoundJson {
  base::Json value;
  size_t begin = 0, end = 0;  // bytes of the text
};

// The objects (`open` is '{') or lists ('[') of a text, each complete and outside of the others, in their order. Beyond
// JSON, single quotation marks, True, False, None, line breaks in strings and a comma behind a last member are read.
// What is not complete, is more than 8 deep or repeats a key is none. Time grows as the text.
std::vector<FoundJson> FindJson(absl::string_view text, char open);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_LOOSE_JSON_H_
