// An instruction's arguments, by name and type.
#ifndef EVALUATION_IFEVAL_ARGUMENTS_H_
#define EVALUATION_IFEVAL_ARGUMENTS_H_

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/queries/query.h"
#include "evaluation/python/text.h"

namespace ifeval {

class Arguments {
 public:
  explicit Arguments(const datasets::Instruction& instruction) : instruction_(instruction) {}

  // kInvalidArgument names the kind and the argument that is missing, empty, zero or of another type: the published
  // scorer takes such a one for absent, and draws one at random.
  absl::StatusOr<int64_t> Number(const char* name) const;
  absl::StatusOr<Text> String(const char* name) const;
  absl::StatusOr<std::vector<Text>> Strings(const char* name) const;
  // "at least" and "less than" of the argument `number`, by the argument `relation`.
  absl::StatusOr<bool> Compare(int64_t actual, const char* relation, const char* number) const;

 private:
  absl::Status Missing(const char* name, const char* type) const;

  const datasets::Instruction& instruction_;
};

}  // namespace ifeval

#endif  // EVALUATION_IFEVAL_ARGUMENTS_H_
