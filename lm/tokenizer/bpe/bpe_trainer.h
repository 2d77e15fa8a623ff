// BPE trainer: learns a byte-level BPE vocabulary from texts.
#ifndef LM_TOKENIZER_BPE_BPE_TRAINER_H_
#define LM_TOKENIZER_BPE_BPE_TRAINER_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace lm {

// Cuts text into words before anything is learnt, and later before anything is encoded. In turn: a contraction's end
// ('s, 'll); letters with the space before them; one digit (numbers of any length are then read alike); other marks
// with the space before them; line breaks with the white space before them; white space, but for the last one when
// text follows; any other white space.
inline constexpr char kDefaultWordPattern[] =
    R"((?i:'(?:[dmst]|ll|re|ve))(?!\p{L})| ?[\p{L}\p{M}]+|\p{N}| ?[^\s\p{L}\p{M}\p{N}]+|\s*[\r\n]+|\s+(?!\S)|\s+)";

struct BpeTrainerOptions {
  // All tokens: special ones, 256 bytes, merges.
  int64_t vocab_size = 1024;
  // Get the ids 0, 1, ...; where they occur in the texts, nothing is learnt from them.
  std::vector<std::string> special_tokens;
  // A regular expression as tokenizer.json has them.
  std::string word_pattern = kDefaultWordPattern;
  // A pair that is rarer than this is not merged.
  int64_t min_pair_count = 2;
};

// The text of a tokenizer.json. Ids: special tokens, then the bytes 0 to 255, then merges in the order in which they
// were learnt: each time the most frequent pair of adjacent tokens within words, of equals the one with the lowest
// left id, then right id. The result depends on the texts and the options alone, not on the order of the texts.
//
// The vocabulary is smaller than asked for when no pair is left that occurs min_pair_count times: take its size from
// the tokenizer. kInvalidArgument when vocab_size is below 256 + special tokens, when there is no text, or when a
// special token is empty, given twice or a single byte's token; kUnimplemented for a pattern that is not supported.
//
// O(bytes) to count words, then for each merge O(length of the words that contain it). Source: Sennrich et al. 2016,
// arXiv:1508.07909, algorithm 1, over bytes.
absl::StatusOr<std::string> TrainByteLevelBpe(const std::vector<std::string>& texts, const BpeTrainerOptions& options);

}  // namespace lm

#endif  // LM_TOKENIZER_BPE_BPE_TRAINER_H_
