#include "lm/tokenizer/bpe/word_cache.h"

#include "absl/hash/hash.h"

namespace lm {

// The map uses the hash's low bits; the part is chosen by its high ones.
size_t WordCache::PartOf(absl::string_view word) { return absl::HashOf(word) >> 60 & (kParts - 1); }

bool WordCache::Append(absl::string_view word, TokenIds& ids) const {
  if (word.size() > kMaxWordSize) return false;
  const Part& part = parts_[PartOf(word)];
  absl::ReaderMutexLock lock(&part.mutex);
  const auto found = part.ids_of_word.find(word);
  if (found == part.ids_of_word.end()) return false;
  ids.insert(ids.end(), found->second.begin(), found->second.end());
  return true;
}

void WordCache::Remember(absl::string_view word, const int32_t* begin, const int32_t* end) {
  if (word.size() > kMaxWordSize) return;
  Part& part = parts_[PartOf(word)];
  absl::MutexLock lock(&part.mutex);
  if (part.ids_of_word.size() >= kMaxWordsOfPart) return;
  part.ids_of_word.try_emplace(word, begin, end);
}

}  // namespace lm
