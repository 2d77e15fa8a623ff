// Sentencepiece's character map, the "precompiled_charsmap" of a tokenizer.json: what characters become, as a trie.
#ifndef LM_TOKENIZER_STEPS_CHARACTER_MAP_H_
#define LM_TOKENIZER_STEPS_CHARACTER_MAP_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "lm/tokenizer/text/aligned_text.h"

namespace lm {

// Immutable and thread-safe.
class CharacterMap {
 public:
  // `bytes`: the size of the trie in bytes (4 bytes, little-endian), the trie, a Darts double array of such integers,
  // and texts that end with a zero byte. kInvalidArgument when they are not that.
  static absl::StatusOr<CharacterMap> Parse(absl::string_view bytes);

  // What a user sees as one character (a grapheme cluster) is looked up as a whole if it has fewer than six bytes, and
  // else each of its characters: the shortest beginning that the trie has decides, as in the Rust tokenizers, what all
  // of it becomes. Bytes that are not UTF-8 stay.
  AlignedText Apply(const AlignedView& text) const;

 private:
  // Null: `text` stays.
  const char* Find(absl::string_view text) const;
  bool AppendMapped(const AlignedView& source, size_t begin, size_t size, AlignedText& result) const;

  std::vector<uint32_t> trie_;
  std::string texts_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_CHARACTER_MAP_H_
