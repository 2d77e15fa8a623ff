// The published trainers' optimizer steps on today's torch and transformers: benchmarks/published/trainer_steps.py, in
// the Python of a virtual environment that the user made.
#ifndef BENCHMARKS_PUBLISHED_PYTHON_TRAINER_H_
#define BENCHMARKS_PUBLISHED_PYTHON_TRAINER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "benchmarks/harness/coprocess.h"
#include "benchmarks/harness/workload.h"

namespace benchmarks {

struct PythonStep {
  double seconds;
  int64_t peak_bytes;  // of the process, above what it had before: all memory, not tensors alone
};

class PythonTrainer {
 public:
  // environment: the folder whose bin/python has torch and transformers; threads: that each operation uses.
  // kInvalidArgument says what is missing and how to get it.
  static absl::StatusOr<std::unique_ptr<PythonTrainer>> Start(const std::string& environment, int threads);

  // "torch 2.13.0+cpu, transformers 5.24.0"
  const std::string& versions() const { return versions_; }

  // One step of `queries` queries with random weights; type: "float32", or "bfloat16" for autocast. Before the first of
  // a kind one is made that is not counted. kUnavailable when Python has ended (its words are on standard error).
  absl::StatusOr<PythonStep> Step(const Workload& workload, const std::string& type, int queries);

 private:
  PythonTrainer(std::unique_ptr<Coprocess> python, std::string versions)
      : python_(std::move(python)), versions_(std::move(versions)) {}

  const std::unique_ptr<Coprocess> python_;
  const std::string versions_;
};

}  // namespace benchmarks

#endif  // BENCHMARKS_PUBLISHED_PYTHON_TRAINER_H_
