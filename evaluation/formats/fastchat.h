// FastChat formats: answers and verdicts on disk as the JSONL files of its LLM judge. Its tools read our files, and we
// read what they wrote.
//
//   model_answer    {"question_id", "answer_id", "model_id", "choices": [{"index", "turns"}], "tstamp"}
//   model_judgment  {"question_id", "model_1", "model_2", "g1_winner", "g2_winner", "judge", "g1_user_prompt",
//                    "g1_judgment", "g2_user_prompt", "g2_judgment", "turn", "tstamp"}
//
// Keys of ours, which FastChat passes over, are marked below; they are written where they are known. FastChat knows no
// settings: a file that its tools shall count holds one setting only. The same records give the same bytes: nothing
// here reads a clock or draws a number.
#ifndef EVALUATION_FORMATS_FASTCHAT_H_
#define EVALUATION_FORMATS_FASTCHAT_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "base/jsonl.h"

namespace evaluation {

// One of the answers that a model gave to a question.
struct AnswerChoice {
  std::vector<std::string> turns;  // one a turn of the question, at least one; each may be empty
  std::string finish_reason;       // ours: "stop" or "length"; empty: not known
  int64_t num_tokens = -1;         // ours: generated over all turns; -1: not known
};

struct ModelAnswer {
  int64_t question_id = 0;
  std::string model_id;   // not empty
  std::string answer_id;  // written as AnswerId() where empty
  std::vector<AnswerChoice> choices;
  std::string category;      // ours, of the question; may be empty
  std::string setting;       // ours: "positive", "steering"; may be empty
  std::string constitution;  // ours: what the model was asked to follow; may be empty
  double tstamp = 0;         // seconds since 1970
};

// 22 hexadecimal digits of the SHA-256 of all fields but answer_id and tstamp.
std::string AnswerId(const ModelAnswer& answer);

// In the order of the file or span. kInvalidArgument, with file:line, for a malformed line, a missing or mistyped key,
// an empty model_id, no choice, a choice without turns or out of order, or a second answer of a model to a question in
// one setting. Nothing is written then.
absl::StatusOr<std::vector<ModelAnswer>> ReadModelAnswers(const std::string& path);
// One line alone: what a reader of a file that may be damaged needs.
absl::StatusOr<ModelAnswer> ParseModelAnswer(const base::JsonLine& line);
absl::Status WriteModelAnswers(const std::string& path, absl::Span<const ModelAnswer> answers);

// Of one game, in which a judge sees two answers in one order.
enum class Winner {
  kModel1,
  kModel2,
  kTie,
  kError,  // the judge gave no verdict that could be parsed
};

// As files name it: "model_1", "model_2", "tie", "error".
const char* WinnerName(Winner winner);

struct PairJudgment {
  int64_t question_id = 0;
  std::string model_1;
  std::string model_2;  // another than model_1
  // Game 1 shows model_1's answer first, game 2 model_2's. Both winners name the model, not the place.
  Winner g1_winner = Winner::kError;
  Winner g2_winner = Winner::kError;
  std::string judge_model;   // the file's "judge" is [judge_model, judge_prompt]
  std::string judge_prompt;  // the name of the judge's prompt or rule
  std::string g1_user_prompt;
  std::string g1_judgment;
  std::string g2_user_prompt;
  std::string g2_judgment;
  int64_t turn = 1;      // of the question, from 1 on
  std::string category;  // ours; may be empty
  std::string setting;   // ours; may be empty
  int64_t repeat = 0;    // ours: which of several judgments of the same, by the same judge; written where it is not 0
  // Ours: which words of a judgment decided, "105-110: [[B]]" by bytes, or "none: refused"; empty: not known.
  std::string g1_decided, g2_decided;
  // Ours: how probable it was that the judge preferred model_1, in [0, 1], where its probabilities are known.
  std::optional<double> g1_preference, g2_preference;
  double tstamp = 0;
};

// 1 where model_1 won, 0 where model_2 did, 0.5 for a tie; none without a verdict.
std::optional<double> ScoreOf(Winner winner);
// Of both games: its preferences where they are known, else by the winners.
std::array<std::optional<double>, 2> GameScores(const PairJudgment& judgment);

// The verdict of both games together, FastChat's rule: an error in one is an error, disagreement is a tie.
Winner BothGames(const PairJudgment& judgment);

// Like those for answers. kInvalidArgument also for an unknown winner, equal models, a turn below 1, or a second
// judgment of the same models, question, turn, judge, setting and repeat.
absl::StatusOr<std::vector<PairJudgment>> ReadPairJudgments(const std::string& path);
absl::StatusOr<PairJudgment> ParsePairJudgment(const base::JsonLine& line);
absl::Status WritePairJudgments(const std::string& path, absl::Span<const PairJudgment> judgments);

}  // namespace evaluation

#endif  // EVALUATION_FORMATS_FASTCHAT_H_
