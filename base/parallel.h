// A parallel for over independent work items.
//
// The harness gets its threads' worth from whole work items (a microbatch, a batch of texts), each computed on one
// thread, and never from splitting one operation: a result then does not depend on the number of threads.
#ifndef BASE_PARALLEL_H_
#define BASE_PARALLEL_H_

#include <cstdint>

#include "absl/functional/function_ref.h"

namespace base {

// Calls work(i) once for each i in [0, n), on at most `threads` threads, taking items in order. Returns when all are
// done. `work` must be safe to call concurrently and must not throw. CHECK-fails unless threads >= 1.
void ParallelFor(int64_t n, int threads, absl::FunctionRef<void(int64_t)> work);

}  // namespace base

#endif  // BASE_PARALLEL_H_
