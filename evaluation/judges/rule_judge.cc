#include "evaluation/judges/rule_judge.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/types/optional.h"
#include "base/status.h"
#include "datasets/embedded/style.h"
#include "evaluation/principles/suite.h"

namespace evaluation {
namespace {

absl::Status NoChecker(const std::string& principle) {
  return absl::InvalidArgumentError(
      absl::StrCat("the principle judge has no checker for principle \"", principle,
                   "\"; it knows the principles of the embedded suite and of sami principles by their ids"));
}

// Whether the answer has the side that the clause asks for, of whichever suite has the principle.
absl::StatusOr<bool> FollowsClause(const datasets::Clause& clause, absl::string_view answer) {
  if (const absl::optional<embedded::Style> style = embedded::StyleFromId(clause.principle_id)) {
    const bool says_something =
        std::any_of(answer.begin(), answer.end(), [](char c) { return absl::ascii_isalnum(c); });
    return says_something &&
           (clause.positive ? embedded::HasStyle(*style, answer) : embedded::HasAntithesis(*style, answer));
  }
  const absl::optional<principles::Side> side = principles::Follows(clause.principle_id, answer);
  if (!side.has_value()) return NoChecker(clause.principle_id);
  return *side == (clause.positive ? principles::Side::kPrinciple : principles::Side::kAntithesis);
}

// Judges one contest after the other: a verdict and the reasons for it.
class RuleJudge : public Judge {
 public:
  explicit RuleJudge(std::string rule) : rule_(std::move(rule)) {}
  std::string name() const override { return "rule"; }

  absl::StatusOr<std::vector<Judgment>> Compare(absl::Span<const Contest> contests) override {
    std::vector<Judgment> judgments(contests.size());
    for (size_t i = 0; i < contests.size(); ++i) {
      Judgment& judgment = judgments[i];
      judgment.prompt = contests[i].turns.back();
      judgment.prompt_name = rule_;
      judgment.verdict = Decide(contests[i], &judgment.words);
      if (!judgment.verdict.ok()) judgment.words = std::string(judgment.verdict.status().message());
    }
    return judgments;
  }

 private:
  virtual absl::StatusOr<Verdict> Decide(const Contest& contest, std::string* words) const = 0;

  const std::string rule_;
};

class PrincipleJudge : public RuleJudge {
 public:
  PrincipleJudge() : RuleJudge("principle") {}

 private:
  absl::StatusOr<Verdict> Decide(const Contest& contest, std::string* words) const override {
    ASSIGN_OR_RETURN(const int first, CountFollowed(contest.constitution, contest.first.back()));
    ASSIGN_OR_RETURN(const int second, CountFollowed(contest.constitution, contest.second.back()));
    const size_t all = contest.constitution.clauses.size();
    *words = absl::StrCat("A follows ", first, " of ", all, " principles, B ", second, ".");
    return first > second ? Verdict::kFirst : second > first ? Verdict::kSecond : Verdict::kTie;
  }
};

class ContentJudge : public RuleJudge {
 public:
  explicit ContentJudge(std::map<int64_t, embedded::AnswerKey> answer_keys)
      : RuleJudge("content"), answer_keys_(std::move(answer_keys)) {}

 private:
  absl::StatusOr<Verdict> Decide(const Contest& contest, std::string* words) const override {
    const auto key = answer_keys_.find(contest.question_id);
    if (key == answer_keys_.end()) {
      return absl::NotFoundError(absl::StrCat("question ", contest.question_id, " has no answer key"));
    }
    const bool first = embedded::IsRight(key->second, contest.first.back());
    const bool second = embedded::IsRight(key->second, contest.second.back());
    *words = absl::StrCat("A is ", first ? "right" : "wrong", ", B is ", second ? "right" : "wrong", ".");
    return first == second ? Verdict::kTie : first ? Verdict::kFirst : Verdict::kSecond;
  }

  const std::map<int64_t, embedded::AnswerKey> answer_keys_;
};

}  // namespace

absl::Status KnowsPrinciples(const std::vector<datasets::Principle>& principles) {
  for (const datasets::Principle& principle : principles) {
    if (embedded::StyleFromId(principle.id).has_value()) continue;
    const principles::SuitePrinciple* known = principles::FindPrinciple(principle.id);
    if (known == nullptr) return NoChecker(principle.id);
    if (!principles::IsWording(known->principle, principle.text)) {
      return absl::InvalidArgumentError(
          absl::StrCat("principle \"", principle.id, "\" says \"", principle.text,
                       "\", and the checker of that id reads whether an answer follows \"", known->principle.text,
                       "\": give it another id, or a wording of the suite's (sami principles)"));
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<int> CountFollowed(const datasets::Constitution& constitution, absl::string_view answer) {
  int followed = 0;
  for (const datasets::Clause& clause : constitution.clauses) {
    ASSIGN_OR_RETURN(const bool follows, FollowsClause(clause, answer));
    followed += follows;
  }
  return followed;
}

std::unique_ptr<Judge> MakePrincipleJudge() { return std::make_unique<PrincipleJudge>(); }

std::unique_ptr<Judge> MakeContentJudge(std::map<int64_t, embedded::AnswerKey> answer_keys) {
  return std::make_unique<ContentJudge>(std::move(answer_keys));
}

}  // namespace evaluation
