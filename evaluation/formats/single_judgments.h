// Single-answer ratings on disk, in the JSONL format of FastChat's LLM judge.
//
//   model_judgment  {"question_id", "model", "judge", "user_prompt", "judgment", "score", "turn", "tstamp"}
//
// Keys of ours are "decided", "category", "setting" and "repeat", as in fastchat.h. The same records give the same
// bytes.
#ifndef EVALUATION_FORMATS_SINGLE_JUDGMENTS_H_
#define EVALUATION_FORMATS_SINGLE_JUDGMENTS_H_

#include <cstdint>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/types/span.h"

namespace evaluation {

struct SingleJudgment {
  int64_t question_id = 0;
  std::string model;        // not empty
  std::string judge_model;  // the file's "judge" is [judge_model, judge_prompt]
  std::string judge_prompt;
  std::string user_prompt;
  std::string judgment;
  std::optional<double> score;  // none: missing, in the file -1, which FastChat's tables leave out
  int64_t turn = 1;             // of the question, from 1 on
  std::string category;         // ours; may be empty
  std::string setting;          // ours; may be empty
  int64_t repeat = 0;           // ours; written where it is not 0
  std::string decided;          // ours: which words decided, as PairJudgment's; may be empty
  double tstamp = 0;
};

// In the order of the span. kInvalidArgument, with file:line, for an empty model, a turn below 1, or a second rating of
// a model's answer by one judge, prompt, setting and repeat. Nothing is written then.
absl::Status WriteSingleJudgments(const std::string& path, absl::Span<const SingleJudgment> judgments);

}  // namespace evaluation

#endif  // EVALUATION_FORMATS_SINGLE_JUDGMENTS_H_
