// Programs of this room in the Python of a virtual environment that the user made, asked line by line.
#ifndef BENCHMARKS_PUBLISHED_PYTHON_PROGRAM_H_
#define BENCHMARKS_PUBLISHED_PYTHON_PROGRAM_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/harness/coprocess.h"

namespace benchmarks {

class PythonProgram {
 public:
  // environment: the folder whose bin/python has the packages, by pip's names; script: its path in the repository;
  // threads: that each operation uses. kInvalidArgument says what is missing and how to get it.
  static absl::StatusOr<PythonProgram> Start(const std::string& environment, const std::string& script,
                                             const std::vector<std::string>& packages, int threads);

  // "torch 2.13.0+cpu, transformers 5.24.0"
  const std::string& versions() const { return versions_; }

  // The line that comes back, without its end. kUnavailable when Python has ended (its words are on standard error).
  absl::StatusOr<std::string> Ask(const std::string& line);

 private:
  PythonProgram(std::unique_ptr<Coprocess> process, std::string versions)
      : process_(std::move(process)), versions_(std::move(versions)) {}

  std::unique_ptr<Coprocess> process_;
  std::string versions_;
};

}  // namespace benchmarks

#endif  // BENCHMARKS_PUBLISHED_PYTHON_PROGRAM_H_
