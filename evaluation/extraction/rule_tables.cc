#include "evaluation/extraction/rule_tables.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "analysis/measures/pass_at_k.h"
#include "analysis/statistics/mean_interval.h"
#include "base/check.h"
#include "base/status.h"

namespace evaluation {
namespace {

using ::analysis::Cell;
using ::analysis::Estimate;
using ::analysis::NumberFormat;

constexpr double kLevel = 0.95;

// The number of responses to every question that counts; 0 where they differ.
int64_t EqualAttempts(const ScoredResponses& scored) {
  const size_t n = scored.responses[scored.questions[0]].size();
  for (const size_t q : scored.questions) {
    if (scored.responses[q].size() != n) return 0;
  }
  return n;
}

absl::Status AddEstimate(const absl::StatusOr<Estimate>& estimate, std::vector<Cell>* row) {
  if (!estimate.ok()) return estimate.status();
  row->insert(row->end(), {estimate->value, estimate->low, estimate->high});
  return absl::OkStatus();
}

absl::StatusOr<std::vector<Cell>> RuleRow(const ScoredResponses& scored, AnswerRule rule, int64_t n) {
  std::vector<double> shares, any, majority;
  int64_t without = 0;
  for (const size_t q : scored.questions) {
    const std::string& reference = scored.problems[q].answer;
    std::vector<std::optional<std::string>> votes;
    int64_t right = 0;
    for (const std::string& response : scored.responses[q]) {
      const auto answer = ExtractAnswer(rule, response);
      without += !answer.has_value();
      // A vote is for an answer that counts as the same: the reference's where it is right.
      const bool is_right = IsRightAnswer(rule, response, reference);
      right += is_right;
      votes.push_back(is_right             ? std::optional<std::string>("#### right")
                      : answer.has_value() ? std::optional<std::string>(*answer)
                                           : std::nullopt);
    }
    shares.push_back(votes.empty() ? 0 : static_cast<double>(right) / votes.size());
    any.push_back(right > 0);
    if (n > 1) {
      ASSIGN_OR_RETURN(const double credit, analysis::MajorityAtN(votes, "#### right"));
      majority.push_back(credit);
    }
  }
  std::vector<Cell> row = {std::string(AnswerRuleName(rule)), static_cast<int64_t>(shares.size())};
  RETURN_IF_ERROR(AddEstimate(analysis::ScoreMeanInterval(shares, kLevel), &row));
  if (n > 1) {
    RETURN_IF_ERROR(AddEstimate(analysis::ScoreMeanInterval(any, kLevel), &row));
    RETURN_IF_ERROR(AddEstimate(analysis::ScoreMeanInterval(majority, kLevel), &row));
  }
  row.push_back(without);
  return row;
}

}  // namespace

absl::Status ChooseQuestions(const std::string& missing, ScoredResponses* scored, std::string* note) {
  if (missing != "refuse" && missing != "wrong" && missing != "skip") {
    return absl::InvalidArgumentError(absl::StrCat("--missing must be refuse, wrong or skip, not \"", missing, "\""));
  }
  std::vector<size_t> unanswered;
  for (size_t q = 0; q < scored->problems.size(); ++q) {
    if (scored->responses[q].empty()) unanswered.push_back(q);
    if (!scored->responses[q].empty() || missing == "wrong") scored->questions.push_back(q);
  }
  if (unanswered.empty()) return absl::OkStatus();
  *note = absl::StrCat(unanswered.size(), " of ", scored->problems.size(),
                       " questions have no answer, the first of them number ", unanswered[0]);
  if (missing == "refuse" || scored->questions.empty()) {
    return absl::InvalidArgumentError(absl::StrCat(*note, ": choose --missing=wrong or --missing=skip"));
  }
  absl::StrAppend(note, "; they ", missing == "wrong" ? "count as wrong" : "are left out");
  return absl::OkStatus();
}

absl::StatusOr<analysis::Table> RuleTable(const ScoredResponses& scored, const std::vector<AnswerRule>& rules) {
  SAMI_CHECK(!scored.questions.empty());
  const int64_t n = EqualAttempts(scored);
  analysis::Table table;
  table.caption = "Accuracy by extraction rule, with 95% confidence intervals over questions";
  table.columns = {{"rule", "rule"}, {"n", "questions"}};
  const auto add = [&](const std::string& key, const std::string& title) {
    table.columns.push_back({key, title, NumberFormat::kPercent, 1});
    table.columns.push_back({key + "_low", "CI low", NumberFormat::kPercent, 1});
    table.columns.push_back({key + "_high", "CI high", NumberFormat::kPercent, 1});
  };
  add("accuracy", "right %");
  if (n > 1) {
    add("any", absl::StrCat("any of ", n, " %"));
    add("majority", absl::StrCat("majority of ", n, " %"));
  }
  table.columns.push_back({"without_answer", "no answer found"});
  double least = 2, largest = -1;
  for (const AnswerRule rule : rules) {
    ASSIGN_OR_RETURN(std::vector<Cell> row, RuleRow(scored, rule, n));
    least = std::min(least, std::get<double>(row[2]));
    largest = std::max(largest, std::get<double>(row[2]));
    table.rows.push_back(std::move(row));
  }
  table.notes.push_back(absl::StrFormat("Over rules: %.1f%% to %.1f%%.", 100 * least, 100 * largest));
  if (n != 1) {
    table.notes.push_back(n == 0 ? "Questions differ in their numbers of responses; each counts by its share of right "
                                   "ones, and any-of-n and majority are not shown."
                                 : "A question counts by its share of right responses. Majority: a tie is shared.");
  }
  return table;
}

analysis::Table DisagreementTable(const ScoredResponses& scored, const std::vector<AnswerRule>& rules, int64_t show) {
  analysis::Table table;
  table.columns = {{"question", "question"}, {"response", "response"}, {"gold", "gold"}};
  for (const AnswerRule rule : rules) {
    const std::string name(AnswerRuleName(rule));
    table.columns.push_back({name, name});
  }
  int64_t count = 0, responses = 0;
  for (const size_t q : scored.questions) {
    for (size_t k = 0; k < scored.responses[q].size(); ++k) {
      const std::string& response = scored.responses[q][k];
      std::vector<Cell> row = {static_cast<int64_t>(q), static_cast<int64_t>(k), scored.problems[q].gold};
      size_t right = 0;
      for (const AnswerRule rule : rules) {
        const bool is_right = IsRightAnswer(rule, response, scored.problems[q].answer);
        right += is_right;
        row.push_back(absl::StrCat(ExtractAnswer(rule, response).value_or(kNoAnswer), is_right ? " \u2713" : ""));
      }
      ++responses;
      if (right == 0 || right == rules.size()) continue;
      if (show < 0 || count < show) table.rows.push_back(std::move(row));
      ++count;
    }
  }
  table.caption = absl::StrCat("The rules disagree on ", count, " of ", responses, " responses",
                               table.rows.size() < static_cast<size_t>(count)
                                   ? absl::StrCat("; the first ", table.rows.size(), " (--show=-1 for all)")
                                   : "");
  return table;
}

analysis::Table PairTable(const ScoredResponses& scored, const std::vector<AnswerRule>& rules) {
  std::vector<std::vector<int64_t>> differ(rules.size(), std::vector<int64_t>(rules.size()));
  for (const size_t q : scored.questions) {
    for (const std::string& response : scored.responses[q]) {
      std::vector<bool> right;
      for (const AnswerRule rule : rules) right.push_back(IsRightAnswer(rule, response, scored.problems[q].answer));
      for (size_t a = 0; a < rules.size(); ++a) {
        for (size_t b = 0; b < rules.size(); ++b) differ[a][b] += right[a] != right[b];
      }
    }
  }
  analysis::Table table;
  table.caption = "Responses that the one rule counts as right and the other does not";
  table.columns = {{"rule", "rule"}};
  for (size_t a = 0; a < rules.size(); ++a) {
    const std::string name(AnswerRuleName(rules[a]));
    table.columns.push_back({name, name});
    table.rows.push_back({name});
    for (const int64_t count : differ[a]) table.rows[a].push_back(count);
  }
  return table;
}

}  // namespace evaluation
