// Word cache of a tokenizer: remembers the ids of words, since text is mostly the same words again.
#ifndef LM_TOKENIZER_BPE_WORD_CACHE_H_
#define LM_TOKENIZER_BPE_WORD_CACHE_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

// Thread-safe. Bounded: once a part is full, its further words are not remembered (at most some 10 MB).
class WordCache {
 public:
  // Appends the ids of `word` and returns true when it is known.
  bool Append(absl::string_view word, TokenIds& ids) const;
  void Remember(absl::string_view word, const int32_t* begin, const int32_t* end);

 private:
  static constexpr size_t kParts = 16;  // each with its lock
  static constexpr size_t kMaxWordsOfPart = 4096;
  static constexpr size_t kMaxWordSize = 64;  // bytes

  struct Part {
    mutable absl::Mutex mutex;
    absl::flat_hash_map<std::string, TokenIds> ids_of_word ABSL_GUARDED_BY(mutex);
  };
  static size_t PartOf(absl::string_view word);

  std::array<Part, kParts> parts_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_BPE_WORD_CACHE_H_
