// Words of a text, and whether it has one of a list of words or phrases.
#ifndef EVALUATION_TEXT_WORDS_H_
#define EVALUATION_TEXT_WORDS_H_

#include <cstdint>
#include <initializer_list>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "evaluation/text/characters.h"

namespace principles {

// A run of letters, digits and combining marks. An apostrophe between two letters, a point or comma between two digits
// ("1,000.5") and the points inside "e.g." and "U.S." belong to it; hyphens divide; of Han and Kana each character is a
// word. Scripts without spaces other than these (Thai) have too long words.
struct Word {
  Span span;
  std::string lower;  // Characters::Lower
  int64_t letters = 0;
  int64_t upper = 0;  // letters that are upper-case
  bool has_digit = false;

  // "NASA", not "I".
  bool IsAllCapitals() const { return letters >= 2 && upper == letters; }
};

std::vector<Word> Words(const Characters& text);

// Whether some word is one of the list's, which are in lower case.
bool HasAnyWord(const std::vector<Word>& words, std::initializer_list<absl::string_view> list);

// Whether the words of a phrase ("let me know"), in lower case and divided by single spaces, stand somewhere in order,
// whatever marks and line ends stand between them.
bool HasPhrase(const std::vector<Word>& words, absl::string_view phrase);
bool HasAnyPhrase(const std::vector<Word>& words, std::initializer_list<absl::string_view> phrases);

// "don't", "it's", "I'm", "they'll": n't, 're, 've, 'll, 'm and 'd, and 's behind words that own nothing by it (it,
// that, there, what, let, ...). "John's" may be either and counts as none.
bool IsContraction(absl::string_view lower);
// not, no, never, none, nothing, nobody, nowhere, neither, nor, cannot, and contractions with n't.
bool IsNegation(absl::string_view lower);
// two to twenty, the tens, hundred(s), thousand(s), million(s), billion(s), dozen(s). Not one, which is often a
// pronoun.
bool IsNumberWord(absl::string_view lower);

}  // namespace principles

#endif  // EVALUATION_TEXT_WORDS_H_
