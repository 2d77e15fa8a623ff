// What a model said, without what it thought: a verdict or an answer counts only where the model addresses its reader.
//
// Thinking is marked in three ways. Tags: <think>, <thinking>, <thought>, <thoughts>, <reasoning>, <reflection>,
// <scratchpad>, <seed:think>, each in any case and perhaps with attributes; [THINK]; <|START_THINKING|>;
// <|begin_of_thought|>; ◁think▷. Harmony's channels: <|channel|>analysis<|message|>...<|end|>; only what is in the
// channel "final", or in none, is said. Harmony whose marks a server took out: "analysis..." up to the last
// "assistantfinal".
//
// A closing tag without an opening one (which stood in the prompt then) makes everything before it thinking. An opening
// one that is never closed makes everything behind it thinking, which is unfinished. Inside thinking, another opening
// tag of the same name is one more level if it begins a line, else the model speaks of the tag; so does a tag between
// two quotation marks or backticks, anywhere.
#ifndef EVALUATION_REPLIES_THINKING_H_
#define EVALUATION_REPLIES_THINKING_H_

#include <cstddef>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace evaluation {

struct Said {
  // A passage that was said without a break: where it begins in `text` and in the reply.
  struct Passage {
    size_t in_text = 0, in_reply = 0;
  };

  // Without thinking, the reply as it is. Else the passages outside of it, without the white space around them, a line
  // each.
  std::string text;
  bool thought = false;              // something marks thinking
  bool unfinished_thinking = false;  // it ends in thinking that was not closed
  std::vector<Passage> passages;     // by their place, in both

  // Where the byte of the reply stands that is at this place of `text`; text.size() is allowed.
  size_t InReply(size_t place) const;
};

// Any bytes will do. Time and memory grow as the reply.
Said WithoutThinking(absl::string_view reply);

}  // namespace evaluation

#endif  // EVALUATION_REPLIES_THINKING_H_
