// The published trainers' optimizer steps on today's torch and transformers: benchmarks/published/trainer_steps.py, in
// the Python of a virtual environment that the user made.
#ifndef BENCHMARKS_PUBLISHED_PYTHON_TRAINER_H_
#define BENCHMARKS_PUBLISHED_PYTHON_TRAINER_H_

#include <cstdint>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "benchmarks/harness/workload.h"
#include "benchmarks/published/python_program.h"

namespace benchmarks {

struct PythonStep {
  double seconds;
  int64_t
      peak_bytes;  // of the process since it had no model yet, above what it had then: all memory, not tensors alone
};

class PythonTrainer {
 public:
  // As PythonProgram::Start, with torch and transformers.
  static absl::StatusOr<PythonTrainer> Start(const std::string& environment, int threads);

  const std::string& versions() const { return python_.versions(); }

  // One step of `queries` queries with random weights; type: "float32", or "bfloat16" for autocast. Before the first of
  // a kind one is made that is not counted. kUnavailable when Python has ended.
  absl::StatusOr<PythonStep> Step(const Workload& workload, const std::string& type, int queries);

 private:
  explicit PythonTrainer(PythonProgram python) : python_(std::move(python)) {}

  PythonProgram python_;
};

}  // namespace benchmarks

#endif  // BENCHMARKS_PUBLISHED_PYTHON_TRAINER_H_
