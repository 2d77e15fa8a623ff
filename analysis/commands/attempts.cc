#include "analysis/commands/attempts.h"

#include <cstdint>
#include <utility>

#include "absl/algorithm/container.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "analysis/commands/row_format.h"
#include "analysis/commands/rows.h"
#include "base/status.h"

namespace analysis {
namespace {

// The column that says whether the attempt is right.
absl::StatusOr<std::string> CorrectKey(const Row& row, RowFormat format, const AttemptColumns& columns) {
  if (!columns.correct.empty()) return columns.correct;
  if (row.Names("correct")) return std::string("correct");
  if (format == RowFormat::kHumanEval) return std::string("passed");
  if (format != RowFormat::kLmEval) return std::string("correct");
  return LmEvalMetric(row);
}

absl::StatusOr<std::string> IdKey(const Row& row, RowFormat format, const AttemptColumns& columns) {
  if (!columns.id.empty()) return columns.id;
  if (row.Has("question_id")) return std::string("question_id");
  if (format == RowFormat::kLmEval) return std::string("doc_id");
  if (format == RowFormat::kHumanEval) return std::string("task_id");
  for (const char* key : {"doc_id", "task_id"}) {
    if (row.Has(key)) return std::string(key);
  }
  const std::string known = format == RowFormat::kOther ? "" : absl::StrCat("these are ", FormatName(format), "; ");
  return row.Error(
      absl::StrCat("\"question_id\" is missing; ", known, "name the columns of other formats with --id and --correct"));
}

// A number, or a truth as Python writes it.
absl::StatusOr<double> Truth(const Row& row, const std::string& key) {
  const auto found = row.members().find(key);
  if (found != row.members().end() && found->is_string()) {
    const std::string lower = absl::AsciiStrToLower(found->get<std::string>());
    if (lower == "true" || lower == "false") return lower == "true" ? 1.0 : 0.0;
  }
  ASSIGN_OR_RETURN(const double correct, row.Number(key));
  if (correct == 0 || correct == 1) return correct;
  return row.Error(absl::StrCat("\"", key, "\" must be 0 or 1, not ", correct));
}

// Of one filter.
class AttemptReader {
 public:
  explicit AttemptReader(const std::string& filter) { file_.filter = filter; }

  absl::Status Read(const Row& row, RowFormat format, const AttemptColumns& columns) {
    ASSIGN_OR_RETURN(const std::string id_key, IdKey(row, format, columns));
    ASSIGN_OR_RETURN(const std::string id, row.Id(id_key));
    std::string category;
    if (row.Has("category")) {
      ASSIGN_OR_RETURN(category, row.Text("category"));
    }
    const auto [found, is_new] = index_.emplace(id, file_.questions.size());
    const size_t question = found->second;
    if (is_new) {
      file_.questions.push_back({id});
      file_.categories.push_back(category);
    } else if (file_.categories[question] != category) {
      return row.Error(absl::StrCat("question ", id, " is in category \"", category, "\" here, and in \"",
                                    file_.categories[question], "\" above"));
    }
    ASSIGN_OR_RETURN(const std::string key, CorrectKey(row, format, columns));
    const auto correct = row.members().find(key);
    if (correct != row.members().end() && correct->is_array()) return ReadList(row, *correct, is_new, question);
    return ReadOne(row, key, is_new, question);
  }

  AttemptFile Finish() { return std::move(file_); }

 private:
  absl::Status ReadList(const Row& row, const base::Json& list, bool is_new, size_t question) {
    QuestionAttempts& attempts = file_.questions[question];
    if (!is_new) return row.Error(absl::StrCat("question ", attempts.question_id, " occurs twice"));
    listed_.insert(question);
    if (list.empty()) return row.Error(absl::StrCat("question ", attempts.question_id, " has no attempts"));
    for (const base::Json& value : list) {
      if (value != 0 && value != 1 && !value.is_boolean()) {
        return row.Error(absl::StrCat("\"correct\" must hold 0 and 1 only, not ", value.dump()));
      }
      ++attempts.attempts;
      attempts.correct += value.is_boolean() ? value.get<bool>() : value == 1;
    }
    return absl::OkStatus();
  }

  absl::Status ReadOne(const Row& row, const std::string& key, bool is_new, size_t question) {
    QuestionAttempts& attempts = file_.questions[question];
    if (!is_new && listed_.contains(question)) {
      return row.Error(absl::StrCat("question ", attempts.question_id, " occurs twice: as a list above"));
    }
    ASSIGN_OR_RETURN(const double correct, Truth(row, key));
    if (row.Has("attempt")) {
      ASSIGN_OR_RETURN(const std::string attempt, row.Id("attempt"));
      const size_t number = names_.emplace(attempt, names_.size()).first->second;
      if (!attempts_.emplace(question, number).second) {
        return row.Error(absl::StrCat("attempt ", attempt, " at question ", attempts.question_id, " occurs twice"));
      }
    }
    ++attempts.attempts;
    attempts.correct += correct == 1;
    return absl::OkStatus();
  }

  AttemptFile file_;
  absl::flat_hash_map<std::string, size_t> index_;
  absl::flat_hash_map<std::string, uint32_t> names_;             // attempts' numbers by name
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> attempts_;  // questions' and attempts' numbers
  absl::flat_hash_set<size_t> listed_;
};

}  // namespace

absl::StatusOr<AttemptFiles> ReadAttempts(const std::string& path, const AttemptColumns& columns) {
  OneFormat format;
  std::string others;  // metrics that are not read
  std::vector<std::string> filters;
  std::vector<AttemptReader> readers;
  RETURN_IF_ERROR(ForEachRow(path, [&](const Row& row) -> absl::Status {
    RETURN_IF_ERROR(format.Add(row));
    std::string filter;
    if (row.Has("filter")) {
      ASSIGN_OR_RETURN(filter, row.Text("filter"));
    }
    const size_t found = absl::c_find(filters, filter) - filters.begin();
    if (found == filters.size()) {
      filters.push_back(filter);
      readers.emplace_back(filter);
    }
    if (!columns.filter.empty() && !filter.empty() && filter != columns.filter) return absl::OkStatus();
    if (others.empty() && format.format() == RowFormat::kLmEval && columns.correct.empty() && !row.Names("correct")) {
      ASSIGN_OR_RETURN(const std::string metric, LmEvalMetric(row));
      others = OtherMetrics(row, metric, "correct");
    }
    return readers[found].Read(row, format.format(), columns);
  }));
  AttemptFiles files;
  files.says = format.Says(path) + others;
  for (AttemptReader& reader : readers) {
    AttemptFile file = reader.Finish();
    if (!file.questions.empty()) files.filters.push_back(std::move(file));
  }
  if (!files.filters.empty()) return files;
  return absl::InvalidArgumentError(
      absl::StrCat(path, ": no row is of filter \"", columns.filter, "\", but of ", absl::StrJoin(filters, ", ")));
}

}  // namespace analysis
