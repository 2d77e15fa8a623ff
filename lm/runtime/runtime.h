// Runtime settings of the process: how it uses cores, memory and the linear algebra library. Needs no torch header.
//
// Threads: one a work item (base::ParallelFor), none inside an operation. A result then does not depend on the number
// of threads, and two work items on two cores do not fight over them.
#ifndef LM_RUNTIME_RUNTIME_H_
#define LM_RUNTIME_RUNTIME_H_

namespace lm {

// Prepares the process, once:
// - every tensor operation runs on the thread that calls it;
// - freed memory is kept: training frees and takes megabytes at every step, and giving them back to the system in
//   between costs more than half of the speed with two threads;
// - a tensor takes the place of one that was freed: torch's CPU allocator is one that calls malloc;
// - matrix products are computed by the best that is there, lm/arithmetic/products.h, unless that was chosen before.
// Decoder's constructor calls it; other programs that compute on torch call it in main(), before other threads start.
void SetUpRuntime();

// Makes the calling thread run tensor operations alone: the limit of OpenMP, on which torch and the linear algebra
// library rest, belongs to each thread and starts at the number of cores. Decoder::Forward calls it, so that only
// threads that never see a decoder need to. Costs nanoseconds.
void ObeyThreadLimit();

}  // namespace lm

#endif  // LM_RUNTIME_RUNTIME_H_
