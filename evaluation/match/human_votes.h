// People's votes on pairs of answers, in the format of MT-Bench's human judgments (Zheng et al. 2023,
// arXiv:2306.05685):
//
//   {"question_id": 81, "model_a": "alpaca-13b", "model_b": "gpt-4", "winner": "model_b", "judge": "expert_1", "turn":
//   1}
//
// JSON Lines. A question's id may be written as text, "81". "conversation_a" and "conversation_b", lists of messages
// {"role", "content"}, are looked at for the answers' lengths where they are there; other keys are passed over.
#ifndef EVALUATION_MATCH_HUMAN_VOTES_H_
#define EVALUATION_MATCH_HUMAN_VOTES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "evaluation/formats/fastchat.h"

namespace evaluation {

struct HumanVote {
  int64_t question_id = 0;
  std::string model_a, model_b;
  Winner winner = Winner::kTie;  // kModel1: model_a; never kError
  std::string judge;             // who voted; of a list, its words with a slash between
  int64_t turn = 1;
  // Of the turn's answers in characters; -1 where the line has no conversation of so many turns.
  int64_t length_a = -1, length_b = -1;
};

// In the order of the file. kInvalidArgument, with file:line, for a malformed line, a missing or mistyped key, equal
// models, a turn below 1, or a winner that is none of "model_a", "model_b", "tie" and "tie (inconsistent)"; and for a
// file without votes. A judge may vote twice on a pair.
absl::StatusOr<std::vector<HumanVote>> ReadHumanVotes(const std::string& path);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_HUMAN_VOTES_H_
