// The memory that this process takes of the system: pages, whoever of it asked for them and whatever lies in them, the
// figure that a machine runs out of.
#ifndef BASE_MEMORY_MEMORY_PEAK_H_
#define BASE_MEMORY_MEMORY_PEAK_H_

#include <cstdint>

namespace base {

// Of one at a time, while it lives.
class MemoryPeak {
 public:
  // Gives freed memory back first, so that what is taken again counts.
  MemoryPeak();
  // The most since then above what there was then.
  int64_t bytes() const;
  // Whether the system began its peak anew then (Linux does where /proc/self/clear_refs can be written); otherwise
  // bytes() has what was before, too.
  bool is_exact() const { return is_exact_; }

 private:
  int64_t before_ = 0;
  bool is_exact_ = false;
};

}  // namespace base

#endif  // BASE_MEMORY_MEMORY_PEAK_H_
