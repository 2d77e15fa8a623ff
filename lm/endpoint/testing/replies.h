// Replies of the fake endpoint.
#ifndef LM_ENDPOINT_TESTING_REPLIES_H_
#define LM_ENDPOINT_TESTING_REPLIES_H_

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "base/jsonl.h"

namespace lm {

struct FakeRequest {
  bool is_chat = false;
  std::string prompt;  // of a chat the last message's content
  base::Json body;     // all that was sent
};

struct FakeReply {
  std::string text;
  std::string finish_reason = "stop";
  int status = 200;  // another one: `text` is the error's message
  std::string body;  // unless empty, what is sent as it stands, in the place of all the above but the status
  std::map<std::string, std::string> headers;
};

// Must be safe to call from several threads.
using Responder = std::function<FakeReply(const FakeRequest&)>;

// The prompt itself.
Responder Echo();

// Always the same, whatever is asked: "[[A]]" makes a judge that prefers what it reads first.
Responder Always(const std::string& text);

// A judge whose verdicts are known beforehand. Answers carry marks "quality=<integer>", any number of them, as many in
// the one as in the other; the first half of the prompt's marks is the first answer's. The larger sum is better:
// `verdicts` are what is said for the first, the second, and a tie. One mark alone is a single answer's grade:
// "Rating: [[<integer>]]". Without marks there is no verdict: "I cannot say."
Responder MarkJudge(const std::vector<std::string>& verdicts = {"[[A]]", "[[B]]", "[[C]]"});

// The marks' values, in order.
std::vector<int64_t> QualityMarks(absl::string_view text);

// JSON Lines {"contains": "...", "reply": "...", "status": 200, "finish_reason": "stop", "headers": {...}, "times": 1},
// the last four optional: the reply of the first line whose text the prompt contains, and that has not answered so many
// times; of none, what `otherwise` says. "body", a text or JSON, in the place of "reply": what is sent as it stands.
// kInvalidArgument names the line.
absl::StatusOr<Responder> Script(absl::string_view lines, absl::string_view path, Responder otherwise);

}  // namespace lm

#endif  // LM_ENDPOINT_TESTING_REPLIES_H_
