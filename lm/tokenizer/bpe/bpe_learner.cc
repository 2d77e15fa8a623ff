#include "lm/tokenizer/bpe/bpe_learner.h"

#include <utility>

namespace lm {
namespace {

void ReplacePair(TokenIds& symbols, SymbolPair pair, int32_t result) {
  size_t kept = 0;
  for (size_t i = 0; i < symbols.size(); ++kept) {
    const bool merges = i + 1 < symbols.size() && SymbolPair{symbols[i], symbols[i + 1]} == pair;
    symbols[kept] = merges ? result : symbols[i];
    i += merges ? 2 : 1;
  }
  symbols.resize(kept);
}

}  // namespace

BpeLearner::BpeLearner(std::vector<CountedWord> words) : words_(std::move(words)) {
  for (size_t word = 0; word < words_.size(); ++word) {
    AddPairs(word, 1);
    const TokenIds& symbols = words_[word].symbols;
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
      std::vector<int32_t>& holders = occurrences_[{symbols[i], symbols[i + 1]}].words;
      if (holders.empty() || holders.back() != word) holders.push_back(word);
    }
  }
  for (const auto& [pair, count] : std::exchange(changes_, {})) {
    occurrences_[pair].count = count;
    candidates_.push({count, pair});
  }
}

std::optional<SymbolPair> BpeLearner::MostFrequent(int64_t min_count) {
  while (!candidates_.empty()) {
    const Candidate best = candidates_.top();
    const auto found = occurrences_.find(best.pair);
    const int64_t count = found == occurrences_.end() ? 0 : found->second.count;
    if (count == best.count) {
      if (count < min_count) return std::nullopt;
      return best.pair;
    }
    candidates_.pop();
    if (count > 0 && count < best.count) candidates_.push({count, best.pair});
  }
  return std::nullopt;
}

void BpeLearner::Merge(SymbolPair pair, int32_t result) {
  const auto merged = occurrences_.find(pair);
  if (merged == occurrences_.end()) return;
  const std::vector<int32_t> holders = std::move(merged->second.words);
  for (const int32_t word : holders) {
    TokenIds& symbols = words_[word].symbols;
    AddPairs(word, -1);
    ReplacePair(symbols, pair, result);
    AddPairs(word, 1);
    for (size_t i = 0; i + 1 < symbols.size(); ++i) {
      if (symbols[i] != result && symbols[i + 1] != result) continue;
      std::vector<int32_t>& with_result = occurrences_[{symbols[i], symbols[i + 1]}].words;
      if (with_result.empty() || with_result.back() != word) with_result.push_back(word);
    }
  }
  for (const auto& [changed, difference] : changes_) {
    if (difference == 0) continue;
    const auto found = occurrences_.find(changed);
    if (found == occurrences_.end()) continue;  // forbidden
    found->second.count += difference;
    if (difference > 0) candidates_.push({found->second.count, changed});
  }
  changes_.clear();
  occurrences_.erase(pair);
}

void BpeLearner::AddPairs(int32_t word, int64_t sign) {
  const CountedWord& counted = words_[word];
  for (size_t i = 0; i + 1 < counted.symbols.size(); ++i) {
    changes_[{counted.symbols[i], counted.symbols[i + 1]}] += sign * counted.count;
  }
}

}  // namespace lm
