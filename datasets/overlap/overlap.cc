#include "datasets/overlap/overlap.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <optional>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_join.h"
#include "absl/strings/string_view.h"
#include "datasets/overlap/normalized.h"

namespace datasets {
namespace {

// A text's runs of words as numbers, in rising order, each once.
using Shingles = std::vector<int32_t>;

struct Prepared {
  absl::string_view text;
  std::string words;  // normalised, with a space between two
  Shingles shingles;  // smaller numbers are rarer
};

// Numbers things in the order in which they are first seen.
template <typename T>
class Numbers {
 public:
  int32_t Of(const T& thing) { return numbers_.emplace(thing, static_cast<int32_t>(numbers_.size())).first->second; }
  size_t size() const { return numbers_.size(); }

 private:
  absl::flat_hash_map<T, int32_t> numbers_;
};

void SortAndUnite(Shingles& shingles) {
  std::sort(shingles.begin(), shingles.end());
  shingles.erase(std::unique(shingles.begin(), shingles.end()), shingles.end());
}

// Numbers every run of words by how many texts have it, the rarest first.
void RankByRarity(size_t count, std::vector<Prepared>& texts) {
  std::vector<int32_t> frequency(count, 0), order(count), rank(count);
  for (const Prepared& text : texts) {
    for (const int32_t shingle : text.shingles) ++frequency[shingle];
  }
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(), [&](int32_t a, int32_t b) { return frequency[a] < frequency[b]; });
  for (size_t i = 0; i < count; ++i) rank[order[i]] = static_cast<int32_t>(i);
  for (Prepared& text : texts) {
    for (int32_t& shingle : text.shingles) shingle = rank[shingle];
    std::sort(text.shingles.begin(), text.shingles.end());
  }
}

std::vector<Prepared> Prepare(absl::Span<const std::string> training, absl::Span<const std::string> evaluation) {
  Numbers<std::string> words;
  Numbers<std::array<int32_t, kShingleWords>> runs;
  std::vector<Prepared> texts;
  for (const auto& set : {training, evaluation}) {
    for (const std::string& text : set) {
      const std::vector<std::string> normalized = NormalizedWords(text);
      Prepared prepared{text, absl::StrJoin(normalized, " "), {}};
      std::array<int32_t, kShingleWords> run;
      run.fill(-1);
      for (size_t i = 0; i < normalized.size(); ++i) {
        std::rotate(run.begin(), run.begin() + 1, run.end());
        run.back() = words.Of(normalized[i]);
        if (i + 1 >= kShingleWords || i + 1 == normalized.size()) prepared.shingles.push_back(runs.Of(run));
      }
      SortAndUnite(prepared.shingles);
      texts.push_back(std::move(prepared));
    }
  }
  RankByRarity(runs.size(), texts);
  return texts;
}

// The least number of a text's runs that a near duplicate has as well.
size_t LeastCommon(size_t size) { return (size * kNearPercent + 99) / 100; }

// Near duplicates share a run among so many of the rarest of each: with fewer left than LeastCommon after the first
// common run, they could not share enough.
size_t PrefixSize(size_t size) { return size == 0 ? 0 : size - LeastCommon(size) + 1; }

size_t CountCommon(const Shingles& a, const Shingles& b) {
  size_t common = 0;
  for (size_t i = 0, j = 0; i < a.size() && j < b.size();) {
    common += a[i] == b[j];
    const bool advance_a = a[i] <= b[j], advance_b = b[j] <= a[i];
    i += advance_a;
    j += advance_b;
  }
  return common;
}

// The texts that were added, to be asked for the closest one.
class Index {
 public:
  explicit Index(const std::vector<Prepared>& texts) : texts_(texts), seen_(texts.size(), -1) {}

  void Add(size_t place) {
    const Prepared& text = texts_[place];
    exact_.emplace(text.text, place);
    // Of texts with the same words the first is enough.
    if (text.words.empty() || !normalized_.emplace(text.words, place).second) return;
    for (size_t i = 0; i < PrefixSize(text.shingles.size()); ++i) rare_[text.shingles[i]].push_back(place);
  }

  std::optional<OverlapMatch> Closest(size_t place) {
    const Prepared& text = texts_[place];
    if (const auto found = exact_.find(text.text); found != exact_.end()) {
      return OverlapMatch{place, found->second, OverlapKind::kExact, 1};
    }
    if (const auto found = normalized_.find(text.words); found != normalized_.end()) {
      return OverlapMatch{place, found->second, OverlapKind::kNormalized, 1};
    }
    return ClosestNear(place);
  }

 private:
  std::optional<OverlapMatch> ClosestNear(size_t place) {
    const Shingles& shingles = texts_[place].shingles;
    size_t best = 0, best_common = 0, best_all = 1;
    for (size_t i = 0; i < PrefixSize(shingles.size()); ++i) {
      const auto places = rare_.find(shingles[i]);
      if (places == rare_.end()) continue;
      for (const size_t other : places->second) {
        if (seen_[other] == static_cast<int64_t>(place)) continue;
        seen_[other] = place;
        const size_t common = CountCommon(shingles, texts_[other].shingles);
        const size_t all = shingles.size() + texts_[other].shingles.size() - common;
        if (common * 100 < all * kNearPercent) continue;
        // In whole numbers, so that equal similarities are equal.
        const size_t a = common * best_all, b = best_common * all;
        if (a < b || (a == b && other > best)) continue;
        best = other, best_common = common, best_all = all;
      }
    }
    if (best_common == 0) return std::nullopt;
    return OverlapMatch{place, best, OverlapKind::kNear, static_cast<double>(best_common) / best_all};
  }

  const std::vector<Prepared>& texts_;
  std::vector<int64_t> seen_;  // the last text for which each was compared
  absl::flat_hash_map<absl::string_view, size_t> exact_, normalized_;
  absl::flat_hash_map<int32_t, std::vector<size_t>> rare_;  // run of words -> texts that have it among their rarest
};

void Count(std::optional<OverlapMatch> match, size_t first_place, Overlap& overlap) {
  ++overlap.texts;
  if (!match.has_value()) return;
  match->text -= first_place;
  overlap.exact += match->kind == OverlapKind::kExact;
  overlap.normalized += match->kind == OverlapKind::kNormalized;
  overlap.near += match->kind == OverlapKind::kNear;
  overlap.matches.push_back(*match);
}

}  // namespace

Overlap CountOverlap(absl::Span<const std::string> training, absl::Span<const std::string> evaluation) {
  const std::vector<Prepared> texts = Prepare(training, evaluation);
  Index index(texts);
  for (size_t i = 0; i < training.size(); ++i) index.Add(i);
  Overlap overlap;
  for (size_t i = training.size(); i < texts.size(); ++i) Count(index.Closest(i), training.size(), overlap);
  return overlap;
}

Overlap CountRepeats(absl::Span<const std::string> texts) {
  const std::vector<Prepared> prepared = Prepare(texts, {});
  Index index(prepared);
  Overlap overlap;
  for (size_t i = 0; i < prepared.size(); ++i) {
    Count(index.Closest(i), 0, overlap);
    index.Add(i);
  }
  return overlap;
}

}  // namespace datasets
