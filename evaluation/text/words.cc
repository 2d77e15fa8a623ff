#include "evaluation/text/words.h"

#include <algorithm>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_split.h"

namespace principles {
namespace {

bool IsWordCharacter(char32_t c) { return IsLetterOrDigit(c) || IsMark(c); }

// Whether the character at i, which is none of a word's own, joins what stands at its sides.
bool Joins(const Characters& text, size_t i) {
  const char32_t c = text.At(i);
  const char32_t before = text.At(i - 1);
  const char32_t after = text.At(i + 1);
  if (IsApostrophe(c)) return (IsLetter(before) || IsMark(before)) && IsLetter(after) && !IsIdeograph(after);
  if (c == ',') return IsDigit(before) && IsDigit(after);
  if (c != '.') return false;
  if (IsDigit(before) && IsDigit(after)) return true;
  return IsLetter(before) && !IsWordCharacter(text.At(i - 2)) && IsLetter(after) && !IsWordCharacter(text.At(i + 2));
}

size_t WordEnd(const Characters& text, size_t begin) {
  if (IsIdeograph(text.At(begin))) return begin + 1;
  size_t i = begin + 1;
  while (i < text.size()) {
    const char32_t c = text.At(i);
    if (IsIdeograph(c) || !(IsWordCharacter(c) || Joins(text, i))) break;
    ++i;
  }
  return i;
}

}  // namespace

std::vector<Word> Words(const Characters& text) {
  std::vector<Word> words;
  size_t i = 0;
  while (i < text.size()) {
    if (!IsLetterOrDigit(text.At(i))) {
      ++i;
      continue;
    }
    Word word;
    word.span = {i, WordEnd(text, i)};
    word.lower = text.Lower(word.span);
    for (; i < word.span.end; ++i) {
      const char32_t c = text.At(i);
      word.letters += IsLetter(c);
      word.upper += IsUpper(c);
      word.has_digit = word.has_digit || IsDigit(c);
    }
    words.push_back(std::move(word));
  }
  return words;
}

bool HasAnyWord(const std::vector<Word>& words, std::initializer_list<absl::string_view> list) {
  return std::any_of(words.begin(), words.end(), [&](const Word& word) {
    return std::find(list.begin(), list.end(), absl::string_view(word.lower)) != list.end();
  });
}

bool HasPhrase(const std::vector<Word>& words, absl::string_view phrase) {
  const std::vector<absl::string_view> parts = absl::StrSplit(phrase, ' ');
  return std::search(words.begin(), words.end(), parts.begin(), parts.end(),
                     [](const Word& word, absl::string_view part) { return word.lower == part; }) != words.end();
}

bool HasAnyPhrase(const std::vector<Word>& words, std::initializer_list<absl::string_view> phrases) {
  return std::any_of(phrases.begin(), phrases.end(),
                     [&](absl::string_view phrase) { return HasPhrase(words, phrase); });
}

bool IsContraction(absl::string_view lower) {
  for (const absl::string_view ending : {"n't", "'re", "'ve", "'ll", "'m", "'d"}) {
    if (lower.size() > ending.size() && absl::EndsWith(lower, ending)) return true;
  }
  for (const absl::string_view whole : {"it's", "that's", "he's", "she's", "there's", "here's", "what's", "who's",
                                        "where's", "how's", "when's", "why's", "let's"}) {
    if (lower == whole) return true;
  }
  return false;
}

bool IsNegation(absl::string_view lower) {
  for (const absl::string_view whole :
       {"not", "no", "never", "none", "nothing", "nobody", "nowhere", "neither", "nor", "cannot"}) {
    if (lower == whole) return true;
  }
  return absl::EndsWith(lower, "n't");
}

bool IsNumberWord(absl::string_view lower) {
  for (const absl::string_view whole :
       {"two",      "three",   "four",     "five",     "six",      "seven",     "eight",     "nine",     "ten",
        "eleven",   "twelve",  "thirteen", "fourteen", "fifteen",  "sixteen",   "seventeen", "eighteen", "nineteen",
        "twenty",   "thirty",  "forty",    "fifty",    "sixty",    "seventy",   "eighty",    "ninety",   "hundred",
        "thousand", "million", "billion",  "dozen",    "hundreds", "thousands", "millions",  "billions", "dozens"}) {
    if (lower == whole) return true;
  }
  return false;
}

}  // namespace principles
