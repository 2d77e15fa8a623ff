// A progress line for work that takes longer than two seconds: share done, rate, time left.
//
//   sft: 384/1500 examples (26%), 61.2 examples/s, 18 s left, loss 1.23
//
// On a terminal one line is rewritten; elsewhere a plain line is printed every few seconds. Everything goes to stderr.
#ifndef BASE_PROGRESS_H_
#define BASE_PROGRESS_H_

#include <cstdint>
#include <mutex>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace base {

class Progress {
 public:
  // `total` <= 0: unknown.
  Progress(std::string name, int64_t total, std::string unit);
  // Prints a last line, with the time taken, if anything took longer than two seconds.
  ~Progress();
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  // Safe to call from several threads. `detail` is appended to the line.
  void Add(int64_t count, absl::string_view detail = "");

  // Silences every progress line of the process (tests, quiet deployments).
  static void SetQuiet(bool quiet);

 private:
  std::string Line(absl::Duration elapsed) const;
  void Show(absl::Time now);

  const std::string name_;
  const int64_t total_;
  const std::string unit_;
  const absl::Time start_;
  const bool terminal_;
  std::mutex mutex_;
  int64_t done_ = 0;
  std::string detail_;
  absl::Time shown_;
};

// "850 ms", "12 s", "3 min 20 s", "2 h 5 min".
std::string HumanDuration(absl::Duration duration);

}  // namespace base

#endif  // BASE_PROGRESS_H_
