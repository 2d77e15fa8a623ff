// BPE merge learning: which pairs to merge, from counted words.
#ifndef LM_TOKENIZER_BPE_BPE_LEARNER_H_
#define LM_TOKENIZER_BPE_BPE_LEARNER_H_

#include <cstdint>
#include <optional>
#include <queue>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "lm/tokenizer/text/tokens.h"

namespace lm {

struct CountedWord {
  TokenIds symbols;
  int64_t count = 0;
};

struct SymbolPair {
  int32_t left = 0;
  int32_t right = 0;
  bool operator==(const SymbolPair& other) const { return left == other.left && right == other.right; }
  bool operator<(const SymbolPair& other) const { return left != other.left ? left < other.left : right < other.right; }
  template <typename H>
  friend H AbslHashValue(H state, const SymbolPair& pair) {
    return H::combine(std::move(state), pair.left, pair.right);
  }
};

// Keeps, for every pair of adjacent symbols, how often it occurs and in which words, up to date from merge to merge.
class BpeLearner {
 public:
  explicit BpeLearner(std::vector<CountedWord> words);

  // The most frequent pair, of equals the lowest, if it occurs at least `min_count` times. Overlapping occurrences
  // ("aaa" has two of "aa") all count.
  std::optional<SymbolPair> MostFrequent(int64_t min_count);

  // Replaces the pair by `result` in all words, from the left.
  void Merge(SymbolPair pair, int32_t result);

  // Never returns the pair again.
  void Forbid(SymbolPair pair) { occurrences_.erase(pair); }

 private:
  struct Occurrences {
    int64_t count = 0;
    std::vector<int32_t> words;  // every word that has the pair, and maybe some that had it
  };
  struct Candidate {
    int64_t count;
    SymbolPair pair;
    bool operator<(const Candidate& other) const {
      return count != other.count ? count < other.count : other.pair < pair;
    }
  };
  void AddPairs(int32_t word, int64_t sign);

  std::vector<CountedWord> words_;
  absl::flat_hash_map<SymbolPair, Occurrences> occurrences_;
  absl::flat_hash_map<SymbolPair, int64_t> changes_;  // of counts, by the merge at work
  // Entries with a higher count than the pair's own are outdated; the own count or a higher one is always there.
  std::priority_queue<Candidate> candidates_;
};

}  // namespace lm

#endif  // LM_TOKENIZER_BPE_BPE_LEARNER_H_
