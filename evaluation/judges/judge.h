// Interface to a judge: many contests of two answers to one question in, a verdict on each out.
#ifndef EVALUATION_JUDGES_JUDGE_H_
#define EVALUATION_JUDGES_JUDGE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "datasets/constitutions/principle.h"
#include "evaluation/replies/verdict.h"

namespace evaluation {

// A conversation of one or more turns in two versions. Judged is the last turn.
struct Contest {
  int64_t question_id = 0;
  std::string category;
  std::vector<std::string> turns;      // what the user says, at least one
  std::vector<std::string> reference;  // right answers, one a turn from the first on; empty where there are none
  // What both answers were asked to follow; no clauses where nothing was asked for.
  datasets::Constitution constitution;
  std::vector<std::string> first;   // the answers that the judge sees first, one a turn
  std::vector<std::string> second;  // the others
  int64_t repeat = 0;               // which of several judgments of the same contest
};

struct Judgment {
  // An error says why there is no verdict. Such a judgment is missing: it never counts as a tie.
  absl::StatusOr<Verdict> verdict = absl::UnknownError("not judged");
  std::string words;        // what the judge said, its reasons with it
  std::string prompt;       // what it was shown
  std::string prompt_name;  // the name of its prompt or rule
  std::string decided;      // which of its words decided (WhatDecided, evaluation/replies/verdict.h); of a rule, empty
  std::optional<double> preference;  // for the first, in [0, 1], of a judge whose probabilities are known
};

class Judge {
 public:
  virtual ~Judge() = default;
  // Names the judge in files: a model, or "rule".
  virtual std::string name() const = 0;
  // One judgment a contest, in their order. An error means that judging could not go on at all (a full disk).
  virtual absl::StatusOr<std::vector<Judgment>> Compare(absl::Span<const Contest> contests) = 0;
};

}  // namespace evaluation

#endif  // EVALUATION_JUDGES_JUDGE_H_
