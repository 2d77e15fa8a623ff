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

// information/<information>/<arm>.jsonl: one sample of an arm's own, scored under all constitutions of its query; the
// lines of a query follow one another. sami/exact_information.h says what is computed from them.
struct InformationSample {
  // Of a constitution: a principle, or its antithesis.
  struct Clause {
    std::string principle;
    bool positive = true;
    std::string text;
  };
  int64_t query_id = 0;
  std::string category;
  std::string question;
  int64_t constitution = 0;  // which of the query's it was written under, from 0
  std::vector<Clause> clauses;
  std::string response;
  std::vector<int32_t> response_ids;  // all that were sampled, an end token among them
  bool finished = true;
  std::vector<double> log_probs;  // one a constitution, summed over response_ids; -inf is null
  double nats = 0;                // this sample's term of the information
  double length_nats = 0;         // and what its length alone tells (sami/leaks/length_information.h)
  // Its log-probability less that by the model which the arm was trained from, a term of KL(arm || model); NaN, null,
  // for an arm that is not trained.
  double kl = 0;
  double followed = 0;  // the share of its clauses that it follows; NaN, null, where no rule knows them
  // Its terms of the controls; NaN, null, where a control has no other wording or was not asked for.
  double order = 0, paraphrase = 0, irrelevant = 0;
};
base::OrderedJson ToJson(const InformationSample& sample);
absl::StatusOr<InformationSample> ParseInformationSample(const base::JsonLine& line);

// tables/<evaluation>/scores.jsonl: what the rules find in one answer.
struct AnswerScore {
  std::string arm, setting;
  int64_t question_id = 0;
  std::string category;
  // The share of the constitution's principles that it follows, and whether it is right, 1 or 0. NaN, null: no rule
  // knows.
  double followed = 0, right = 0;
};
base::OrderedJson ToJson(const AnswerScore& score);
absl::StatusOr<AnswerScore> ParseAnswerScore(const base::JsonLine& line);

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

// costs/<arm>.jsonl, one line: what an arm was trained on and with, without what it held out.
struct TrainingCost {
  int64_t rows = 0;               // queries, or rows of a file: those that differ
  int64_t examples = 0;           // each time that one was trained on
  int64_t steps = 0, tokens = 0;  // tokens: computed with gradients, a prefix that texts share once
  double flops = 0;               // training::ForwardPasses at lm::ForwardFlops of a mean text
};
base::OrderedJson ToJson(const TrainingCost& cost);
absl::StatusOr<TrainingCost> ParseTrainingCost(const base::JsonLine& line);

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
