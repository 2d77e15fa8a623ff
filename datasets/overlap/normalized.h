// Texts as duplicates are looked for: without case, punctuation and what else makes no difference to a reader.
#ifndef DATASETS_OVERLAP_NORMALIZED_H_
#define DATASETS_OVERLAP_NORMALIZED_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace datasets {

// The words of a text after Unicode's NFKC with case folding: runs of letters, marks and digits. Punctuation and white
// space part words and are dropped. What would change a question stays, as a word of its own: each symbol (+, =, <, a
// currency, an emoji), and -, *, / and % beside a digit. So is each character of scripts that put no spaces between
// words (Han, kana, Thai, Lao, Khmer, Burmese). In text that is not UTF-8, nothing is folded but ASCII.
std::vector<std::string> NormalizedWords(absl::string_view text);

}  // namespace datasets

#endif  // DATASETS_OVERLAP_NORMALIZED_H_
