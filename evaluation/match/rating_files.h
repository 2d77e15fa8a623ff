// Ratings of single answers by anybody's judge, in FastChat's format (evaluation/formats/single_judgments.h), and the
// comparisons that they come to.
#ifndef EVALUATION_MATCH_RATING_FILES_H_
#define EVALUATION_MATCH_RATING_FILES_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "evaluation/formats/fastchat.h"
#include "evaluation/formats/single_judgments.h"

namespace evaluation {

// Whether the file's first record is a rating ("score") instead of a pair judgment; false where it cannot be read.
bool HoldsRatings(const std::string& path);

// In the order of the file, without prompts and words. A score of -1 is missing. kInvalidArgument, with file:line, for
// a malformed line, a missing or mistyped key, an empty model, a turn below 1, another score below 0, or a second
// rating of an answer by one judge, setting and repeat.
absl::StatusOr<std::vector<SingleJudgment>> ReadRatings(const std::string& path);

// Each two models' ratings on a turn of a question by one judge and repeat, as a judgment both of whose games say which
// is rated higher; a difference of at most 0.1 is a tie, as in FastChat, and a missing rating an error. `ratings` are
// in one setting.
std::vector<PairJudgment> ComparedRatings(absl::Span<const SingleJudgment> ratings);

}  // namespace evaluation

#endif  // EVALUATION_MATCH_RATING_FILES_H_
