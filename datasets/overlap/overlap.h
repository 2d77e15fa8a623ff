// Duplicates between two sets of texts: questions that are asked in an evaluation and were trained on.
#ifndef DATASETS_OVERLAP_OVERLAP_H_
#define DATASETS_OVERLAP_OVERLAP_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "absl/types/span.h"

namespace datasets {

enum class OverlapKind {
  kExact,       // the same bytes
  kNormalized,  // the same words (normalized.h), at least one
  kNear,        // a Jaccard similarity of at least kNearPercent
};

// Two texts are near when at least 80% of the runs of 5 words that either has are in both, counting each run once. A
// text of fewer words is one run. Broder 1997, "On the resemblance and containment of documents".
inline constexpr int kShingleWords = 5;
inline constexpr int kNearPercent = 80;

struct OverlapMatch {
  size_t text;   // its place in the set that is looked at
  size_t other;  // the place of the closest one in the other set: the first of them
  OverlapKind kind;
  double similarity;  // Jaccard, in [kNearPercent / 100, 1]; 1 of kExact and kNormalized
};

struct Overlap {
  int64_t texts = 0;  // how many were looked at
  // How many of them have a duplicate, each counted once, as the first kind in this order that it has.
  int64_t exact = 0;
  int64_t normalized = 0;
  int64_t near = 0;
  std::vector<OverlapMatch> matches;  // those, in the order of the texts
};

// The texts of `evaluation` that stand in `training`. A pure function; finds every near duplicate.
//   With T words in all: O(T log T) time and O(T) memory, and one comparison, linear in their words, for each pair of
//   texts that share one of their rarest runs (the fifth of each text's runs that is rarest): such pairs are few unless
//   many texts are nearly the same. Bayardo et al. 2007, "Scaling up all pairs similarity search".
Overlap CountOverlap(absl::Span<const std::string> training, absl::Span<const std::string> evaluation);

// The texts that repeat one before them in the same set.
Overlap CountRepeats(absl::Span<const std::string> texts);

}  // namespace datasets

#endif  // DATASETS_OVERLAP_OVERLAP_H_
