#include "analysis/commands/attempts.h"

#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "analysis/commands/rows.h"
#include "base/status.h"

namespace analysis {
namespace {

class AttemptReader {
 public:
  explicit AttemptReader(AttemptFile* file) : file_(*file) {}

  absl::Status Read(const Row& row) {
    const bool is_lm_evals = !row.Has("question_id") && row.Has("doc_id");
    ASSIGN_OR_RETURN(const std::string id, row.Text(is_lm_evals ? "doc_id" : "question_id"));
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
    const auto correct = row.members().find("correct");
    if (correct != row.members().end() && correct->is_array()) return ReadList(row, *correct, is_new, question);
    return ReadOne(row, CorrectKey(row), is_new, question);
  }

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

  // "correct", or the first of lm-eval's metrics.
  static std::string CorrectKey(const Row& row) {
    if (row.Has("correct")) return "correct";
    const auto metrics = row.members().find("metrics");
    const bool is_list = metrics != row.members().end() && metrics->is_array() && !metrics->empty();
    return is_list && metrics->front().is_string() ? metrics->front().get<std::string>() : "correct";
  }

  absl::Status ReadOne(const Row& row, const std::string& key, bool is_new, size_t question) {
    QuestionAttempts& attempts = file_.questions[question];
    if (!is_new && listed_.contains(question)) {
      return row.Error(absl::StrCat("question ", attempts.question_id, " occurs twice: as a list above"));
    }
    ASSIGN_OR_RETURN(const double correct, row.Number(key));
    if (correct != 0 && correct != 1) return row.Error(absl::StrCat("\"", key, "\" must be 0 or 1, not ", correct));
    if (row.Has("attempt")) {
      ASSIGN_OR_RETURN(const std::string attempt, row.Text("attempt"));
      const size_t number = names_.emplace(attempt, names_.size()).first->second;
      if (!attempts_.emplace(question, number).second) {
        return row.Error(absl::StrCat("attempt ", attempt, " at question ", attempts.question_id, " occurs twice"));
      }
    }
    ++attempts.attempts;
    attempts.correct += correct == 1;
    return absl::OkStatus();
  }

  AttemptFile& file_;
  absl::flat_hash_map<std::string, size_t> index_;
  absl::flat_hash_map<std::string, uint32_t> names_;             // attempts' numbers by name
  absl::flat_hash_set<std::pair<uint32_t, uint32_t>> attempts_;  // questions' and attempts' numbers
  absl::flat_hash_set<size_t> listed_;
};

}  // namespace

absl::StatusOr<AttemptFile> ReadAttempts(const std::string& path, const std::string& filter) {
  AttemptFile file;
  AttemptReader reader(&file);
  RETURN_IF_ERROR(ForEachRow(path, filter, [&](const Row& row) { return reader.Read(row); }));
  return file;
}

}  // namespace analysis
