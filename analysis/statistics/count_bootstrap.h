// The two-level bootstrap of accuracies: questions, then attempts within each drawn question, from counts.
//
// Of n attempts at a question of which c are correct, n drawn with replacement have Binomial(n, c / n) correct ones.
// One draw from that law's table replaces n draws of attempts: the law is that of Resampling::TwoLevel, the cost is
// that of drawing questions.
//
// Estimand: the mean over the questions that these are an independent sample of, of the chance that an attempt is
// correct (each question counts once, whatever its number of attempts); or its difference between two arms, whose
// attempts at a question are independent of each other given the question. The spread among attempts is in the data and
// is drawn once more, so that intervals are wide rather than short (Davison and Hinkley (1997), section 3.8): the
// bootstrap over questions alone (BootstrapMean of c / n) is valid as well, and is what reports use.
#ifndef ANALYSIS_STATISTICS_COUNT_BOOTSTRAP_H_
#define ANALYSIS_STATISTICS_COUNT_BOOTSTRAP_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "analysis/statistics/bootstrap.h"
#include "analysis/statistics/estimate.h"
#include "analysis/statistics/resampling.h"

namespace analysis {

// One arm's attempts at one question.
struct AttemptCounts {
  int64_t attempts = 0;
  int64_t correct = 0;
};

// X / attempts for X ~ Binomial(attempts, correct / attempts), by Walker's alias method (Electronics Letters 10, 1974)
// from one 32-bit number a draw. Probabilities are rounded by at most 2^-32; outcomes below 1e-15 are left out.
class ShareTable {
 public:
  // CHECK-fails unless 0 <= correct <= attempts and attempts >= 1. O(attempts).
  explicit ShareTable(const AttemptCounts& counts);

  double Draw(IndexStream& stream) const {
    const uint64_t product = uint64_t{stream.Next()} * cells_.size();
    const Cell& cell = cells_[product >> 32];
    return cell.shares[static_cast<uint32_t>(product) >= cell.keep];
  }

 private:
  struct Cell {
    double shares[2];
    uint32_t keep;  // shares[0] below, shares[1] from here on
  };
  std::vector<Cell> cells_;
};

// `n` is the number of questions. Streams as in resampling.h, so that `threads` changes nothing.
// kInvalidArgument, naming the question: none, a question without attempts, counts out of range, more than 2^31 - 1
// attempts, arms of unequal size, options out of range. O(questions resamples): some 12 ns a question of two arms
// (benchmarks/README.md); tables need up to 24 bytes for each different (attempts, correct) times attempts.
absl::StatusOr<Estimate> TwoLevelAccuracy(absl::Span<const AttemptCounts> questions, const BootstrapOptions& options);

// Arm a minus arm b; a[i] and b[i] are attempts at the same question.
absl::StatusOr<Estimate> TwoLevelDifference(absl::Span<const AttemptCounts> a, absl::Span<const AttemptCounts> b,
                                            const BootstrapOptions& options);

}  // namespace analysis

#endif  // ANALYSIS_STATISTICS_COUNT_BOOTSTRAP_H_
