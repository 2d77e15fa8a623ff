// Parts of what is trained: what an optimizer updates, and where it may be cut.
#ifndef TRAINING_KERNELS_PARTS_H_
#define TRAINING_KERNELS_PARTS_H_

#include <torch/types.h>

#include <cstdint>

namespace training {

// Elements of a parameter whose squares are added up before they are added to those of others, and that a thread takes
// at a time: whoever cuts a parameter elsewhere changes the last bits of the norm. (On a device larger ones: there the
// bits depend on how many ranks there are.)
constexpr int64_t kBlockElements = 1 << 17;

// A parameter, or a part of one that begins and ends where blocks do.
struct Trained {
  torch::Tensor values;    // undefined where they are another process's
  bool is_matrix = false;  // whether the parameter has two dimensions or more
  int64_t place = 0;       // of its first element among those of all parameters, in their order
  int64_t size = 0;        // elements
};

}  // namespace training

#endif  // TRAINING_KERNELS_PARTS_H_
