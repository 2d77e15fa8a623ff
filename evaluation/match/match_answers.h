// Contests between answers, matched by question from files of questions and answers.
#ifndef EVALUATION_MATCH_MATCH_ANSWERS_H_
#define EVALUATION_MATCH_MATCH_ANSWERS_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "datasets/embedded/questions.h"
#include "datasets/mt_bench/questions.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/judges/judge.h"
#include "evaluation/match/games.h"

namespace evaluation {

struct AnswerFiles {
  std::string questions;             // FastChat's question.jsonl
  std::string references;            // FastChat's reference_answer/*.jsonl; empty: the questions' own references
  std::vector<std::string> answers;  // FastChat's model_answer/*.jsonl, a model each
  std::string setting;               // of answers in several settings, those in this one
  bool skip_missing = false;         // leave out questions that a model did not answer, instead of refusing
  int64_t max_turns = 2;             // look at so many turns of a question at most
};

struct Answers {
  std::vector<datasets::MtBenchQuestion> questions;
  std::map<int64_t, std::vector<std::string>> references;  // full right answers, by question
  std::vector<std::string> models;                         // in the order of the files
  // By model and question; its first choice.
  std::map<std::string, std::map<int64_t, ModelAnswer>> answers;
  std::vector<std::string> notes;  // what is not judged, for people: a line a kind, each with its count
};

// kInvalidArgument, naming the file, when it answers for several models or settings, two files answer for one model, or
// questions have no answer.
absl::StatusOr<Answers> ReadAnswers(const AnswerFiles& files);

// Every pair of models on every turn that both have answered, earlier files first; with a baseline, each other model
// against it. kInvalidArgument when the baseline is no model, or two answers followed different constitutions.
absl::StatusOr<std::vector<Match>> MakeMatches(const Answers& answers, const AnswerFiles& files,
                                               const std::string& baseline);

// Answer keys of the embedded suite's questions, by id: for the rule CONTENT. kInvalidArgument names the first question
// that is none of the suite's, by its id or by its text.
absl::StatusOr<std::map<int64_t, embedded::AnswerKey>> SuiteAnswerKeys(
    const std::vector<datasets::MtBenchQuestion>& questions);

// Every model's answer on every turn; `second` is empty and model_2 "".
absl::StatusOr<std::vector<Match>> MakeSingles(const Answers& answers, const AnswerFiles& files);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_MATCH_ANSWERS_H_
