// A fixed set of words that is asked for every word of a text.
#ifndef EVALUATION_NUMBERS_WORD_SET_H_
#define EVALUATION_NUMBERS_WORD_SET_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace evaluation {

// At most 31 bytes a word. Most words that are not in it are told by their first byte and length.
template <size_t n>
class WordSet {
 public:
  explicit constexpr WordSet(const absl::string_view (&words)[n]) : words_(), lengths_() {
    for (size_t i = 0; i < n; ++i) {
      words_[i] = words[i];
      if (!words[i].empty()) lengths_[Slot(words[i])] |= uint32_t{1} << words[i].size();
    }
  }

  constexpr bool Has(absl::string_view word) const {
    if (word.size() > 31 || (!word.empty() && (lengths_[Slot(word)] >> word.size() & 1) == 0)) return false;
    for (const absl::string_view known : words_) {
      if (known == word) return true;
    }
    return false;
  }

 private:
  static constexpr size_t Slot(absl::string_view word) { return static_cast<unsigned char>(word[0]) % 32; }

  absl::string_view words_[n];
  uint32_t lengths_[32];  // by the first byte modulo 32, a bit for each length that its words have
};

template <size_t n>
constexpr WordSet<n> MakeWordSet(const absl::string_view (&words)[n]) {
  return WordSet<n>(words);
}

}  // namespace evaluation

#endif  // EVALUATION_NUMBERS_WORD_SET_H_
