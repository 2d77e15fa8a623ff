// Records of a run folder, one a line of a JSON Lines file, each with its reader and writer.
//
// Answers and verdicts are FastChat's records (evaluation/formats/fastchat.h), and the contrastive data set is
// sami/contrastive_data.h's. Numbers that are not finite are null. Parse... give kInvalidArgument, naming the line and
// the member, for a member that is missing or of another type; unknown members are passed over.
#ifndef EXPERIMENTS_RUN_RECORDS_H_
#define EXPERIMENTS_RUN_RECORDS_H_

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/jsonl.h"
#include "base/status.h"
#include "training/step_metrics.h"

namespace experiments {

// attempts/<arm>.jsonl: {"question_id", "attempt", "temperature", "response", "finish_reason", "num_tokens"}.
struct Attempt {
  int64_t question_id = 0;
  int64_t attempt = 0;  // 0: the one at temperature 0; 1 to accuracy.attempts: sampled
  double temperature = 0;
  std::string response;
  bool finished = true;
  int64_t num_tokens = 0;
};
base::OrderedJson ToJson(const Attempt& attempt);
absl::StatusOr<Attempt> ParseAttempt(const base::JsonLine& line);

// information/<arm>.jsonl: the bound on I(Y; C | X) at one held-out query, in nats; sami/information_bound.h says what
// the three are.
struct QueryInformation {
  int64_t query_id = 0;
  std::string category;
  double nats = 0;
  double permuted_nats = 0;
  double log_n_minus_loss = 0;
};
base::OrderedJson ToJson(const QueryInformation& information);
absl::StatusOr<QueryInformation> ParseQueryInformation(const base::JsonLine& line);

// questions.jsonl, in FastChat's question format: what every arm was asked, without the constitution (that is with the
// answers).
struct AskedQuestion {
  int64_t question_id = 0;
  std::string source_id;  // that its source gives; "source_id"
  std::string category;
  std::vector<std::string> turns;  // at least one
};
base::OrderedJson ToJson(const AskedQuestion& question);
absl::StatusOr<AskedQuestion> ParseAskedQuestion(const base::JsonLine& line);

// metrics/<arm>.jsonl: one line an optimizer step, and after it one line for a measurement of the held-out examples:
//   {"step", "split": "train" or "eval", "epoch", "loss", "grad_norm", "learning_rate", "examples", "tokens",
//    "metrics": [{"name", "value"}, ...]}
// Whatever the method, every line has the same members of the same types, and every file a number for each: so readers
// that take a column's type from its first values (Hugging Face's datasets) read the files of all methods as one table,
// as they would not if each metric were a member, null where a method has none. A measurement's grad_norm and
// learning_rate are null. The objective's loss is not among the metrics: "loss" is the loss, with a routers' loss.
base::OrderedJson ToJson(const training::StepMetrics& step);
// Also reads lines of before 0.13, in which the metrics are members.
absl::StatusOr<training::StepMetrics> ParseStepMetrics(const base::JsonLine& line);
// The objective's metric of this name, "loss" or "grad_norm"; NaN where the step has none.
double MetricOf(const training::StepMetrics& step, absl::string_view name);

// data/filters.json: how many queries each filter dropped, then "kept".
using FilterCounts = std::vector<std::pair<std::string, int64_t>>;
base::OrderedJson ToJson(const FilterCounts& counts);
absl::Status WriteFilterCounts(const std::string& path, const FilterCounts& counts);
absl::StatusOr<FilterCounts> ReadFilterCounts(const std::string& path);

// A file of records, written whole.
template <typename Record>
absl::Status WriteLines(const std::string& path, const std::vector<Record>& records) {
  std::vector<base::OrderedJson> lines;
  for (const Record& record : records) lines.push_back(ToJson(record));
  return base::WriteJsonLines(path, lines);
}

// The reverse, with the first error. `parse`: JsonLine -> StatusOr<Record>.
template <typename Record>
absl::StatusOr<std::vector<Record>> ReadLines(const std::string& path,
                                              absl::StatusOr<Record> (*parse)(const base::JsonLine&)) {
  ASSIGN_OR_RETURN(const std::vector<base::JsonLine> lines, base::ReadJsonLines(path));
  std::vector<Record> records;
  for (const base::JsonLine& line : lines) {
    ASSIGN_OR_RETURN(Record record, parse(line));
    records.push_back(std::move(record));
  }
  return records;
}

}  // namespace experiments

#endif  // EXPERIMENTS_RUN_RECORDS_H_
