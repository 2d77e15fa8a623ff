#include "evaluation/judge/rule_judge.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "base/status.h"
#include "datasets/embedded/style.h"

namespace evaluation {
namespace {

absl::Status NoChecker(const std::string& principle) {
  return absl::InvalidArgumentError(absl::StrCat("the principle judge has no checker for principle \"", principle,
                                                 "\"; it knows the embedded suite's principles only"));
}

class PrincipleJudge : public Judge {
 public:
  std::string name() const override { return "principle"; }

  absl::StatusOr<Judgment> Compare(const Contest& contest) const override {
    ASSIGN_OR_RETURN(const int first, CountFollowed(contest.constitution, contest.first));
    ASSIGN_OR_RETURN(const int second, CountFollowed(contest.constitution, contest.second));
    const size_t all = contest.constitution.clauses.size();
    return Judgment{first > second   ? Verdict::kFirst
                    : second > first ? Verdict::kSecond
                                     : Verdict::kTie,
                    absl::StrCat("A follows ", first, " of ", all, " principles, B ", second, ".")};
  }
};

class ContentJudge : public Judge {
 public:
  explicit ContentJudge(std::map<int64_t, embedded::AnswerKey> answer_keys) : answer_keys_(std::move(answer_keys)) {}
  std::string name() const override { return "content"; }

  absl::StatusOr<Judgment> Compare(const Contest& contest) const override {
    const auto key = answer_keys_.find(contest.question_id);
    if (key == answer_keys_.end()) {
      return absl::NotFoundError(absl::StrCat("question ", contest.question_id, " has no answer key"));
    }
    const bool first = embedded::IsRight(key->second, contest.first);
    const bool second = embedded::IsRight(key->second, contest.second);
    return Judgment{first == second ? Verdict::kTie
                    : first         ? Verdict::kFirst
                                    : Verdict::kSecond,
                    absl::StrCat("A is ", first ? "right" : "wrong", ", B is ", second ? "right" : "wrong", ".")};
  }

 private:
  const std::map<int64_t, embedded::AnswerKey> answer_keys_;
};

}  // namespace

absl::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kFirst:
      return "A";
    case Verdict::kSecond:
      return "B";
    case Verdict::kTie:
      return "tie";
  }
  return "tie";
}

absl::Status KnowsPrinciples(const std::vector<datasets::Principle>& principles) {
  for (const datasets::Principle& principle : principles) {
    if (!embedded::StyleFromId(principle.id).has_value()) return NoChecker(principle.id);
  }
  return absl::OkStatus();
}

absl::StatusOr<int> CountFollowed(const datasets::Constitution& constitution, absl::string_view answer) {
  const bool says_something = std::any_of(answer.begin(), answer.end(), [](char c) { return absl::ascii_isalnum(c); });
  int followed = 0;
  for (const datasets::Clause& clause : constitution.clauses) {
    const absl::optional<embedded::Style> style = embedded::StyleFromId(clause.principle_id);
    if (!style.has_value()) return NoChecker(clause.principle_id);
    followed += says_something && embedded::HasStyle(*style, answer) == clause.positive;
  }
  return followed;
}

std::unique_ptr<Judge> MakePrincipleJudge() { return std::make_unique<PrincipleJudge>(); }

std::unique_ptr<Judge> MakeContentJudge(std::map<int64_t, embedded::AnswerKey> answer_keys) {
  return std::make_unique<ContentJudge>(std::move(answer_keys));
}

}  // namespace evaluation
