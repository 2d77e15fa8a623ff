// Coprocesses: a child program that answers line by line.
#ifndef BENCHMARKS_HARNESS_COPROCESS_H_
#define BENCHMARKS_HARNESS_COPROCESS_H_

#include <sys/types.h>

#include <cstdio>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace benchmarks {

class Coprocess {
 public:
  // Starts `arguments[0]`, sought in PATH, with `environment` ("NAME=value") in place of or beside this process's own.
  // A program that cannot be started shows at the first Ask.
  static absl::StatusOr<std::unique_ptr<Coprocess>> Start(const std::vector<std::string>& arguments,
                                                          const std::vector<std::string>& environment);
  // Closes its input and waits for its end.
  ~Coprocess();
  Coprocess(const Coprocess&) = delete;
  Coprocess& operator=(const Coprocess&) = delete;

  // Sends a line and returns the line that comes back, with its end. kUnavailable when the program has ended.
  absl::StatusOr<std::string> Ask(const std::string& line);

 private:
  Coprocess(pid_t pid, FILE* to, FILE* from) : pid_(pid), to_(to), from_(from) {}

  const pid_t pid_;
  FILE* const to_;
  FILE* const from_;
};

}  // namespace benchmarks

#endif  // BENCHMARKS_HARNESS_COPROCESS_H_
