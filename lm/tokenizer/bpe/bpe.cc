#include "lm/tokenizer/bpe/bpe.h"

#include <algorithm>
#include <functional>
#include <limits>
#include <tuple>

#include "base/check.h"

namespace lm {
namespace {

// Up to here looking at every pair again after each merge is quicker than keeping a heap.
constexpr size_t kShort = 32;
constexpr int32_t kNoRank = std::numeric_limits<int32_t>::max();
constexpr int32_t kNone = -1;

uint64_t Key(int32_t left, int32_t right) {
  return static_cast<uint64_t>(static_cast<uint32_t>(left)) << 32 | static_cast<uint32_t>(right);
}

}  // namespace

BpeMerges::BpeMerges(const std::vector<BpeMerge>& merges) {
  rules_.reserve(merges.size());
  for (size_t rank = 0; rank < merges.size(); ++rank) {
    rules_[Key(merges[rank].left, merges[rank].right)] = {static_cast<int32_t>(rank), merges[rank].result};
  }
}

const BpeMerges::Rule* BpeMerges::Find(int32_t left, int32_t right) const {
  const auto found = rules_.find(Key(left, right));
  return found == rules_.end() ? nullptr : &found->second;
}

void BpeMerges::Apply(TokenIds& symbols, std::vector<size_t>* sizes) const {
  symbols.size() <= kShort ? ApplyToShort(symbols, sizes) : ApplyToLong(symbols, sizes);
}

void BpeMerges::ApplyToShort(TokenIds& symbols, std::vector<size_t>* sizes) const {
  Rule rules[kShort];  // rules[i]: how symbols i and i + 1 merge
  const auto look_up = [&](size_t i) {
    const Rule* rule = Find(symbols[i], symbols[i + 1]);
    rules[i] = rule == nullptr ? Rule{kNoRank, 0} : *rule;
  };
  for (size_t i = 0; i + 1 < symbols.size(); ++i) look_up(i);
  while (symbols.size() > 1) {
    Rule* const end = rules + symbols.size() - 1;
    Rule* const best = std::min_element(rules, end, [](const Rule& a, const Rule& b) { return a.rank < b.rank; });
    if (best->rank == kNoRank) return;
    const size_t i = best - rules;
    symbols[i] = best->result;
    symbols.erase(symbols.begin() + i + 1);
    if (sizes != nullptr) {
      (*sizes)[i] += (*sizes)[i + 1];
      sizes->erase(sizes->begin() + i + 1);
    }
    std::copy(best + 1, end, best);
    if (i > 0) look_up(i - 1);
    if (i + 1 < symbols.size()) look_up(i);
  }
}

// A doubly linked list over the symbols' places, and a heap of the pairs that merge. A heap entry is outdated when its
// left place is gone or the pair there has another rank by now.
void BpeMerges::ApplyToLong(TokenIds& symbols, std::vector<size_t>* sizes) const {
  SAMI_CHECK(symbols.size() < static_cast<size_t>(std::numeric_limits<int32_t>::max())) << "a word of 2 GiB";
  struct Candidate {
    int32_t rank;
    int32_t place;
    bool operator>(const Candidate& other) const { return std::tie(rank, place) > std::tie(other.rank, other.place); }
  };
  const int32_t size = symbols.size();
  std::vector<int32_t> next(size), previous(size), rank_at(size, kNoRank);
  std::vector<Candidate> heap;
  heap.reserve(size);
  for (int32_t i = 0; i < size; ++i) {
    previous[i] = i - 1;
    next[i] = i + 1 < size ? i + 1 : kNone;
  }
  const auto rank_pair = [&](int32_t place) {
    const Rule* rule = next[place] == kNone ? nullptr : Find(symbols[place], symbols[next[place]]);
    rank_at[place] = rule == nullptr ? kNoRank : rule->rank;
    if (rule != nullptr) heap.push_back({rule->rank, place});
    return rule != nullptr;
  };
  for (int32_t i = 0; i < size; ++i) rank_pair(i);
  std::make_heap(heap.begin(), heap.end(), std::greater<>());
  const auto rank_pair_and_sift = [&](int32_t place) {
    if (rank_pair(place)) std::push_heap(heap.begin(), heap.end(), std::greater<>());
  };
  while (!heap.empty()) {
    const auto [rank, place] = heap.front();
    std::pop_heap(heap.begin(), heap.end(), std::greater<>());
    heap.pop_back();
    if (rank_at[place] != rank) continue;
    const int32_t right = next[place];
    symbols[place] = Find(symbols[place], symbols[right])->result;
    if (sizes != nullptr) (*sizes)[place] += (*sizes)[right];
    rank_at[right] = kNoRank;
    next[place] = next[right];
    if (next[place] != kNone) previous[next[place]] = place;
    rank_pair_and_sift(place);
    if (previous[place] != kNone) rank_pair_and_sift(previous[place]);
  }
  int32_t kept = 0;
  for (int32_t place = 0; place != kNone; place = next[place], ++kept) {
    symbols[kept] = symbols[place];
    if (sizes != nullptr) (*sizes)[kept] = (*sizes)[place];
  }
  symbols.resize(kept);
  if (sizes != nullptr) sizes->resize(kept);
}

}  // namespace lm
