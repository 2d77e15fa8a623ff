// What stages were computed with, and whether it is what this process computes with.
//
// Keys of stages have no arithmetic in them: with any, a stage computes the same up to rounding, and a spec names it.
// But texts that are sampled and sums that are added by two kinds of kernels under one run id are no one's result, so
// mixing them has to be asked for.
#ifndef EXPERIMENTS_RUN_ARITHMETIC_ARITHMETIC_H_
#define EXPERIMENTS_RUN_ARITHMETIC_ARITHMETIC_H_

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "experiments/run/record.pb.h"

namespace experiments {

using Arithmetics = google::protobuf::RepeatedPtrField<sami_harness::ArithmeticRecord>;

// In what `made` differs from `here` so that last digits may differ: "products by OpenBLAS 0.3.21, Haswell, here by
// OpenBLAS 0.3.21, SkylakeX; ...". Empty where in nothing, and where one of them is an empty record, which says
// nothing.
std::string ArithmeticDifference(const sami_harness::ArithmeticRecord& made,
                                 const sami_harness::ArithmeticRecord& here);

// The first difference of any of them; empty: none.
std::string ArithmeticDifference(const Arithmetics& made, const sami_harness::ArithmeticRecord& here);

// kFailedPrecondition that says what differs and what can be done. `what`: what was computed, and where it is.
absl::Status OtherArithmetic(const std::string& what, const std::string& difference);

// What has worked in a stage's scratch folder so far, with `here` added where the last was another: read from it and
// written to it. kFailedPrecondition where another than `here` has worked in it and `accepts` is false; the file is
// then as it was. Of a folder with nothing else in it, from which nothing goes on, it is `here` alone.
absl::StatusOr<Arithmetics> ContinueArithmetic(const std::string& scratch, const sami_harness::ArithmeticRecord& here,
                                               bool accepts);

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_ARITHMETIC_ARITHMETIC_H_
