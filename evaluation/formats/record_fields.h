// Optional fields and files of checked records, for the readers and writers of FastChat's formats.
#ifndef EVALUATION_FORMATS_RECORD_FIELDS_H_
#define EVALUATION_FORMATS_RECORD_FIELDS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "datasets/records/records.h"

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

// The records of a file of JSON Lines, in their order. `parse`: JsonLine -> StatusOr<Record>; `check`: record, place
// and ids so far -> Status.
template <typename Record, typename Parse, typename Check>
absl::StatusOr<std::vector<Record>> ReadRecords(const std::string& path, const Parse& parse, const Check& check) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, base::ReadJsonLines(path));
  std::vector<Record> records;
  datasets::UniqueIds ids;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(Record record, parse(line));
    RETURN_IF_ERROR(check(record, line.where, ids));
    records.push_back(std::move(record));
  }
  return records;
}

// The reverse, after the same check. `to_json`: record -> OrderedJson.
template <typename Record, typename ToJson, typename Check>
absl::Status WriteRecords(const std::string& path, absl::Span<const Record> records, const ToJson& to_json,
                          const Check& check) {
  std::vector<base::OrderedJson> lines;
  datasets::UniqueIds ids;
  for (const Record& record : records) {
    RETURN_IF_ERROR(check(record, PlaceOf(path, lines.size()), ids));
    lines.push_back(to_json(record));
  }
  return base::WriteJsonLines(path, lines);
}

}  // namespace evaluation

#endif  // EVALUATION_FORMATS_RECORD_FIELDS_H_
