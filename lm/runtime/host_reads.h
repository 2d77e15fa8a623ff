// Counts how often the host waits for a number of a device: each time the device runs out of work.
#ifndef LM_RUNTIME_HOST_READS_H_
#define LM_RUNTIME_HOST_READS_H_

#include <cstdint>

namespace lm {

// While it lives, reads by any thread: of one number (item(), a condition), of places (nonzero, whose result's size the
// host has to know), of tensors by copies to the host. On the CPU the first two are counted as well, which no one waits
// for there, so that tests without a device see them; copies are not. At most one lives at a time.
class HostReads {
 public:
  HostReads();
  ~HostReads();
  HostReads(const HostReads&) = delete;
  HostReads& operator=(const HostReads&) = delete;

  int64_t count() const;

 private:
  const uint64_t callback_;
};

}  // namespace lm

#endif  // LM_RUNTIME_HOST_READS_H_
