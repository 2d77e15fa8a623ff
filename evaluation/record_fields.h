// What the readers and writers of FastChat's files share: members that may be absent.
#ifndef EVALUATION_RECORD_FIELDS_H_
#define EVALUATION_RECORD_FIELDS_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "base/jsonl.h"

namespace evaluation {

// Empty where the key is missing.
absl::StatusOr<std::string> GetOptionalString(const base::JsonLine& line, const char* key);

// `otherwise` where the key is missing.
absl::StatusOr<int64_t> GetIntOr(const base::JsonLine& line, const char* key, int64_t otherwise);

absl::StatusOr<double> GetNumber(const base::JsonLine& line, const char* key);

// The two strings of "judge": [judge, name of its prompt].
struct JudgeNames {
  std::string model, prompt;
};
absl::StatusOr<JudgeNames> GetJudge(const base::JsonLine& line);

void SetIfKnown(base::OrderedJson& json, const char* key, const std::string& text);

// "path:line" of the index-th record that is written.
std::string PlaceOf(const std::string& path, size_t index);

}  // namespace evaluation

#endif  // EVALUATION_RECORD_FIELDS_H_
