// Held-out rows: which rows of the data they are, at which steps the loss on them is measured, and what follows from
// it.
#ifndef TRAINING_HELD_OUT_H_
#define TRAINING_HELD_OUT_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "training/config.pb.h"

namespace training {

// How many of so many rows are held out. kInvalidArgument, beginning "held_out", when that is none of them, or leaves
// none to train on.
absl::StatusOr<int64_t> HeldOutCount(const sami_harness::HeldOutConfig& config, int64_t rows);

// Which ones, in ascending order: the first `count` of the rows as the stream (seed, "training/held_out") shuffles
// them.
std::vector<int64_t> HeldOutRows(int64_t count, int64_t rows, uint64_t seed);

// Takes the rows of these indices, in ascending order, out of `rows`; both keep their order.
template <typename Row>
std::vector<Row> TakeOut(const std::vector<int64_t>& indices, std::vector<Row>* rows) {
  std::vector<Row> out, rest;
  size_t next = 0;
  for (size_t i = 0; i < rows->size(); ++i) {
    const bool taken = next < indices.size() && indices[next] == static_cast<int64_t>(i);
    if (taken) ++next;
    (taken ? out : rest).push_back(std::move((*rows)[i]));
  }
  *rows = std::move(rest);
  return out;
}

// Whether the held-out loss is measured after step s of S.
bool IsMeasured(const sami_harness::TrainingConfig& config, int64_t step, int64_t num_steps);

// Index of the lowest loss, the first of equals. CHECK-fails when there is none.
int64_t BestOf(absl::Span<const double> losses);

// Index of the last of these measured losses that is an improvement by the rule in training/config.proto, the first
// loss among them. CHECK-fails when there is none.
int64_t LastImprovement(const sami_harness::EarlyStopConfig& config, absl::Span<const double> losses);

// Whether training ends after the last of these losses by that rule. Not where there is none.
bool StopsAfter(const sami_harness::EarlyStopConfig& config, absl::Span<const double> losses);

// What there is to say of training that ended after `steps` of `num_steps`, whose measurements were made after these
// steps: why it ended early, which model it keeps. A line each.
std::vector<std::string> DescribeEnd(const sami_harness::TrainingConfig& config, int64_t steps, int64_t num_steps,
                                     absl::Span<const int64_t> measured, absl::Span<const double> losses);

// kInvalidArgument where a setting has no effect on training of so many steps: nothing would be saved, early stop could
// never end it, or the last model is the only one that is measured and so the best.
absl::Status CheckMeasured(const sami_harness::TrainingConfig& config, int64_t num_steps);

}  // namespace training

#endif  // TRAINING_HELD_OUT_H_
