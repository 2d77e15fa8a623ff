// Added (special) tokens: found in the text itself, before anything else cuts it, "<|endoftext|>" and the like.
#ifndef LM_TOKENIZER_STEPS_ADDED_TOKENS_H_
#define LM_TOKENIZER_STEPS_ADDED_TOKENS_H_

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"

namespace lm {

struct AddedToken {
  std::string content;  // not empty
  int32_t id = 0;
  bool special = false;      // left out when decoding
  bool lstrip = false;       // takes the white space before it
  bool rstrip = false;       // takes the white space after it
  bool single_word = false;  // found only where no letter, digit or underscore touches it
};

// Immutable and thread-safe.
class AddedTokens {
 public:
  // A content that occurs twice is the last one's.
  explicit AddedTokens(const std::vector<AddedToken>& tokens);

  // Calls `use_text` and `use_token` for what `text` consists of, from left to right; of several tokens that start at
  // one place the longest is taken. `use_text` is never called with an empty text.
  // Without `specials` a special token's content is text, as with the Rust library's encode_special_tokens.
  // O(n * L) for L different lengths among tokens that share their first byte.
  void Split(absl::string_view text, absl::FunctionRef<void(absl::string_view)> use_text,
             absl::FunctionRef<void(int32_t)> use_token, bool specials = true) const;

 private:
  // The next place, from `from` on, where a token may start.
  size_t NextCandidate(absl::string_view text, size_t from) const;
  const AddedToken* LongestAt(absl::string_view text) const;

  absl::flat_hash_map<std::string, AddedToken> tokens_;
  std::array<std::vector<size_t>, 256> sizes_of_first_byte_;  // bytes, descending
  std::string first_bytes_;                                   // that some token has
};

}  // namespace lm

#endif  // LM_TOKENIZER_STEPS_ADDED_TOKENS_H_
