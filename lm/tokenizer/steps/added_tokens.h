// Added (special) tokens: found in the text itself, before anything else cuts it, "<|endoftext|>" and the like.
#ifndef LM_TOKENIZER_STEPS_ADDED_TOKENS_H_
#define LM_TOKENIZER_STEPS_ADDED_TOKENS_H_

#include <array>
#include <cstddef>
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
  // A content that occurs twice, as normalization may make it, is the first one's; special tokens come before others.
  explicit AddedTokens(const std::vector<AddedToken>& tokens);

  // What a text consists of: a token, from `begin` to `end` with the white space that it takes, or (null) text between
  // tokens, which is not empty.
  struct Part {
    const AddedToken* token = nullptr;
    size_t begin = 0, end = 0;
  };

  // Calls `use` with the parts of `text`, from left to right; of several tokens that start at one place the longest is
  // taken. `is_meant` is asked of every special token whether it may be found at [begin, end): else it is text, and the
  // search goes on behind it. The white space that a token takes behind itself may be part of the next token too.
  // O(n * L) for L different lengths among tokens that share their first byte.
  void Split(absl::string_view text, absl::FunctionRef<bool(size_t, size_t)> is_meant,
             absl::FunctionRef<void(const Part&)> use) const;

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
